import path from 'node:path'
import { createCustomSessionStorage } from '../custom-storage/storage.ts'
import type { TimeLimits } from '../custom-storage/storage.ts'
import { createFileStore } from './store.ts'
import { createFileStoreInThread } from './thread.ts'
import type { PurgeReport } from './purge.ts'
import type { SessionStorage } from '../session.ts'
import { warn } from '../warning.ts'

export interface FsSessionStorageOptions extends TimeLimits {
  /**
   * The largest session file in bytes. A larger session is refused when it is saved, and a larger
   * file is not read.
   *
   * @default 1_048_576
   */
  maxBytes?: number | undefined
  /**
   * Seconds between two purges of expired sessions; `0` for none. The first begins ten seconds after
   * the start. Purging keeps no process alive.
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

/**
 * Keeps each session in a JSON file, `<directory>/<id>.json`. Several processes of one machine may
 * share the directory.
 *
 * @param directory Created with mode 0700 if it does not exist
 * @throws SessionStoreError if the directory cannot be used
 * @throws RangeError if a limit is not positive
 */
export function createFsSessionStorage(
  directory: string,
  options: FsSessionStorageOptions = {},
): FsSessionStorage {
  const { maxBytes = 1024 * 1024, purgeInterval = 900, ownThread = false, now = Date.now } = options
  const { maxAge, lifetime, loginKey, firstMaxAge } = options
  const createStore = ownThread ? createFileStoreInThread : createFileStore
  const store = createStore({
    directory: path.resolve(directory),
    maxBytes,
    limits: { maxAge, lifetime, loginKey, firstMaxAge },
  })
  const storage = createCustomSessionStorage(store, options)
  const purge = (): Promise<PurgeReport> => store.purge(now())
  let closed = false

  let timer: NodeJS.Timeout | undefined
  function purgeAfter(seconds: number): void {
    timer = setTimeout(async () => {
      try {
        await purge()
      } catch (error) {
        warn(`Purging sessions failed: ${(error as Error).message}`)
      }
      if (!closed) purgeAfter(purgeInterval)
    }, seconds * 1000).unref()
  }

  if (purgeInterval > 0) purgeAfter(Math.min(10, purgeInterval))

  function close(): void {
    closed = true
    clearTimeout(timer)
    store.close()
  }

  return { ...storage, purge, close }
}
