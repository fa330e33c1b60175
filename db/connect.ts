import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import SqliteDatabase from 'better-sqlite3'
import { drizzle } from '#drizzle-orm/better-sqlite3'
import { migrate } from '#drizzle-orm/better-sqlite3/migrator'

import { deriveMissingColumns } from './derived-columns.ts'
import { rememberFiles } from './trouble.ts'

export type Database = ReturnType<typeof connect>

// Every attempt may wait for a lock, and there is somebody who waits for the shop to start.
const LONGEST_START_MS = 10_000

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url))

/**
 * Opens the SQLite file at `url`, a path or `:memory:`, creates it where there is none and brings
 * its tables up to date. Throws an error that names the path when any of this fails.
 */
export function openDatabase(url: string): Database {
  // Two letters or more, for C: is a drive. The value is not repeated: it may hold a password.
  if (/^[a-z]{2,}:/i.test(url)) {
    throw new Error('DATABASE_URL has to be the path of an SQLite file or :memory:, not a URL')
  }
  const path = url === ':memory:' ? url : resolve(url)
  let client: SqliteDatabase.Database | undefined
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
    client = new SqliteDatabase(path)
    throwErrorsOfCommits(client)
    const db = prepareFile(client)
    rememberFiles(db)
    return db
  } catch (error) {
    client?.close()
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`Cannot open the database ${path} (DATABASE_URL): ${reason}`, { cause: error })
  }
}

export function closeDatabase(db: Database): void {
  db.$client.close()
}

function connect(client: SqliteDatabase.Database) {
  return drizzle({ client, casing: 'snake_case' })
}

// `get()` stops at the first row, so of a statement that writes and returns rows it never hears
// whether the commit succeeded: on a full disk it answers with a row that is not there. `all()` does.
function throwErrorsOfCommits(client: SqliteDatabase.Database): void {
  const prepare = client.prepare.bind(client)
  client.prepare = ((source: string) => {
    const statement = prepare(source)
    if (statement.reader && !statement.readonly) {
      statement.get = (...values) => statement.all(...values)[0]
    }
    return statement
  }) as typeof client.prepare
}

// Of several processes that start on one file, one switches its mode and one applies a migration, and
// the others find it done when they look again. What cannot be done at all fails each time.
function prepareFile(client: SqliteDatabase.Database): Database {
  const end = Date.now() + LONGEST_START_MS
  for (let attemptsLeft = 20; ; attemptsLeft--) {
    try {
      configure(client)
      return migrateToLatest(connect(client))
    } catch (error) {
      if (attemptsLeft === 0 || Date.now() > end) throw error
      // SQLite does not wait by itself where waiting could end in a deadlock.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20 + Math.random() * 60)
    }
  }
}

function configure(client: SqliteDatabase.Database): void {
  // First, as the next line already has to wait for other processes that start on the same file.
  // Once the shop is open it waits in another way, see trouble.ts.
  client.pragma('busy_timeout = 5000')
  client.pragma('journal_mode = WAL')
  // In WAL mode this risks the last commits at a power cut, never a corrupt file, and it saves an
  // fsync on each commit.
  client.pragma('synchronous = NORMAL')
}

function migrateToLatest(db: Database): Database {
  // A migration that rebuilds a table drops the old one, and with foreign keys on, that deletes the
  // rows which refer to it. Inside a transaction SQLite ignores the pragma, so it stands here.
  db.$client.pragma('foreign_keys = OFF')
  migrate(db, { migrationsFolder })
  db.$client.pragma('foreign_keys = ON')
  deriveMissingColumns(db)
  return db
}
