import type { SqliteRemoteDatabase } from '#drizzle-orm/sqlite-proxy'

type Queries = Pick<SqliteRemoteDatabase, 'select' | 'insert' | 'update' | 'delete'>

/**
 * What the functions of this folder ask and tell, in SQLite or PostgreSQL. A query is awaited and
 * answers its rows; `get`, `all` and `run` are SQLite's alone.
 */
export interface Database extends Queries {
  readonly engine: Engine
  /**
   * Runs `work` in one transaction, which is rolled back when it throws; within another one it is a
   * part of that. Inside, everything goes through `tx`, and nothing but queries of `tx` is waited for:
   * in SQLite everybody else waits meanwhile, and a query of the database itself would wait for ever.
   * It may run again when another transaction came in its way.
   */
  transaction<Result>(work: (tx: Database) => Promise<Result>): Promise<Result>
}

/** What is done to the database as a whole, and each does in its own way. */
export interface Engine {
  readonly dialect: 'sqlite' | 'postgres'
  /**
   * Runs a statement by itself, outside of any transaction, and answers its rows as objects. The
   * places for values are `?` in SQLite, `$1`, `$2` and so on in PostgreSQL.
   */
  query(text: string, values: (string | number | null)[]): Promise<object[]>
  /**
   * What is another one after every write, of this process or any other; `undefined` where that cannot be
   * told at once.
   */
  version(): string | undefined
  /** From now on a lock of another process stops this one for a moment at most. */
  limitWaiting(): void
  /** Resolves when a write would be kept, or rejects with a `DatabaseUnavailableError`. */
  untilWritable(): Promise<void>
  /** Makes a write unless it would have to wait. */
  writeWithoutWaiting(write: () => Promise<unknown>): Promise<void>
  /** Writes something that is committed and changes nothing. */
  writeForTest(): Promise<void>
  /** Has all that was read read anew. */
  forgetPages(): void
  close(): Promise<void>
}
