import { after, before, describe } from 'node:test'
import { skipWithoutRedis, startRedisServer } from 'remix/session/testing/redis-server'
import type { RedisServer } from 'remix/session/testing/redis-server'

/** Runs a suite with a Redis, if there is one; `newUrl` answers the address of an empty database. */
export function onRedis(title: string, suite: (newUrl: () => string) => void): void {
  describe(title, { skip: skipWithoutRedis }, () => {
    let server: RedisServer
    let databases = 0
    before(async () => {
      server = await startRedisServer(['--databases', '1000'])
    })
    after(() => server.kill())
    suite(() => `${server.url}/${databases++}`)
  })
}
