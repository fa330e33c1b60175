import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createClient } from 'redis'
import type { Cookie } from 'remix/cookie'
import type { SessionStorage } from 'remix/session'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import { createRedisSessionStorage } from 'remix/session/redis-storage'
import { skipWithoutRedis, startRedisServer } from '../fixtures/redis-server.ts'

export const storageNames = ['cookie', 'memory', 'fs', 'redis'] as const
export type StorageName = (typeof storageNames)[number]

/** Creates storages to be measured, and removes what they left. */
export class Storages {
  readonly #directory = mkdtempSync(path.join(tmpdir(), 'session-bench-'))
  readonly #cleanUps: (() => unknown)[] = []
  #redisUrl: string | undefined

  /** Starts a Redis server, if there is one on this machine; else the measurements leave it out. */
  static async open(): Promise<{ storages: Storages; names: readonly StorageName[] }> {
    const storages = new Storages()
    if (skipWithoutRedis !== false) {
      console.log(`Not on Redis: ${skipWithoutRedis}\n`)
      return { storages, names: storageNames.filter((name) => name !== 'redis') }
    }
    const server = await startRedisServer()
    storages.#redisUrl = server.url
    storages.#cleanUps.push(() => server.kill())
    return { storages, names: storageNames }
  }

  /** @param place Storages of the same kind and place hold the same sessions */
  async create(name: StorageName, cookie: Cookie, place = 'sessions'): Promise<SessionStorage> {
    switch (name) {
      case 'cookie':
        return createCookieSessionStorage(cookie)
      case 'memory':
        return createMemorySessionStorage()
      case 'fs':
        return createFsSessionStorage(path.join(this.#directory, place), { purgeInterval: 0 })
      case 'redis': {
        const client = createClient({ url: this.#redisUrl!, disableOfflineQueue: true })
        client.on('error', (error) => console.error(error))
        await client.connect()
        this.#cleanUps.unshift(() => client.close())
        return createRedisSessionStorage(client, { prefix: `${place}:` })
      }
    }
  }

  async close(): Promise<void> {
    for (const cleanUp of this.#cleanUps) await cleanUp()
    rmSync(this.#directory, { recursive: true, force: true })
  }
}
