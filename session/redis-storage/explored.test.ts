import { after, before, describe } from 'node:test'
import { createClient } from 'redis'
import { exploreSessionStorage } from 'remix/session/testing'
import { fewerPlays } from '../fixtures/fewer-plays.ts'
import { skipWithoutRedis, startRedisServer } from '../fixtures/redis-server.ts'
import type { RedisServer } from '../fixtures/redis-server.ts'
import { createRedisSessionStorage } from './storage.ts'

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
    replay: process.env.REPLAY,
    ...fewerPlays,
  })
})
