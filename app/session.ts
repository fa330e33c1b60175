import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Cookie } from 'remix/cookie'
import { createCookie } from 'remix/cookie'
import { createSessionId } from 'remix/session'
import type { SessionStorage } from 'remix/session'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import type { Database } from '../db/database.ts'
import type { Config } from './config.ts'
import { onceASecond } from './health/once-a-second.ts'
import { openRedisSessions } from './redis/redis-sessions.ts'
import type { Redis } from './redis/redis.ts'
import { openTableSessions } from './session-table/table-sessions.ts'

// In seconds. A guest whose cookie never comes back is no browser. Shorter than any login lives, so
// that a store which is full drops such guests first.
const FIRST_MAX_AGE = 60 * 60

export interface Sessions {
  cookie: Cookie
  storage: SessionStorage
  /** Rejects when nothing can be saved in the store. Asking often costs nothing. */
  check(): Promise<void>
  /** Stops what the storage does in the background. */
  close(): Promise<void>
}

/** What several servers share, and sessions can be kept in. It is not closed with them. */
export interface Stores {
  redis?: Redis | undefined
  db: Database
}

/**
 * The session cookie and the storage that `SESSION_STORAGE` chooses.
 *
 * @throws SessionStoreError if the session directory cannot be used
 */
export function openSessions(
  config: Config,
  now = Date.now,
  stores: Partial<Stores> = {},
): Sessions {
  const cookie = createCookie(cookieName('session', config), {
    httpOnly: true,
    secure: config.production,
    sameSite: 'Lax',
    secrets: [...config.sessionSecrets],
    maxAge: config.sessionMaxAge,
  })
  const limits = { ...limitsOfSessions(config), now }
  switch (config.sessionStorage) {
    case 'cookie':
      return {
        cookie,
        storage: createCookieSessionStorage(cookie, limits),
        check: nothing,
        close: nothing,
      }
    case 'memory':
      return {
        cookie,
        storage: createMemorySessionStorage(limits),
        check: nothing,
        close: nothing,
      }
    case 'fs': {
      const storage = createFsSessionStorage(config.sessionDir, limits)
      return {
        cookie,
        storage,
        check: onceASecond(() => writeInto(config.sessionDir), now),
        close: async () => storage.close(),
      }
    }
    case 'redis':
      return { cookie, ...openRedisSessions(stores.redis, config.redisPrefix, limits) }
    case 'database':
      return { cookie, ...openTableSessions(stores.db, limits) }
  }
}

/** How long sessions live, whatever they are kept in. */
export function limitsOfSessions(config: Pick<Config, 'sessionMaxAge' | 'sessionLifetime'>) {
  return {
    maxAge: config.sessionMaxAge,
    lifetime: config.sessionLifetime,
    loginKey: 'loginId',
    firstMaxAge: FIRST_MAX_AGE,
  }
}

/** What a cookie of the shop is called. */
export function cookieName(
  name: string,
  { production, publicOrigin }: Pick<Config, 'production' | 'publicOrigin'>,
): string {
  // The prefix binds the cookie to this host, which browsers allow over https only.
  if (production) return `__Host-${name}`
  // Cookies know no ports: two projects on one machine would take each other's.
  const { port } = new URL(publicOrigin)
  return port === '' ? name : `${name}-${port}`
}

async function nothing(): Promise<void> {}

// A block, since a disk that is full may still take a few bytes beside the name. Should it stay
// behind, the purge knows it by its name.
async function writeInto(directory: string): Promise<void> {
  const file = path.join(directory, `${createSessionId()}.trial.tmp`)
  try {
    await writeFile(file, Buffer.alloc(4096), { flag: 'wx', mode: 0o600 })
  } finally {
    await rm(file, { force: true })
  }
}
