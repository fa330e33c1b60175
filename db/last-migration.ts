import SqliteDatabase from 'better-sqlite3'

import { isPostgresUrl, placeOf } from './database-url.ts'
import { readMigrations } from './migrations.ts'
import { sayInOneLine } from './postgres-trouble.ts'

const CONNECT_WITHIN_MS = 3000

const ask = 'select max(created_at) as "madeAt" from __drizzle_migrations'

/**
 * Whether the database at `url` has each migration of this version, or `none` at all. Opening it would apply
 * what it lacks. Throws an error in one line, without a password, when it cannot be looked into.
 */
export async function lookForMigrations(url: string): Promise<'all' | 'some' | 'none'> {
  const isPostgres = isPostgresUrl(url)
  let last: number
  try {
    last = isPostgres ? await lastInPostgres(url) : lastInSqlite(url)
  } catch (error) {
    const reason = sayInOneLine(error)
    throw new Error(`Cannot use the database ${placeOf(url)} (DATABASE_URL): ${reason}`, {
      cause: error,
    })
  }
  if (last === 0) return 'none'
  const { madeAt } = readMigrations(isPostgres ? 'migrations-postgres' : 'migrations').at(-1)!
  return last >= madeAt ? 'all' : 'some'
}

function lastInSqlite(path: string): number {
  // Nothing is written, but only who may write takes the file's companions away when it closes.
  const client = new SqliteDatabase(path, { fileMustExist: true })
  try {
    const table = client.prepare(`select 1 from sqlite_schema where name = '__drizzle_migrations'`)
    return table.get() ? Number(client.prepare(ask).pluck().get() ?? 0) : 0
  } finally {
    client.close()
  }
}

async function lastInPostgres(url: string): Promise<number> {
  // Only here, as it takes its time to load.
  const { Client } = await import('pg')
  const options = { connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS }
  const client = new Client(options)
  // It fails where it is asked.
  client.on('error', () => {})
  try {
    await client.connect()
    const table = await client.query(`select to_regclass('__drizzle_migrations') as name`)
    if (table.rows[0].name === null) return 0
    return Number((await client.query(ask)).rows[0].madeAt ?? 0)
  } finally {
    await client.end()
  }
}
