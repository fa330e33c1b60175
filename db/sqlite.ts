import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

import SqliteDatabase from 'better-sqlite3'
import { drizzle } from '#drizzle-orm/sqlite-proxy'

import type { Database } from './database.ts'
import { type Execute, withOwnAnswers } from './drizzle-session.ts'
import { type Migration, migrationError, readMigrations } from './migrations.ts'
import { SqliteEngine, type UnderWay } from './sqlite-engine.ts'

// Every attempt may wait for a lock, and there is somebody who waits for the shop to start.
const LONGEST_START_MS = 10_000

// Of the statements that stay prepared. There are fewer, but for those with lists of any length.
const MOST_STATEMENTS = 500

/**
 * Opens the SQLite file at `url`, a path or `:memory:`, creates it where there is none and brings
 * its tables up to date. Throws an error that names the path when any of this fails.
 */
export function openSqlite(url: string, { variable = 'DATABASE_URL' } = {}): Database {
  const path = url === ':memory:' ? url : resolve(url)
  let client: SqliteDatabase.Database | undefined
  try {
    if (path !== ':memory:') createFile(path)
    client = new SqliteDatabase(path)
    prepareFile(client)
    return connect(client)
  } catch (error) {
    client?.close()
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`Cannot open the database ${path} (${variable}): ${reason}`, { cause: error })
  }
}

/** For its owner alone, as what SQLite puts beside it is then: e-mail addresses and sessions are in it. */
function createFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  // One that is there is not even opened: to close it would let go of the locks that this process has.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
}

/**
 * There is one connection, and while a transaction is open on it, what does not belong to that waits:
 * it would become a part of it, and be gone when it is rolled back.
 */
function connect(client: SqliteDatabase.Database): Database {
  const execute = createExecute(client)
  const underWay: UnderWay = {}
  const engine = new SqliteEngine(client, underWay)
  const part: Database = Object.assign(
    createQueries(async (text, values) => {
      if (!client.inTransaction) throw new Error('The transaction of this query has ended')
      return execute(text, values)
    }),
    { engine, transaction: <Result>(work: (tx: Database) => Promise<Result>) => work(part) },
  )

  async function transaction<Result>(work: (tx: Database) => Promise<Result>): Promise<Result> {
    while (underWay.transaction) await underWay.transaction
    const { promise, resolve: finish } = Promise.withResolvers<void>()
    underWay.transaction = promise
    try {
      // Immediate, so that no other process writes between what is read here and what is written.
      client.exec('begin immediate')
      const result = await work(part)
      client.exec('commit')
      return result
    } finally {
      if (client.inTransaction) client.exec('rollback')
      underWay.transaction = undefined
      finish()
    }
  }

  const queries = createQueries(async (text, values) => {
    while (underWay.transaction) await underWay.transaction
    return execute(text, values)
  })
  return Object.assign(queries, { engine, transaction })
}

function createQueries(execute: Execute) {
  // As the second argument the options are taken, but for this one.
  return withOwnAnswers(drizzle(execute, undefined, { casing: 'snake_case' }))
}

// A number of rows that is a plain placeholder has SQLite plan the statement anew before each run, as
// the best plan might depend on it: that takes longer than to read two dozen rows.
function createExecute(client: SqliteDatabase.Database) {
  const statements = new Map<string, SqliteDatabase.Statement>()

  function prepare(text: string): SqliteDatabase.Statement {
    let statement = statements.get(text)
    if (!statement) {
      statement = client.prepare(text.replaceAll(/ limit \?/g, ' limit (select ?)'))
      if (statement.reader) statement.raw()
      if (statements.size >= MOST_STATEMENTS) statements.clear()
      statements.set(text, statement)
    }
    return statement
  }

  return (text: string, values: unknown[]): { rows: unknown[][] } => {
    const statement = prepare(text)
    // Not `get`: it stops at the first row, so of a statement that writes and returns rows it never
    // hears whether the commit succeeded, and answers on a full disk with a row that is not there.
    if (statement.reader) return { rows: statement.all(...values) as unknown[][] }
    statement.run(...values)
    return { rows: [] }
  }
}

// Of several processes that start on one file, one switches its mode and one applies a migration, and
// the others find it done when they look again. What cannot be done at all fails each time.
function prepareFile(client: SqliteDatabase.Database): void {
  const end = Date.now() + LONGEST_START_MS
  for (let attemptsLeft = 20; ; attemptsLeft--) {
    try {
      configure(client)
      migrateToLatest(client)
      return
    } catch (error) {
      if (attemptsLeft === 0 || Date.now() > end) throw error
      // SQLite does not wait by itself where waiting could end in a deadlock.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20 + Math.random() * 60)
    }
  }
}

function configure(client: SqliteDatabase.Database): void {
  // First, as the next line already has to wait for other processes that start on the same file.
  // Once the shop is open it waits in another way, see sqlite-engine.ts.
  client.pragma('busy_timeout = 5000')
  client.pragma('journal_mode = WAL')
  // In WAL mode this risks the last commits at a power cut, never a corrupt file, and it saves an
  // fsync on each commit.
  client.pragma('synchronous = NORMAL')
}

function migrateToLatest(client: SqliteDatabase.Database): void {
  // A migration that rebuilds a table drops the old one, and with foreign keys on, that deletes the
  // rows which refer to it. Inside a transaction SQLite ignores the pragma, so it stands here.
  client.pragma('foreign_keys = OFF')
  client.transaction(applyMigrations).immediate(client, readMigrations('migrations'))
  client.pragma('foreign_keys = ON')
}

export function applyMigrations(client: SqliteDatabase.Database, migrations: Migration[]): void {
  client.exec(
    `create table if not exists __drizzle_migrations
     (id integer primary key, hash text not null, created_at numeric)`,
  )
  const last = client.prepare('select max(created_at) from __drizzle_migrations').pluck().get()
  const insert = client.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)')
  for (const { statements, hash, madeAt } of migrations) {
    if (madeAt <= Number(last ?? 0)) continue
    for (const statement of statements) {
      try {
        client.exec(statement)
      } catch (error) {
        throw migrationError(statement, error)
      }
    }
    insert.run(hash, madeAt)
  }
}
