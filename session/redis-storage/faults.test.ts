import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import vm from 'node:vm'
import { restoreSession, SessionEndedError } from 'remix/session'
import { createRedisSessionStorage } from 'remix/session/redis-storage'
import type { RedisCommands } from 'remix/session/redis-storage'
import { lookInto, playRequest } from 'remix/session/testing'
import { skipWithoutRedis } from '../fixtures/redis-server.ts'
import { startRedisWithClient } from './fixtures/redis-with-client.ts'
import type { RedisClient } from './fixtures/redis-with-client.ts'

const COLOR: string = 'color'

describe('redis storage in trouble', { skip: skipWithoutRedis }, () => {
  let client: RedisClient
  let stop: (() => Promise<void>) | undefined

  before(async () => {
    ;({ client, stop } = await startRedisWithClient())
  })

  after(() => stop?.())

  it('takes what it cannot understand for no session, and warns once without the id', async (t) => {
    const storage = createRedisSessionStorage(client)
    const warn = t.mock.method(process, 'emitWarning', () => {})
    for (let i = 0; i < 2; i++) {
      const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      const key = keyOf(cookie)
      await client.set(key, 'session 1\nsomething else')
      assert.deepEqual(await lookInto(storage, cookie), {})
      await client.set(key, `${await client.get(key)}`.replace('1', '2'))
      const session = await storage.read(cookie)
      assert.notEqual(session.id, cookie)
    }
    assert.equal(warn.mock.callCount(), 1)
    assert.doesNotMatch(String(warn.mock.calls[0]!.arguments[0]), /[0-9a-f]{32}/)
  })

  it('takes another kind of value under a key for no session, and warns once', async (t) => {
    const storage = createRedisSessionStorage(client)
    const warn = t.mock.method(process, 'emitWarning', () => {})
    const others: ((key: string) => Promise<unknown>)[] = [
      (key) => client.rPush(key, 'x'),
      (key) => client.hSet(key, 'x', 'x'),
      (key) => client.sAdd(key, 'x'),
      (key) => client.zAdd(key, { score: 1, value: 'x' }),
      (key) => client.xAdd(key, '*', { x: 'x' }),
    ]
    for (const putAnother of others) {
      const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      const key = keyOf(cookie)
      const slow = await storage.read(cookie)
      slow.set(COLOR, 'late')
      const leaving = await storage.read(cookie)
      leaving.destroy()
      await client.del(key)
      await putAnother(key)
      await assert.rejects(storage.save(slow), SessionEndedError)
      const renewed = await playRequest(storage, cookie, (session) => session.set(COLOR, 'blue'))
      assert.notEqual(renewed, cookie)
      assert.deepEqual(await lookInto(storage, renewed), { [COLOR]: 'blue' })
      assert.notEqual(await client.type(key), 'string')
      assert.equal(await storage.save(leaving), '')
      assert.equal(await client.exists(key), 0)
    }
    assert.equal(warn.mock.callCount(), 1)
    assert.doesNotMatch(String(warn.mock.calls[0]!.arguments[0]), /[0-9a-f]{32}/)
  })

  it('does not fetch what is larger than a session may be, and takes it for none', async (t) => {
    t.mock.method(process, 'emitWarning', () => {})
    let longest = 0
    const watched: RedisCommands = {
      async sendCommand(command) {
        const reply: unknown = await client.sendCommand(command)
        longest = Math.max(longest, String(reply).length)
        return reply
      },
    }
    const storage = createRedisSessionStorage(watched, { maxBytes: 1000 })
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'é'.repeat(300)))
    assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'é'.repeat(300) })
    const key = keyOf(cookie)
    const text = (await client.get(key))!
    const fill = 1000 - Buffer.byteLength(text)
    await client.set(key, text.replace('é', `é${'x'.repeat(fill)}`))
    assert.equal((await storage.read(cookie)).id, cookie, 'as large as a session may be')

    const slow = await storage.read(cookie)
    const larger = text.replace('é', `é${'x'.repeat(fill + 1)}`)
    for (const value of [larger, text.replace(/é+/, 'é'.repeat(20_000_000))]) {
      await client.set(key, value)
      assert.notEqual((await storage.read(cookie)).id, cookie)
    }
    slow.set(COLOR, 'late')
    await assert.rejects(storage.save(slow), SessionEndedError)
    assert.ok(longest <= 1001, `it fetched ${longest} bytes`)
  })

  it('does not wait for an answer that does not come', async () => {
    const silent: RedisCommands = { sendCommand: () => new Promise(() => {}) }
    const storage = createRedisSessionStorage(silent, { timeout: 20 })
    await assert.rejects(storage.read('0'.repeat(64)), { status: 503, code: 'ETIMEDOUT' })
  })

  it('waits for an answer as long as it is told, also for longer than a timer of Node can', async () => {
    const slow: RedisCommands = {
      sendCommand: () => new Promise((resolve) => void setTimeout(() => resolve(''), 20)),
    }
    for (const timeout of [3_000_000_000, Infinity]) {
      const storage = createRedisSessionStorage(slow, { timeout })
      assert.deepEqual(await lookInto(storage, '0'.repeat(64)), {})
    }
    for (const timeout of [0, -1, NaN]) {
      assert.throws(() => createRedisSessionStorage(slow, { timeout }), RangeError)
    }
  })

  it('tells what is wrong in a word, and neither keys nor values', async (t) => {
    const storage = createRedisSessionStorage(client)
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'my secret'))
    await client.configSet('maxmemory-policy', 'noeviction')
    await client.configSet('maxmemory', '1')
    t.after(() => client.configSet({ maxmemory: '0' }))
    const save = playRequest(storage, cookie, (session) => session.set(COLOR, 'my secret too'))
    const message = /^Cannot save a session: (OOM|ERR)$/ // Redis 6.2 says ERR for all in a script
    const code = /^(OOM|ERR)$/
    await assert.rejects(save, { name: 'SessionStoreError', status: 503, code, message })
    const error = Object.assign(new Error(`gone, with SET ${cookie}`), { args: [cookie] })
    const broken: RedisCommands = { sendCommand: () => Promise.reject(error) }
    await assert.rejects(createRedisSessionStorage(broken).read(cookie), {
      name: 'SessionStoreError',
      message: 'Cannot read a session: Redis cannot be reached',
    })
  })

  it('understands errors of another realm, as where tests run in one', async () => {
    const storage = createRedisSessionStorage({
      async sendCommand(command) {
        if (command[0] === 'EVAL') return ''
        const text = command[0] === 'EVALSHA' ? 'NOSCRIPT No matching script' : 'OOM full'
        throw vm.runInNewContext('new Error(text)', { text })
      },
    })
    const id = '0'.repeat(64)
    await assert.rejects(storage.read(id), { status: 503, code: 'OOM' })
    const now = Date.now()
    const times = { createdAt: now, renewedAt: now, expiresAt: now + 60_000, maxAge: 60 }
    const session = restoreSession({ id, record: { values: {}, flashes: {}, ...times } })
    session.set(COLOR, 'red')
    await assert.rejects(storage.save(session), SessionEndedError)
  })

  it('refuses options of another type or a misspelt name, and a client without sendCommand', () => {
    for (const options of [{ prefix: 1 }, { maxBytes: '5' }, { timeout: '5' }, { timeOut: 5 }]) {
      assert.throws(() => createRedisSessionStorage(client, options as object), TypeError)
    }
    for (const other of [undefined, {}, new Map()]) {
      assert.throws(() => createRedisSessionStorage(other as RedisClient), /needs sendCommand\(\)/)
    }
  })

  it('destroying needs no memory', async (t) => {
    const storage = createRedisSessionStorage(client)
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    await client.configSet('maxmemory-policy', 'noeviction')
    await client.configSet('maxmemory', '1')
    t.after(() => client.configSet({ maxmemory: '0' }))
    await playRequest(storage, cookie, (session) => session.destroy())
    assert.deepEqual(await lookInto(storage, cookie), {})
  })

  it('drops guests before customers when it is full, where guests have less time', async (t) => {
    // A server of its own: what others have just freed would count as room.
    const { client, stop } = await startRedisWithClient(['--maxmemory-policy', 'volatile-ttl'])
    t.after(stop)
    const limits = { maxAge: 7200, firstMaxAge: 3600, loginKey: 'user', timeout: 60_000 }
    const storage = createRedisSessionStorage(client, limits)
    const visit = (key: string): Promise<string> =>
      playRequest(storage, '', (session) => session.set(key, 'x'.repeat(300)))
    const customers = await Promise.all(Array.from({ length: 300 }, () => visit('user')))
    const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))![1])
    await client.configSet('maxmemory', String(used + 3_000_000))
    for (let i = 0; i < 100; i++) {
      await Promise.all(Array.from({ length: 100 }, () => visit(COLOR)))
    }
    assert.ok((await client.dbSize()) < 9000, 'it was not full')
    for (const cookie of customers) assert.equal((await storage.read(cookie)).has('user'), true)
  })
})

function keyOf(cookie: string): string {
  return `session:${createHash('sha256').update(cookie).digest('hex')}`
}
