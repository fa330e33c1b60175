import { setTimeout as wait } from 'node:timers/promises'
import { createCustomSessionStorage } from './custom-storage.ts'
import type { TimeLimits } from './custom-storage.ts'
import { purge } from './fs-purge.ts'
import type { PurgeReport } from './fs-purge.ts'
import { SessionDirectory } from './session-directory.ts'
import { LOCKED } from './session-lock.ts'
import { SessionStoreError } from './session-storage.ts'
import type { SessionStorage } from './session-storage.ts'
import { SessionClock } from './time-limits.ts'

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
}

export interface FsSessionStorage extends SessionStorage {
  /** Deletes expired sessions and left-overs now, in small steps. */
  purge(): Promise<PurgeReport>
  /** Stops purging. */
  close(): void
}

// Another process holds a session for well under a millisecond.
const RETRY_MS = 2
const GIVE_UP_MS = 15_000

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
  const { maxBytes = 1024 * 1024, purgeInterval = 900 } = options
  const sessions = new SessionDirectory(directory, maxBytes)
  const clock = new SessionClock(options)
  const closing = new AbortController()

  const storage = createCustomSessionStorage(
    {
      read: (id) => sessions.read(id),
      create: (id, record) => sessions.create(id, record),
      update: (id, changes) => untilUnlocked(() => sessions.update(id, changes)),
      replace: (id, newId, changes) => untilUnlocked(() => sessions.replace(id, newId, changes)),
      delete: (id) => void sessions.delete(id),
    },
    options,
  )

  function purgeNow(): Promise<PurgeReport> {
    return purge(sessions, {
      now: clock.now,
      hasExpired: (record) => clock.hasExpired(record),
      shortestLife: (options.maxAge ?? 0) * 1000,
      signal: closing.signal,
    })
  }

  let timer: NodeJS.Timeout | undefined
  function purgeAfter(seconds: number): void {
    timer = setTimeout(async () => {
      try {
        await purgeNow()
      } catch (error) {
        process.emitWarning(`Purging sessions failed: ${(error as Error).message}`)
      }
      if (!closing.signal.aborted) purgeAfter(purgeInterval)
    }, seconds * 1000).unref()
  }

  if (purgeInterval > 0) purgeAfter(Math.min(10, purgeInterval))

  function close(): void {
    closing.abort()
    clearTimeout(timer)
  }

  return { ...storage, purge: purgeNow, close }
}

function untilUnlocked<result>(attempt: () => result | typeof LOCKED): Awaitable<result> {
  const first = attempt()
  return first === LOCKED ? retry(attempt) : first
}

async function retry<result>(attempt: () => result | typeof LOCKED): Promise<result> {
  for (const giveUp = Date.now() + GIVE_UP_MS; Date.now() < giveUp;) {
    await wait(Math.random() * RETRY_MS)
    const answer = attempt()
    if (answer !== LOCKED) return answer
  }
  throw new SessionStoreError('Cannot lock a session: another process has held it for too long')
}

type Awaitable<value> = value | Promise<value>
