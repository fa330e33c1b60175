import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

import { insertBook, type NewBook } from './books.ts'
import { closeDatabase, type Database, openDatabase } from './connect.ts'
import type { Book, User } from './schema.ts'
import { insertUser, type NewUser } from './users.ts'

export const now = new Date('2026-03-14T09:26:53Z')

/** A database in memory, or at the given path, closed after the test. */
export function testDatabase(path = ':memory:'): Database {
  const db = openDatabase(path)
  after(() => closeDatabase(db))
  return db
}

/** A path for a database file, removed after the test. */
export function testDatabasePath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'bookstore-db-'))
  after(() => rmSync(directory, { recursive: true }))
  return join(directory, 'bookstore.sqlite')
}

export function insertTestBook(db: Database, book: Partial<NewBook> = {}): Book {
  return insertBook(db, {
    title: 'A Book',
    author: 'An Author',
    genre: 'Fiction',
    description: 'About something.',
    year: 1900,
    pages: 100,
    priceCents: 1000,
    stock: 10,
    ...book,
    now,
  })
}

export function insertTestUser(db: Database, email: string, user: Partial<NewUser> = {}): User {
  const inserted = insertUser(db, { name: 'Somebody', passwordHash: 'hash', ...user, email, now })
  if (inserted === 'email-taken') throw new Error(`There is a user ${email} already`)
  return inserted
}
