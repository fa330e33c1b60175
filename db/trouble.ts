import { realpathSync, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

import SqliteDatabase from 'better-sqlite3'

import type { Database } from './connect.ts'

/** The database cannot be written at the moment, and a request is refused with 503 for it. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError'
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

// Long enough for the transactions of other servers of ours, which are this much shorter.
const LONGEST_BLOCK_MS = 50
const LONGEST_WAIT_MS = 1000
const LOOK_EVERY_MS = 25

/**
 * From now on a lock of another process stops this one for a moment at most, because SQLite waits
 * within the event loop, where everybody waits with it. `untilWritable` has the patience instead.
 */
export function limitWaiting(db: Database): void {
  db.$client.pragma(`busy_timeout = ${LONGEST_BLOCK_MS}`)
}

const waiting = new WeakMap<Database, Promise<void>>()

/**
 * Resolves when a write would be kept: once no other process, such as a backup, holds the lock.
 *
 * @throws DatabaseUnavailableError if that lasts a second, or the file is not at its path any more
 */
export async function untilWritable(db: Database): Promise<void> {
  assertSameFiles(db)
  if (!isLocked(db)) return
  // One loop for all who wait, however many there are.
  let unlocked = waiting.get(db)
  if (!unlocked) {
    unlocked = untilUnlocked(db).finally(() => waiting.delete(db))
    waiting.set(db, unlocked)
  }
  await unlocked
}

async function untilUnlocked(db: Database): Promise<void> {
  for (let waited = 0; waited < LONGEST_WAIT_MS; waited += LOOK_EVERY_MS) {
    await wait(LOOK_EVERY_MS)
    if (!isLocked(db)) return
  }
  throw new DatabaseUnavailableError('Another process holds the lock of the database')
}

function isLocked(db: Database): boolean {
  try {
    withoutWaiting(db, () => db.$client.exec('begin immediate; rollback'))
    return false
  } catch (error) {
    if (error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      return true
    }
    throw error
  }
}

/** Makes a write that may as well be left out: no trouble of the database is worth an error. */
export function writeIfPossible(db: Database, write: () => void): void {
  try {
    withoutWaiting(db, write)
  } catch (error) {
    if (!isDatabaseTrouble(error)) throw error
  }
}

function withoutWaiting(db: Database, run: () => void): void {
  const patience = db.$client.pragma('busy_timeout', { simple: true })
  db.$client.pragma('busy_timeout = 0')
  try {
    run()
  } finally {
    db.$client.pragma(`busy_timeout = ${patience}`)
  }
}

/**
 * Writes a page and changes nothing by it. It is committed: what is rolled back never meets the disk,
 * and so not that it is full.
 */
export function writeForTest({ $client }: Database): void {
  $client.pragma(`user_version = ${$client.pragma('user_version', { simple: true })}`)
}

/** Has all pages read anew: one that was damaged would stay so in memory when it is mended. */
export function forgetPages({ $client }: Database): void {
  if ($client.open) $client.pragma('shrink_memory')
}

const openFiles = new WeakMap<Database, Map<string, string>>()

/** Notes which files the database has open. */
export function rememberFiles(db: Database): void {
  const { name, memory } = db.$client
  const file = memory ? '' : realpathSync(name)
  // Without its companions the file lacks the latest commits, or gets them twice.
  const paths = memory ? [] : [name, `${file}-wal`, `${file}-shm`]
  openFiles.set(db, new Map(paths.map((path) => [path, identityOf(path)])))
}

// SQLite goes on writing to a file that was removed or replaced, and all of it is gone at the next
// start. It is not opened anew: whatever put another file there meant it for a server that does not
// run, and a log left over from the old file would be taken for the new one's.
function assertSameFiles(db: Database): void {
  for (const [path, identity] of openFiles.get(db) ?? []) {
    if (identityOf(path) === identity) continue
    throw new DatabaseUnavailableError(
      `${path} was removed or replaced while it was in use: put it back, or restart the shop`,
    )
  }
}

function identityOf(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev} ${ino}`
  } catch {
    return 'none'
  }
}
