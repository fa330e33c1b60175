import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe } from 'node:test'
import { createClient } from 'redis'
import { createCookieSessionStorage } from '../../cookie-storage/storage.ts'
import { createCustomSessionStorage } from '../../custom-storage/storage.ts'
import { skipWithoutRedis, startRedisServer } from '../../fixtures/redis-server.ts'
import type { RedisServer } from '../../fixtures/redis-server.ts'
import { createFileStore } from '../../fs-storage/store.ts'
import { createMemorySessionStorage } from '../../memory-storage/storage.ts'
import { createRedisSessionStorage } from '../../redis-storage/storage.ts'
import { exploreSessionStorage } from './explore.ts'
import { createMapStore } from './map-store.ts'

const replay = process.env.REPLAY
// What costs a file or a trip to a server.
const LESS = {
  random: 200,
  pairs: ['', 'get.note', 'merge.cart', 'regenerateId', 'set.a regenerateId', 'destroy'],
  few: ['merge.cart', 'set.a regenerateId'],
  triples: ['set.a regenerateId'],
}

exploreSessionStorage(
  'a storage of one’s own',
  ({ stepped, ...limits }) => createCustomSessionStorage(stepped(createMapStore()), limits),
  { replay },
)

exploreSessionStorage(
  'a storage of one’s own in two processes',
  ({ stepped, ...limits }) => {
    const store = stepped(createMapStore())
    return {
      storage: createCustomSessionStorage(store, limits),
      elsewhere: createCustomSessionStorage(store, limits),
    }
  },
  { replay, promises: { readsFlashesOnce: false }, ...LESS },
)

exploreSessionStorage('memory storage', (limits) => createMemorySessionStorage(limits), {
  replay,
  triples: ['merge.cart', 'set.a regenerateId'],
})

exploreSessionStorage(
  'cookie storage',
  ({ cookie, ...limits }) => createCookieSessionStorage(cookie, limits),
  { replay, promises: { mergesChanges: false, endsSessions: false, readsFlashesOnce: false } },
)

describe('with files', () => {
  let directories: string
  let count = 0

  before(() => {
    directories = fs.mkdtempSync(path.join(os.tmpdir(), 'explored-'))
  })

  after(() => fs.rmSync(directories, { recursive: true }))

  exploreSessionStorage(
    'fs storage',
    ({ stepped, ...limits }) => {
      const { maxAge, now } = limits
      // A directory for each play: a purge looks at every file that is there.
      const directory = path.join(directories, `${++count}`)
      const store = createFileStore({ directory, maxBytes: 10_000, limits: { maxAge } })
      const storage = createCustomSessionStorage(stepped(store), limits)
      return { storage, purge: () => store.purge(now()) }
    },
    { replay, ...LESS },
  )
})

describe('with Redis', { skip: skipWithoutRedis }, () => {
  let server: RedisServer
  let client: ReturnType<typeof createClient>

  before(async () => {
    server = await startRedisServer()
    client = createClient({ url: server.url })
    await client.connect()
  })

  after(async () => {
    client.destroy()
    await server.kill()
  })

  exploreSessionStorage('Redis storage', (limits) => createRedisSessionStorage(client, limits), {
    replay,
    ...LESS,
  })
})
