import { setTimeout as wait } from 'node:timers/promises'
import type { Awaitable, SessionStore } from '../custom-storage/store.ts'
import { purge } from './purge.ts'
import type { PurgeReport } from './purge.ts'
import { SessionDirectory } from './directory.ts'
import { LOCKED } from './lock.ts'
import { SessionStoreError } from '../errors.ts'
import { SessionClock } from '../time-limits.ts'
import type { TimeLimits } from '../time-limits.ts'

export interface FileStoreOptions {
  directory: string
  maxBytes: number
  /** As in a message to another thread: without the clock. */
  limits: Omit<TimeLimits, 'now'>
}

/** A store of session files, in this thread or in another. */
export interface FileStore extends SessionStore {
  /**
   * Deletes what has expired at a time, in milliseconds since 1970, and left-overs.
   *
   * @param cookieMaxAge The longest idle limit of a cookie in seconds, where it is known
   */
  purge(now: number, cookieMaxAge?: number): Promise<PurgeReport>
  /** Ends a purge that is under way. */
  close(): void
}

// Another process holds a session for well under a millisecond.
const RETRY_MS = 2
// The lock of one that died in another container stays for seconds: that is not asked for all the time.
const LONGEST_RETRY_MS = 50
const GIVE_UP_MS = 15_000

/** Session files in this thread. What another process has locked is tried again until it is free. */
export function createFileStore(options: FileStoreOptions): FileStore {
  const { directory, maxBytes, limits } = options
  const sessions = new SessionDirectory(directory, maxBytes)
  const closing = new AbortController()
  return {
    read: (id) => sessions.read(id),
    create: (id, record) => sessions.create(id, record),
    update: (id, changes) => untilUnlocked(() => sessions.update(id, changes)),
    replace: (id, newId, changes, left) =>
      untilUnlocked(() => sessions.replace(id, newId, changes, left)),
    delete: (id) => sessions.delete(id),
    purge(now, cookieMaxAge) {
      const clock = new SessionClock({ ...limits, now: () => now })
      return purge(sessions, {
        now: clock.now,
        // What is stored does not count alone: the limit may have been raised since. Nor does the cookie's
        // alone: there may be another cookie, with a longer one, that nobody has sent yet.
        hasExpired: (record) =>
          clock.hasExpired(record) ||
          (now >= record.expiresAt && clock.hasExpired(record, cookieMaxAge)),
        shortestLife: clock.shortestLife(cookieMaxAge),
        signal: closing.signal,
      })
    },
    close: () => closing.abort(),
  }
}

function untilUnlocked<result>(attempt: () => result | typeof LOCKED): Awaitable<result> {
  const first = attempt()
  return first === LOCKED ? retry(attempt) : first
}

async function retry<result>(attempt: () => result | typeof LOCKED): Promise<result> {
  let pause = RETRY_MS
  for (const giveUp = Date.now() + GIVE_UP_MS; Date.now() < giveUp;) {
    await wait(Math.random() * pause)
    const answer = attempt()
    if (answer !== LOCKED) return answer
    pause = Math.min(pause * 1.2, LONGEST_RETRY_MS)
  }
  throw new SessionStoreError('Cannot lock a session: another process has held it for too long')
}
