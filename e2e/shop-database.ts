import { randomBytes } from 'node:crypto'
import { copyFileSync } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { Client } from 'pg'
import { createPasswordHasher } from '../app/auth/passwords.ts'
import { closeDatabase, openDatabase } from '../db/connect.ts'
import { isPostgresUrl } from '../db/database-url.ts'
import { seedDatabase } from '../db/seed.ts'
import { catalogue } from './books.ts'
import { makeTemporaryFolder } from './shop-process.ts'

/** The database of a new shop. */
export interface ShopDatabase {
  readonly url: string
  execute(statement: string): Promise<void>
  remove(): Promise<void>
}

export interface ShopDatabaseOptions {
  /** Of the PostgreSQL that gets it; without one, it is a file. */
  postgresUrl?: string | undefined
  /** Whether the shop fills it at its start, with the books that it sells. */
  ownBooks?: boolean
}

/**
 * A file in the folder of the shop or, with the address of a PostgreSQL, a new database there, with the
 * catalogue of the tests.
 */
export async function createShopDatabase(
  folder: string,
  { postgresUrl, ownBooks }: ShopDatabaseOptions,
): Promise<ShopDatabase> {
  if (!postgresUrl) {
    const file = path.join(folder, 'bookstore.sqlite')
    if (!ownBooks) copyFileSync(await filledFile(), file)
    return {
      url: file,
      execute: (statement) => execute(file, statement),
      remove: async () => {},
    }
  }
  const name = `bookstore_${randomBytes(6).toString('hex')}`
  await execute(postgresUrl, `create database ${name}`)
  const url = new URL(postgresUrl)
  url.pathname = name
  if (!ownBooks) await fillDatabase(url.href)
  return {
    url: url.href,
    execute: (statement) => execute(url.href, statement),
    remove: () => execute(postgresUrl, `drop database ${name} with (force)`),
  }
}

let filled: Promise<string> | undefined

/** Made once, as to copy it takes a moment only. */
function filledFile(): Promise<string> {
  filled ??= (async () => {
    const file = path.join(makeTemporaryFolder('bookstore-filled-'), 'bookstore.sqlite')
    await fillDatabase(file)
    return file
  })()
  return filled
}

/** Makes the tables, and puts the demo accounts and the catalogue of the tests into them. */
export async function fillDatabase(url: string): Promise<void> {
  const db = await openDatabase(url)
  const { hash: hashPassword } = createPasswordHasher()
  await seedDatabase(db, {
    demoAccounts: true,
    books: catalogue(),
    hashPassword,
  })
  await closeDatabase(db)
}

/** Does something behind the shop's back. */
export async function execute(url: string, statement: string): Promise<void> {
  if (!isPostgresUrl(url)) {
    const database = new SqliteDatabase(url)
    database.exec(statement)
    database.close()
    return
  }
  const client = new Client(url)
  await client.connect()
  await client.query(statement).finally(() => client.end())
}
