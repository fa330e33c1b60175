import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe } from 'node:test'

import type SqliteDatabase from 'better-sqlite3'
import { eq, sql } from '#drizzle-orm'
import type { PgDatabase } from '#drizzle-orm/pg-core'
import { onPostgres } from 'remix/session/testing/postgres-server'

import { insertBook, type NewBook } from './books.ts'
import { closeDatabase, openDatabase } from './connect.ts'
import type { Database } from './database.ts'
import type { Book } from './schema-books.ts'
import { type User, users } from './schema.ts'
import { SqliteEngine } from './sqlite-engine.ts'
import { emptiedDatabases } from './testing-emptied.ts'
import { patient } from './testing-patience.ts'
import type { PostgresEngine } from './postgres.ts'
import { insertUser, type NewUser } from './users.ts'

export const now = new Date('2026-03-14T09:26:53Z')

interface DatabaseKind {
  dialect: Database['engine']['dialect']
  /** The path or address of an empty database. */
  newUrl: () => Promise<string>
  /** An empty database, or that of the path or address, closed after the test. */
  testDatabase: (url?: string) => Promise<Database>
}

/** Runs the tests with each kind of database: what is asked and told must not depend on it. */
export function onEachDatabase(tests: (kind: DatabaseKind) => void): void {
  describe('in SQLite', () => {
    tests({ dialect: 'sqlite', newUrl: async () => testDatabasePath(), testDatabase })
  })
  onPostgres('in PostgreSQL', (newUrl) => {
    const newEmptied = emptiedDatabases(newUrl)
    tests({
      dialect: 'postgres',
      newUrl: newEmptied,
      testDatabase: async (url) => testDatabase(url ?? (await newEmptied())),
    })
  })
}

/** A database in memory, or that of the path or address, closed after the test. */
export async function testDatabase(url = ':memory:'): Promise<Database> {
  const db = await openDatabase(url, patient)
  after(() => closeDatabase(db))
  return db
}

/** A path for a database file, removed after the test. */
export function testDatabasePath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'bookstore-db-'))
  after(() => rmSync(directory, { recursive: true }))
  return join(directory, 'bookstore.sqlite')
}

/** What an SQL statement answers, as it stands in the database. */
export async function rowsOf(db: Database, statement: string): Promise<Record<string, unknown>[]> {
  const { engine } = db
  if (engine instanceof SqliteEngine) {
    const prepared = engine.client.prepare<[], Record<string, unknown>>(statement)
    return prepared.reader ? prepared.all() : (prepared.run(), [])
  }
  return (db as unknown as PgDatabase<never>).execute(sql.raw(statement)) as never
}

/** Has every insert into a table fail from now on. */
export async function breakInserts(db: Database, table: string): Promise<void> {
  const reason = `${table} is broken`
  if (db.engine.dialect === 'sqlite') {
    const raise = `begin select raise(abort, '${reason}'); end`
    await rowsOf(db, `create temp trigger broken before insert on ${table} ${raise}`)
    return
  }
  const raise = `begin raise exception '${reason}'; end`
  await rowsOf(db, `create function broken() returns trigger language plpgsql as $$ ${raise} $$`)
  const each = 'for each row execute function broken()'
  await rowsOf(db, `create trigger broken before insert on ${table} ${each}`)
}

/** How the database finds what is asked, a line a step, if PostgreSQL avoids these ways. */
export async function plansOf(
  db: Database,
  ask: () => Promise<unknown>,
  { avoid = ['seqscan'] } = {},
): Promise<string> {
  const { engine } = db
  if (engine instanceof SqliteEngine) {
    const plans: string[] = []
    const { client } = engine
    const prepare = client.prepare.bind(client)
    client.prepare = ((source: string) => {
      const plan = prepare<unknown[], { detail: string }>(`explain query plan ${source}`)
      const values = Array.from({ length: source.split('?').length - 1 }, () => 1)
      plans.push(...plan.all(...values).map(({ detail }) => detail))
      return prepare(source)
    }) as typeof client.prepare
    await ask()
    client.prepare = prepare
    return plans.join('\n')
  }
  const { pool } = engine as PostgresEngine
  const asked: { text: string; values: unknown[] }[] = []
  const query = pool.query.bind(pool)
  pool.query = ((statement: { text: string; values: unknown[] }) => {
    asked.push(statement)
    return query(statement)
  }) as typeof pool.query
  await ask()
  pool.query = query
  const client = await pool.connect()
  for (const step of avoid) await client.query(`set enable_${step} = off`)
  const plans: string[] = []
  for (const { text, values } of asked) {
    const { rows } = await client.query({ text: `explain ${text}`, values, rowMode: 'array' })
    plans.push(...rows.flat())
  }
  client.release(true)
  return plans.join('\n')
}

/** The connection to SQLite beneath a database. */
export function sqliteOf({ engine }: Database): SqliteDatabase.Database {
  if (!(engine instanceof SqliteEngine)) throw new Error('This is not SQLite')
  return engine.client
}

export async function insertTestBook(db: Database, book: Partial<NewBook> = {}): Promise<Book> {
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

export async function insertTestUser(
  db: Database,
  email: string,
  user: Partial<NewUser> = {},
): Promise<User> {
  const added = { name: 'Somebody', passwordHash: 'hash', ...user, email, now }
  const inserted = await insertUser(db, added)
  if (inserted === 'email-taken') throw new Error(`There is a user ${email} already`)
  return inserted
}

/** Deletes the user's logins and orders as well. Answers whether there was such a user. */
export async function deleteUser(db: Database, id: number): Promise<boolean> {
  const deleted = await db.delete(users).where(eq(users.id, id)).returning({ id: users.id })
  return deleted.length > 0
}
