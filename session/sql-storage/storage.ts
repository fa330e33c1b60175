// A row a session, in SQLite or PostgreSQL:
//
//   id         the hash of its id
//   record     JSON; the ids in it are hashes as well
//   version    Counts the changes. 0 is what a session left that got a new id, and is never changed.
//   login      what it has under the loginKey
//   purge_at   When it may be deleted, in milliseconds since 1970: an hour or two after it has expired.
//              A full hour, so that most changes leave the indexes as they are.
//
//   read      SELECT. A row that was stored under another loginKey, or none, gets its login by an UPDATE.
//   create    INSERT.
//   update    Reads, applies the changes, and UPDATEs if the version is still the one that was read.
//             Else somebody was faster, and it begins again.
//   replace   The same, but the row moves to the new id, and what the session leaves gets the old one.
//   delete    DELETE, unless there is a successor. No tombstone: nothing but `create` makes a row, and
//             that one only for an id that is new.
//
// Each change is one statement, so nothing is locked from one to the next, no transaction stays open when a
// server dies, and a pool of connections may send each statement over another one.

import { setTimeout as wait } from 'node:timers/promises'
import { purgeRegularly } from '../custom-storage/purge-regularly.ts'
import { createCustomSessionStorage } from '../custom-storage/storage.ts'
import type { TimeLimits } from '../custom-storage/storage.ts'
import { checkStorageOptions } from '../options.ts'
import type { SessionStorage } from '../session.ts'
import type { SqlDatabase } from './statements.ts'
import { SqlStore } from './store.ts'

export { sessionTable } from './statements.ts'
export type { SqlDatabase, SqlValue } from './statements.ts'

export interface SqlSessionStorageOptions extends TimeLimits {
  /**
   * The table, which `sessionTable` describes; of another schema as `shop.sessions`.
   *
   * @default 'sessions'
   */
  table?: string | undefined
  /**
   * The largest session in bytes. A larger one is refused when it is saved.
   *
   * @default 1_048_576
   */
  maxBytes?: number | undefined
  /**
   * Seconds between two purges of expired sessions; `0` or `Infinity` for none. The first begins ten
   * seconds after the start. Purging keeps no process alive.
   *
   * @default 900
   */
  purgeInterval?: number | undefined
}

export interface SqlSessionStorage extends SessionStorage {
  /**
   * Ends all sessions that have this value under the `loginKey`, in one statement. One that was stored
   * without that option, or under another key, is found once it was read again. They are compared as
   * text: `1` and `'1'` are one login.
   *
   * @returns How many there were
   * @throws TypeError if there is no `loginKey`, or the value is neither a text nor a number
   */
  endSessionsOf(login: string | number): Promise<number>
  /**
   * Deletes expired sessions now, a few at a time. In PostgreSQL one server does it at a time, and
   * the others leave it to that one.
   *
   * @returns How many were deleted
   */
  purge(): Promise<number>
  /** Stops purging. */
  close(): void
}

const OPTION_TYPES = {
  table: 'string',
  maxBytes: 'number',
  purgeInterval: 'number',
} satisfies Record<Exclude<keyof SqlSessionStorageOptions, keyof TimeLimits>, string>
const FIRST_BATCH = 100
const LARGEST_BATCH = 1000
// So long other writers may have to wait for a batch. The next one is made to fit.
const BATCH_MS = 10
const PAUSE_MS = 10

/**
 * Keeps sessions in a table of SQLite (3.35 or later) or PostgreSQL (11 or later), for any number of
 * servers. Every promise holds between servers as it does between two requests of one.
 *
 * @throws RangeError if a limit is not positive, or the interval of purging negative; TypeError if the
 *   dialect is unknown, there is no `query`, an option is of another type, or its name is misspelt by
 *   case, `-` or `_`, as `maxage`
 */
export function createSqlSessionStorage(
  database: SqlDatabase,
  options: SqlSessionStorageOptions = {},
): SqlSessionStorage {
  checkStorageOptions(options, OPTION_TYPES)
  const { purgeInterval = 900, now = Date.now } = options
  const store = new SqlStore(database, options)
  const storage = createCustomSessionStorage(store, options)
  const closing = new AbortController()

  async function purge(): Promise<number> {
    let deleted = 0
    for (let most = FIRST_BATCH; !closing.signal.aborted;) {
      const begun = performance.now()
      const some = await store.purge(now(), most)
      deleted += some
      if (some < most) break
      const fitting = (most * BATCH_MS) / (performance.now() - begun)
      most = Math.ceil(Math.min(fitting, most * 2, LARGEST_BATCH))
      await wait(PAUSE_MS)
    }
    return deleted
  }

  const stopPurging = purgeRegularly(purgeInterval, purge)

  return {
    ...storage,
    endSessionsOf: (login) => store.deleteOf(login),
    purge,
    close() {
      closing.abort()
      stopPurging()
    },
  }
}
