import { skipWithoutRedis, startRedisServer } from '../fixtures/redis-server.ts'
import type { StorageFixture } from '../fixtures/storages.ts'
import { createRedisSessionStorage } from './storage.ts'

let connection: ReturnType<typeof connect> | undefined

export const fixture: StorageFixture = {
  keptIn: 'store',
  skip: skipWithoutRedis,
  async open(_cookie, limits, place) {
    const { client } = await (connection ??= connect())
    // A busy machine is no failure here.
    return createRedisSessionStorage(client, {
      ...limits,
      prefix: `${place}:`,
      timeout: 60_000,
    })
  },
  async close() {
    if (connection === undefined) return
    const { client, server } = await connection
    connection = undefined
    client.destroy()
    await server.kill()
  },
}

async function connect() {
  const { createClient } = await import('redis') // not for those who only look which storages there are
  const server = await startRedisServer()
  const client = createClient({ url: server.url, disableOfflineQueue: true })
  client.on('error', (error) => console.error(error))
  await client.connect()
  return { server, client }
}
