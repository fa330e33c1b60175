import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { skipWithoutRedis, startRedisServer } from 'remix/session/testing/redis-server'
import type { RedisServer } from 'remix/session/testing/redis-server'
import { createLoginThrottle } from '../auth/login-throttle.ts'
import { connectRedis } from '../redis/redis.ts'
import type { Redis } from '../redis/redis.ts'
import type { CreateLimiter } from './limiter.ts'
import { redisLimiter } from './redis-limiter.ts'
import { describeSharedLimiter } from './testing-shared-limiter.ts'

describe('login counters in Redis', { skip: skipWithoutRedis }, () => {
  let server: RedisServer
  let connections: Redis[]
  let limiters: CreateLimiter[]

  before(async () => {
    server = await startRedisServer()
    connections = [await connect(), await connect()]
    limiters = connections.map((redis) => redisLimiter(redis))
  })

  after(async () => {
    for (const redis of connections) await redis.close()
    await server.kill()
  })

  function connect(): Promise<Redis> {
    return connectRedis(server.url, () => {}, { answerWithinMs: 60_000 })
  }

  describeSharedLimiter(
    () => limiters,
    async () => {
      const { client } = connections[0]!
      for (const key of await client.keys('throttle:login-wait:*'))
        await client.pExpire(key, 60_000)
    },
  )

  it('forget everything after a time, and keep no address', async () => {
    const { client } = connections[0]!
    const keys = await client.keys('*')
    assert.ok(keys.length > 0)
    for (const key of keys) {
      assert.doesNotMatch(key, /@|joe/)
      // -1 is for ever. 0 is less than a millisecond, or than half a second were it asked in seconds.
      assert.notEqual(await client.pTTL(key), -1, `${key} stays for ever`)
    }
  })

  it('answer 503 while Redis hangs or is away, without looking at the password', async (t) => {
    const throttle = createLoginThrottle({ createLimiter: limiters[0]! })
    const verify = t.mock.fn(async () => false)
    server.suspend()
    await assert.rejects(throttle.attempt('jim', '10.4.0.1', verify), { status: 503 })
    server.resume()
    await server.kill()
    await assert.rejects(throttle.attempt('jim', '10.4.0.1', verify), { status: 503 })
    assert.equal(verify.mock.callCount(), 0)
  })
})
