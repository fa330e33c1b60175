import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createClient } from 'redis'
import { createRedisSessionStorage } from 'remix/session/redis-storage'
import { describeSessionStorage } from 'remix/session/testing'
import { skipWithoutRedis, startRedisServer } from './fault-tests/redis-server.ts'
import type { RedisServer } from './fault-tests/redis-server.ts'

describe('Redis', { skip: skipWithoutRedis }, () => {
  let server: RedisServer
  let client: ReturnType<typeof connect>
  let other: ReturnType<typeof connect>

  before(async () => {
    server = await startRedisServer()
    client = connect(server)
    other = connect(server)
    await Promise.all([client.connect(), other.connect()])
  })

  after(async () => {
    await Promise.all([client.close(), other.close()])
    await server.kill()
  })

  let prefixes = 0

  describeSessionStorage('redis storage', (limits) => {
    const options = { ...limits, prefix: `test ${prefixes++}:` }
    return {
      storage: createRedisSessionStorage(client, options),
      openAgain: () => createRedisSessionStorage(other, options),
      countSessions: async () => (await other.keys(`${options.prefix}*`)).length,
      breakStore() {
        client.destroy()
        return async () => void (await client.connect())
      },
    }
  })
})

function connect({ url }: RedisServer) {
  return createClient({ url, disableOfflineQueue: true }).on('error', () => {})
}
