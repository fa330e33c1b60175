import SqliteDatabase from 'better-sqlite3'

import type { Database } from './database.ts'

/** The database cannot be used at the moment, and a request is refused with 503 for it. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError'

  /** The SQLSTATE of what may succeed if it is run again, for who can do that. */
  readonly code: string | undefined

  constructor(message: string, code?: string) {
    super(message)
    this.code = code
  }
}

// What is wrong with the file, the disk or another process, not with a statement of ours.
const troubles = new Set([
  'BUSY',
  'CANTOPEN',
  'CORRUPT',
  'FULL',
  'IOERR',
  'LOCKED',
  'NOMEM',
  'NOTADB',
  'PERM',
  'PROTOCOL',
  'READONLY',
])

/** Whether the database is in trouble that may pass, and the request may be sent again. */
export function isDatabaseTrouble(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true
  if (!(error instanceof SqliteDatabase.SqliteError)) return false
  // The codes of SQLite begin with a general one, as in SQLITE_IOERR_WRITE.
  return troubles.has(error.code.split('_')[1]!)
}

/** Makes a write that may as well be left out: no trouble of the database is worth an error. */
export async function writeIfPossible(
  { engine }: Database,
  write: () => Promise<unknown>,
): Promise<void> {
  try {
    await engine.writeWithoutWaiting(write)
  } catch (error) {
    if (!isDatabaseTrouble(error)) throw error
  }
}
