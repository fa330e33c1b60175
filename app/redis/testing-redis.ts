import { after, before, describe } from 'node:test'
import { skipWithoutRedis, startRedisServer } from 'remix/session/testing/redis-server'
import type { RedisServer } from 'remix/session/testing/redis-server'

interface RedisPlace {
  redisUrl: string
  redisPrefix: string
}

/**
 * Runs a suite with a Redis, if there is one; `newPlace` answers where nothing is yet. The address stays the
 * same: for another one the client's package makes a class of hundreds of methods anew.
 */
export function onRedis(title: string, suite: (newPlace: () => RedisPlace) => void): void {
  describe(title, { skip: skipWithoutRedis }, () => {
    let server: RedisServer
    let places = 0
    before(async () => {
      server = await startRedisServer()
    })
    after(() => server.kill())
    suite(() => ({ redisUrl: server.url, redisPrefix: `${places++}:` }))
  })
}
