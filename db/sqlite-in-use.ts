import SqliteDatabase from 'better-sqlite3'

import { isBusy } from './sqlite-engine.ts'

/**
 * Whether another connection has the SQLite file at `path` open, though it may be idle. In WAL mode each keeps
 * a shared lock until it closes, in whose way is only who wants the file for itself: `begin exclusive` alone
 * would find it free. What a process that was killed has left in the log goes into the file.
 */
export function isInUse(path: string): boolean {
  let client: SqliteDatabase.Database | undefined
  try {
    client = new SqliteDatabase(path, { fileMustExist: true, timeout: 0 })
    client.pragma('locking_mode = exclusive')
    client.exec('begin exclusive; rollback')
    return false
  } catch (error) {
    if (isBusy(error)) return true
    const { code = '', message } = error as { code?: string; message: string }
    // What is damaged, or no database, serves nobody.
    if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) return false
    throw new Error(`Cannot tell whether the database ${path} is in use: ${message}`, {
      cause: error,
    })
  } finally {
    client?.close()
  }
}
