import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { skipWithoutRedis, startRedisServer } from 'remix/session/testing/redis-server'
import type { RedisServer } from 'remix/session/testing/redis-server'
import { connectRedis } from '../redis/redis.ts'
import type { Redis } from '../redis/redis.ts'
import { createLoginThrottle } from '../auth/login-throttle.ts'
import type { LoginThrottle } from '../auth/login-throttle.ts'
import { redisLimiter } from './redis-limiter.ts'

const jane = 'jane@example.com'

describe('login counters in Redis', { skip: skipWithoutRedis }, () => {
  let server: RedisServer
  let connections: Redis[]
  let throttles: LoginThrottle[]

  before(async () => {
    server = await startRedisServer()
    connections = [await connect(), await connect()]
    throttles = connections.map((redis) =>
      createLoginThrottle({ createLimiter: redisLimiter(redis) }),
    )
  })

  after(async () => {
    for (const redis of connections) await redis.close()
    await server.kill()
  })

  function connect(): Promise<Redis> {
    return connectRedis(server.url, () => {})
  }

  function guess(server: number, address: string, account = jane) {
    return throttles[server % 2]!.attempt(account, address, async () => false)
  }

  it('count what is guessed at all servers together', async () => {
    for (let i = 0; i < 5; i++) {
      assert.deepEqual(await guess(i, `10.0.${i}.1`), { allowed: true, correct: false })
    }
    // A second to wait: on a busy machine it may be over before the next guess.
    const { client } = connections[0]!
    for (const key of await client.keys('login-wait:*')) await client.pExpire(key, 60_000)
    assert.equal((await guess(0, '10.0.5.1')).allowed, false)
    assert.equal((await guess(1, '10.0.6.1')).allowed, false)
  })

  it('let twenty of a hundred simultaneous guesses from one address through', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 100 }, (_, i) => guess(i, '10.1.0.1', `somebody ${i}`)),
    )
    assert.equal(guesses.filter(({ allowed }) => allowed).length, 20)
  })

  it('forget a right password, and all of it after a time', async () => {
    for (let i = 0; i < 4; i++) await guess(i, `10.2.${i}.1`, 'joe')
    const right = await throttles[1]!.attempt('joe', '10.2.0.1', async () => true)
    assert.deepEqual(right, { allowed: true, correct: true })
    for (let i = 0; i < 4; i++) {
      const again = await guess(i, `10.2.${i}.1`, 'joe')
      assert.deepEqual(again, { allowed: true, correct: false })
    }
    const { client } = connections[0]!
    const keys = await client.keys('*')
    assert.ok(keys.length > 0)
    for (const key of keys) {
      assert.doesNotMatch(key, /@|joe/)
      // -1 is for ever. 0 is less than a millisecond, or than half a second were it asked in seconds.
      assert.notEqual(await client.pTTL(key), -1, `${key} stays for ever`)
    }
  })

  it('count the requests for a reset as well', async () => {
    const allowed = []
    for (let i = 0; i < 4; i++) allowed.push(await throttles[i % 2]!.allowMail(jane, '10.3.0.1'))
    assert.deepEqual(allowed, [true, true, true, false])
  })

  it('answer 503 while Redis hangs or is away, without looking at the password', async (t) => {
    const verify = t.mock.fn(async () => false)
    server.suspend()
    await assert.rejects(throttles[0]!.attempt('jim', '10.4.0.1', verify), { status: 503 })
    server.resume()
    await server.kill()
    await assert.rejects(throttles[0]!.attempt('jim', '10.4.0.1', verify), { status: 503 })
    assert.equal(verify.mock.callCount(), 0)
  })
})
