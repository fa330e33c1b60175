import { realpathSync, statSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

import SqliteDatabase from 'better-sqlite3'

import type { Engine } from './database.ts'
import { DatabaseUnavailableError } from './trouble.ts'

// Long enough for the transactions of other servers of ours, which are this much shorter.
const LONGEST_BLOCK_MS = 50
const LONGEST_WAIT_MS = 1000
const LOOK_EVERY_MS = 25
// Of one statement, each after the lock was seen to be free.
const MOST_ATTEMPTS = 20

/** The transaction of this process that all else waits for. */
export interface UnderWay {
  transaction?: Promise<void> | undefined
}

export class SqliteEngine implements Engine {
  readonly dialect = 'sqlite'
  readonly client: SqliteDatabase.Database
  /** What can tell the open files from others that are put in their place, by their paths. */
  readonly #files: Map<string, string>
  readonly #underWay: UnderWay
  readonly #commitsOfOthers: SqliteDatabase.Statement<[], number>
  readonly #ownChanges: SqliteDatabase.Statement<[], number>
  #timesForgotten = 0
  readonly #statements = new Map<string, SqliteDatabase.Statement>()
  #unlocked: Promise<void> | undefined

  constructor(client: SqliteDatabase.Database, underWay: UnderWay) {
    this.client = client
    this.#underWay = underWay
    this.#commitsOfOthers = client.prepare<[], number>('pragma data_version').pluck()
    this.#ownChanges = client.prepare<[], number>('select total_changes()').pluck()
    const { name, memory } = client
    const file = memory ? '' : realpathSync(name)
    // Without its companions the file lacks the latest commits, or gets them twice.
    const paths = memory ? [] : [name, `${file}-wal`, `${file}-shm`]
    this.#files = new Map(paths.map((path) => [path, identityOf(path)]))
  }

  /** What finds the lock of another process is tried again: nothing was done. */
  async query(text: string, values: (string | number | null)[]): Promise<object[]> {
    for (let attemptsLeft = MOST_ATTEMPTS - 1; ; attemptsLeft--) {
      while (this.#underWay.transaction) await this.#underWay.transaction
      try {
        return this.#run(text, values)
      } catch (error) {
        if (attemptsLeft === 0 || !isBusy(error)) throw error
        await this.untilWritable()
      }
    }
  }

  #run(text: string, values: (string | number | null)[]): object[] {
    let statement = this.#statements.get(text)
    if (!statement) {
      statement = this.client.prepare(text)
      this.#statements.set(text, statement)
    }
    if (statement.reader) return statement.all(...values) as object[]
    statement.run(...values)
    return []
  }

  /**
   * By what SQLite itself knows that the pages in its memory are old, and the rows that were written on
   * this connection. What a transaction of ours has written may yet be rolled back.
   */
  version(): string | undefined {
    if (this.client.inTransaction) return undefined
    return `${this.#commitsOfOthers.get()} ${this.#ownChanges.get()} ${this.#timesForgotten}`
  }

  /**
   * SQLite waits within the event loop, where everybody waits with it. `untilWritable` has the
   * patience instead.
   */
  limitWaiting(): void {
    this.client.pragma(`busy_timeout = ${LONGEST_BLOCK_MS}`)
  }

  /** Waits a second for another process that holds the lock, such as a backup. */
  async untilWritable(): Promise<void> {
    this.#assertSameFiles()
    if (!this.#isLocked()) return
    // One loop for all who wait, however many there are.
    this.#unlocked ??= this.#untilUnlocked().finally(() => (this.#unlocked = undefined))
    await this.#unlocked
  }

  async #untilUnlocked(): Promise<void> {
    for (let waited = 0; waited < LONGEST_WAIT_MS; waited += LOOK_EVERY_MS) {
      await wait(LOOK_EVERY_MS)
      if (!this.#isLocked()) return
    }
    throw new DatabaseUnavailableError('Another process holds the lock of the database')
  }

  #isLocked(): boolean {
    // The lock is our own transaction's, for which every other statement of ours waits in sqlite.ts.
    if (this.client.inTransaction) return false
    const patience = this.client.pragma('busy_timeout', { simple: true })
    this.client.pragma('busy_timeout = 0')
    try {
      this.client.exec('begin immediate; rollback')
      return false
    } catch (error) {
      if (isBusy(error)) return true
      throw error
    } finally {
      this.client.pragma(`busy_timeout = ${patience}`)
    }
  }

  // SQLite goes on writing to a file that was removed or replaced, and all of it is gone at the next
  // start. It is not opened anew: whatever put another file there meant it for a server that does not
  // run, and a log left over from the old file would be taken for the new one's.
  #assertSameFiles(): void {
    for (const [path, identity] of this.#files) {
      if (identityOf(path) === identity) continue
      throw new DatabaseUnavailableError(
        `${path} was removed or replaced while it was in use: put it back, or restart the shop`,
      )
    }
  }

  async writeWithoutWaiting(write: () => Promise<unknown>): Promise<void> {
    if (!this.#isLocked()) await write()
  }

  /** It is committed: what is rolled back never meets the disk, and so not that it is full. */
  async writeForTest(): Promise<void> {
    const version = this.client.pragma('user_version', { simple: true })
    this.client.pragma(`user_version = ${version}`)
  }

  /** A page that was damaged would stay so in memory when it is mended. */
  forgetPages(): void {
    this.#timesForgotten += 1
    if (this.client.open) this.client.pragma('shrink_memory')
  }

  async close(): Promise<void> {
    this.client.close()
  }
}

export function isBusy(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

function identityOf(path: string): string {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev} ${ino}`
  } catch {
    return 'none'
  }
}
