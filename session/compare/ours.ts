import path from 'node:path'
import { createCookie } from 'remix/cookie'
import type { Cookie } from 'remix/cookie'
import type { SessionStorage } from 'remix/session'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import { createRedisSessionStorage } from 'remix/session/redis-storage'
import { createSqlSessionStorage, sessionTable } from 'remix/session/sql-storage'
import { withSession } from 'remix/session-handler'
import { openDatabase } from '../sql-storage/fixtures/databases.ts'
import { sendWith } from './fetch-peers.ts'
import { SECRET } from './peer.ts'
import type { Candidate, Peer, PeerOptions } from './peer.ts'

/** The environment variable with the address of a Redis, for the processes that crash as well. */
export const REDIS_URL = 'COMPARE_REDIS_URL'

/** The storages of this library. */
export const ours: Candidate[] = [
  {
    name: 'ours, files',
    outlivesProcess: true,
    packages: [],
    async open(options) {
      const storage = createFsSessionStorage(options.directory)
      return { ...play(options, () => storage), close: () => storage.close() }
    },
  },
  {
    name: 'ours, SQLite',
    outlivesProcess: true,
    packages: [],
    async open(options) {
      const file = path.join(options.directory, 'sessions.sqlite')
      const { database, close } = await openDatabase(file)
      for (const statement of sessionTable('sqlite')) await database.query(statement, [])
      const storage = createSqlSessionStorage(database, { purgeInterval: 0 })
      return { ...play(options, () => storage), close }
    },
  },
  {
    name: 'ours, Redis',
    needsRedis: true,
    outlivesProcess: true,
    packages: [],
    async open(options) {
      const { createClient } = await import('redis')
      const client = createClient({ url: process.env[REDIS_URL]! })
      await client.connect()
      const prefix = `${options.directory}:`
      const storage = createRedisSessionStorage(client, { prefix })
      return { ...play(options, () => storage), close: () => client.destroy() }
    },
  },
  {
    name: 'ours, memory',
    packages: [],
    open: async (options) => play(options, () => createMemorySessionStorage()),
  },
  {
    name: 'ours, cookie',
    isStateless: true,
    packages: [],
    open: async (options) => play(options, (cookie) => createCookieSessionStorage(cookie)),
  },
]

function play({ cookieName, maxAge }: PeerOptions, open: (cookie: Cookie) => SessionStorage): Peer {
  const cookie = createCookie(cookieName, { secrets: [SECRET], maxAge })
  const handle = withSession(cookie, open(cookie))
  return sendWith((request, handler) =>
    handle(request, async (session) => {
      await handler(session())
      return new Response()
    }),
  )
}
