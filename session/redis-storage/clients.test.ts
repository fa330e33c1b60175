import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { createRedisSessionStorage } from 'remix/session/redis-storage'
import type { RedisCommands } from 'remix/session/redis-storage'
import type { SessionStorage } from 'remix/session'
import { lookInto, playRequest } from 'remix/session/testing'
import { skipWithoutRedis, startRedisServer } from '../fixtures/redis-server.ts'
import {
  command,
  startRedisCluster,
  startRedisSentinel,
  until,
} from '../fixtures/redis-topologies.ts'

const COLOR: string = 'color'
const SIZE: string = 'size'

// As README.md says. The types are part of the test.
describe('sessions in Redis by', { skip: skipWithoutRedis }, () => {
  it('a pool of node-redis', async (t) => {
    const server = await startRedisServer()
    const pool = createClientPool({ url: server.url })
    await pool.connect()
    t.after(async () => {
      pool.destroy()
      await server.kill()
    })
    await playVisit(createRedisSessionStorage(pool))
  })

  it('a user with the rights that README.md lists, on a database of its own', async (t) => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const [, rights] = /^ +user needs `(.+?)`, and `\+select`/m.exec(readme)!
    const server = await startRedisServer()
    const user = ['ACL', 'SETUSER', 'shop', 'on', '>password', '+select', ...rights!.split(' ')]
    await command(server, user)
    const client = createClient({ url: `redis://shop:password@127.0.0.1:${server.port}/3` })
    await client.connect()
    t.after(async () => {
      client.destroy()
      await server.kill()
    })
    const storage = createRedisSessionStorage(client)
    await playVisit(storage)
    await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    assert.deepEqual(await command(server, ['ACL', 'LOG']), [])
    assert.equal(await command(server, ['DBSIZE']), 0)
    assert.notEqual(await command({ url: `${server.url}/3` }, ['DBSIZE']), 0)
  })

  it('a cluster of node-redis, on whichever server they are', async (t) => {
    const servers = await startRedisCluster()
    const cluster = createCluster({ rootNodes: servers.urls.map((url) => ({ url })) })
    await cluster.connect()
    t.after(async () => {
      cluster.destroy()
      await servers.stop()
    })
    const client: RedisCommands = {
      sendCommand: (command) => cluster.sendCommand('{session}', false, command),
    }
    await playVisit(createRedisSessionStorage(client, { prefix: '{session}:' }))

    for (let i = 0; i < 12; i++) {
      const other: RedisCommands = {
        sendCommand: (command) => cluster.sendCommand(`{${i}}`, false, command),
      }
      const storage = createRedisSessionStorage(other, { prefix: `{${i}}:` })
      await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    }
    for (const url of servers.urls) assert.notEqual(await command({ url }, ['DBSIZE']), 0)
  })

  it('sentinels of node-redis, also when the master is gone', async (t) => {
    const servers = await startRedisSentinel()
    const { name, sentinels } = servers
    const sentinel = createSentinel({ name, sentinelRootNodes: sentinels })
    sentinel.on('error', () => {})
    await sentinel.connect()
    t.after(async () => {
      await sentinel.destroy()
      await servers.stop()
    })
    const client: RedisCommands = {
      sendCommand: (command) => sentinel.sendCommand(false, command),
    }
    const storage = createRedisSessionStorage(client)
    await playVisit(storage)

    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    await sentinel.sendCommand(false, ['WAIT', '1', '1000'])
    await servers.master.kill()
    await assert.rejects(storage.read(cookie), { name: 'SessionStoreError' })
    await until(async () => {
      const session = await storage.read(cookie).catch(() => undefined)
      if (session) assert.equal(session.get(COLOR), 'red')
      return session !== undefined
    })
    await playRequest(storage, cookie, (session) => session.set(COLOR, 'blue'))
    assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'blue' })
  })

  // Not GLIDE itself, which is a native package for a few systems: node-redis, that fails in the words
  // that GLIDE 2.5 had for the same replies.
  it('a client that words errors as Valkey GLIDE does', async (t) => {
    t.mock.method(process, 'emitWarning', () => {})
    const server = await startRedisServer()
    const redis = createClient({ url: server.url })
    await redis.connect()
    t.after(async () => {
      redis.destroy()
      await server.kill()
    })
    const client: RedisCommands = {
      sendCommand: (command) =>
        redis.sendCommand(command).catch((error: Error) => {
          throw new Error(inWordsOfGlide(error.message))
        }),
    }
    const storage = createRedisSessionStorage(client)
    await playVisit(storage)

    await redis.flushAll()
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    const [key] = await redis.keys('*')
    await redis.del(key!)
    await redis.rPush(key!, 'another kind of value')
    assert.deepEqual(await lookInto(storage, cookie), {})

    await redis.configSet({ 'maxmemory-policy': 'noeviction', maxmemory: '1' })
    const full = playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    await assert.rejects(full, { code: 'OOM', message: 'Cannot store a session: OOM' })
    await redis.configSet('maxmemory', '0')
    await redis.sendCommand(['REPLICAOF', '127.0.0.1', '1'])
    const refused = playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    await assert.rejects(refused, { code: 'ReadOnly', message: 'Cannot store a session: ReadOnly' })
  })
})

// Its names for replies that it knows; of others it has the word, and a colon.
function inWordsOfGlide(reply: string): string {
  const [, word, rest] = /^([A-Z]+) (.*)$/s.exec(reply)!
  const known = { ERR: 'ResponseError', NOSCRIPT: 'NoScriptError', READONLY: 'ReadOnly' }
  const name = known[word as keyof typeof known] as string | undefined
  return name ? `An error was signalled by the server: - ${name}: ${rest}` : `${word}: ${rest}`
}

/** Sends every command that the storage knows. */
async function playVisit(storage: SessionStorage): Promise<void> {
  const first = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
  await playRequest(storage, first, (session) => session.flash(SIZE, 'XL'))
  await playRequest(storage, first, (session) => {
    assert.equal(session.get(SIZE), 'XL')
    session.regenerateId(false)
  })
  assert.deepEqual(await lookInto(storage, first), { [COLOR]: 'red' })
  const second = await playRequest(storage, first, (session) => session.regenerateId())
  assert.deepEqual(await lookInto(storage, first), {})
  assert.deepEqual(await lookInto(storage, second), { [COLOR]: 'red' })
  await playRequest(storage, second, (session) => session.destroy())
  assert.deepEqual(await lookInto(storage, second), {})
}
