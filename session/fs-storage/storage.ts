// The protocol of a session directory, shared by any number of processes on one machine, also from
// several containers:
//
//   <id>.json         a session: linked from a whole file, later only ever replaced by renaming one;
//                     where there are no links renamed from the start, by who has the lock
//   <id>.<n>.tmp      what is being written
//   <id>.lock         a symbolic link that names its holder, or a file where there are no links; who
//                     wants to change <id>.json has it
//   <id>.lock.tmp     the same for <id>.lock: who wants to break it has it
//   <id>.gone         a tombstone: the session was destroyed, or replaced by the one that it names
//   <id>.corrupt      a file that could not be understood, set aside
//
// Destroying does not wait for the lock. It writes the tombstone, then removes the file; whoever
// was writing looks for the tombstone after renaming and removes the file again. A session without
// a file is never created by an update. So a destroyed session stays ended whatever comes when.
//
// The purge collects what nobody needs any more; none of it is needed for a promise.

import path from 'node:path'
import { purgeRegularly } from '../custom-storage/purge-regularly.ts'
import { createCustomSessionStorage } from '../custom-storage/storage.ts'
import type { TimeLimits } from '../custom-storage/storage.ts'
import { checkPositive, checkStorageOptions } from '../options.ts'
import { checkDirectoryName } from './private-directory.ts'
import { createFileStore } from './store.ts'
import { createFileStoreInThread } from './thread.ts'
import type { PurgeReport } from './purge.ts'
import type { ReadOptions, Session, SessionStorage } from '../session.ts'

export type { PurgeReport } from './purge.ts'

export interface FsSessionStorageOptions extends TimeLimits {
  /**
   * The largest session file in bytes; `Infinity` for no limit. A larger session is refused when it is
   * saved, and a larger file is not read.
   *
   * @default 1_048_576
   */
  maxBytes?: number | undefined
  /**
   * Seconds between two purges of expired sessions; `0` or `Infinity` for none. The first begins ten
   * seconds after the start. Waiting for one keeps no process alive; one that has begun is finished.
   *
   * @default 900
   */
  purgeInterval?: number | undefined
  /**
   * Accesses the files in a thread of their own. That costs more than a file on a local disk does,
   * but a slow disk or a network file system then holds up only the requests that wait for it.
   *
   * @default false
   */
  ownThread?: boolean | undefined
}

export interface FsSessionStorage extends SessionStorage {
  /** Deletes expired sessions and left-overs now, in small steps. */
  purge(): Promise<PurgeReport>
  /** Stops purging. */
  close(): void
}

const OPTION_TYPES = {
  maxBytes: 'number',
  purgeInterval: 'number',
  ownThread: 'boolean',
} satisfies Record<Exclude<keyof FsSessionStorageOptions, keyof TimeLimits>, string>

/**
 * Keeps each session in a JSON file, `<directory>/<id>.json`. Several processes of one machine may
 * share the directory.
 *
 * @param directory Created with mode 0700 if it does not exist. One that is there gets this mode; it is
 *   refused if others can look into it, and it holds something else and no session
 * @throws TypeError if the directory has no name, an option is of another type, or its name is misspelt by
 *   case, `-` or `_`, as `maxage`
 * @throws SessionStoreError if it cannot be used
 * @throws RangeError if a limit is not positive, or the interval of purging negative
 */
export function createFsSessionStorage(
  directory: string,
  options: FsSessionStorageOptions = {},
): FsSessionStorage {
  checkStorageOptions(options, OPTION_TYPES)
  const { maxBytes = 1024 * 1024, purgeInterval = 900, ownThread = false, now = Date.now } = options
  const { maxAge, lifetime, loginKey, firstMaxAge } = options
  checkPositive('bytes', { maxBytes })
  checkDirectoryName(directory)
  const createStore = ownThread ? createFileStoreInThread : createFileStore
  const store = createStore({
    directory: path.resolve(directory),
    maxBytes,
    limits: { maxAge, lifetime, loginKey, firstMaxAge },
  })
  const storage = createCustomSessionStorage(store, options)
  let cookieMaxAge: number | undefined
  const purge = (): Promise<PurgeReport> => store.purge(now(), cookieMaxAge)
  const stopPurging = purgeRegularly(purgeInterval, purge)

  // Whoever reads tells the limit of the cookie, which a purge has no other way to know.
  function read(cookie: string | null, readOptions: ReadOptions = {}): Promise<Session> {
    const { maxAge: limit = 0 } = readOptions
    if (limit > (cookieMaxAge ?? 0)) cookieMaxAge = limit
    return storage.read(cookie, readOptions)
  }

  function close(): void {
    stopPurging()
    store.close()
  }

  return { ...storage, read, purge, close }
}
