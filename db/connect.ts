import type { Database } from './database.ts'
import { isDatabaseUrl, isPostgresUrl } from './database-url.ts'
import { deriveMissingColumns } from './derived-columns.ts'
import { openSqlite } from './sqlite.ts'

interface DatabaseOptions {
  /** How many connections to PostgreSQL are kept at most. */
  poolSize?: number
  /** How long to wait for a connection to PostgreSQL, a new one or one that others have. */
  connectWithinMs?: number
  /** What gave the address, by default `DATABASE_URL`: where an error sends to. */
  variable?: string
}

/**
 * Opens the database at `url`, the address of a PostgreSQL, the path of an SQLite file or `:memory:`,
 * and brings its tables up to date. Throws an error in one line, without a password, when this fails.
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const db = await open(url, options)
  await deriveMissingColumns(db)
  return db
}

async function open(url: string, options: DatabaseOptions): Promise<Database> {
  if (isPostgresUrl(url)) {
    // Only here, as it takes its time to load.
    const { openPostgres } = await import('./postgres.ts')
    return openPostgres(url, options)
  }
  // The value is not repeated: it may hold a password.
  if (!isDatabaseUrl(url)) {
    const { variable = 'DATABASE_URL' } = options
    throw new Error(
      `${variable} has to be the path of an SQLite file, :memory: or an address such as postgres://user:password@localhost:5432/bookstore`,
    )
  }
  return openSqlite(url, options)
}

export async function closeDatabase(db: Database): Promise<void> {
  await db.engine.close()
}
