import { after, before, describe } from 'node:test'
import { exploreSessionStorage } from 'remix/session/testing'
import { fewerPlays } from '../fixtures/exploring.ts'
import { skipWithoutRedis } from '../fixtures/redis-server.ts'
import { startRedisWithClient } from './fixtures/redis-with-client.ts'
import type { RedisClient } from './fixtures/redis-with-client.ts'
import { createRedisSessionStorage } from './storage.ts'

describe('with Redis', { skip: skipWithoutRedis }, () => {
  let client: RedisClient
  let stop: (() => Promise<void>) | undefined

  before(async () => {
    ;({ client, stop } = await startRedisWithClient())
  })

  after(() => stop?.())

  exploreSessionStorage(
    'Redis storage',
    // A busy machine is no failure here.
    (limits) => createRedisSessionStorage(client, { ...limits, timeout: 60_000 }),
    { replay: process.env.REPLAY, ...fewerPlays },
  )
})
