import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createClient } from 'redis'
import {
  createSession,
  createSessionId,
  SessionStoreError,
  SessionTooLargeError,
} from 'remix/session'
import { createRedisSessionStorage } from 'remix/session/redis-storage'
import type { RedisCommands } from 'remix/session/redis-storage'
import {
  createFakeClock,
  describeSessionStorage,
  lookInto,
  playRequest,
} from 'remix/session/testing'
import { childEnvironment, scriptFile } from '../fixtures/processes.ts'
import { rounds } from '../fixtures/exploring.ts'
import { race } from '../fixtures/racer.ts'
import { skipWithoutRedis, startRedisServer } from '../fixtures/redis-server.ts'
import type { RedisServer } from '../fixtures/redis-server.ts'

const COLOR: string = 'color'
const PAIRS = rounds(200)

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
    // A test that failed may have left a client closed.
    for (const each of [client, other]) if (each.isOpen) await each.close()
    await server.kill()
  })

  let prefixes = 0

  describeSessionStorage('redis storage', (limits) => {
    // A busy machine is no failure here.
    const options = { ...limits, prefix: `test ${prefixes++}:`, timeout: 60_000 }
    return {
      storage: createRedisSessionStorage(client, options),
      openAgain: () => createRedisSessionStorage(other, options),
      async countSessions() {
        const keys = await other.keys(`${options.prefix}*`)
        const records = await Promise.all(keys.map((key) => other.get(key)))
        return records.filter((record) => !record?.includes('\nsuccessor\t')).length
      },
      breakStore() {
        client.destroy()
        return async () => void (await client.connect())
      },
    }
  })

  it('keeps a session under the hash of its id, with no id and no other key beside it', async () => {
    await client.flushAll()
    const storage = createRedisSessionStorage(client)
    const first = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    const second = await playRequest(storage, first, (session) => session.regenerateId(false))
    const third = await playRequest(storage, second, (session) => session.regenerateId())
    // The second one is known for half a minute.
    const keys = [first, second, third].map(keyOf)
    const [, ofSecond] = keys
    assert.deepEqual((await client.keys('*')).sort(), keys.sort())
    for (const text of await client.mGet(keys)) {
      for (const id of [first, second, third]) assert.equal(text!.includes(id), false)
    }
    await playRequest(storage, third, (session) => session.destroy())
    const left = await client.keys('*')
    assert.deepEqual(left, [ofSecond], 'destroy also ends what regenerateId(false) kept')
    assert.ok((await client.pTTL(left[0]!)) <= 30_000)
  })

  it('gives every key the time to live of its session, whatever the clock here says', async () => {
    await client.flushAll()
    const clock = createFakeClock()
    clock.advance(-1e9)
    const limits = { maxAge: 1000, lifetime: 3000, now: clock.now }
    const storage = createRedisSessionStorage(client, limits)
    const timesLeft = async () =>
      Promise.all(
        (await client.keys('*')).map(async (key) => Math.ceil((await client.pTTL(key)) / 1e3)),
      )

    let cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    assert.deepEqual(await timesLeft(), [1000])
    clock.advance(300)
    await playRequest(storage, cookie, (session) => session.set(COLOR, 'blue'))
    assert.deepEqual(await timesLeft(), [1000], 'no renewal is due')
    for (let i = 0; i < 4; i++) {
      clock.advance(600)
      await playRequest(storage, cookie, (session) => session.get(COLOR))
    }
    assert.deepEqual(await timesLeft(), [300], 'the absolute limit')
    cookie = await playRequest(storage, cookie, (session) => session.setMaxAge(60))
    assert.deepEqual(await timesLeft(), [60])
    cookie = await playRequest(storage, cookie, (session) => session.regenerateId(false))
    assert.deepEqual((await timesLeft()).sort(), [60, 60])
    await playRequest(storage, cookie, (session) => session.flash(COLOR, 'x'))
    await playRequest(storage, cookie, (session) => session.get(COLOR))
    assert.deepEqual((await timesLeft()).sort(), [60, 60])
  })

  it('a session of a fraction of a millisecond is stored, and gone', async () => {
    const clock = createFakeClock()
    const storage = createRedisSessionStorage(client, { maxAge: 0.0001, now: clock.now })
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    clock.advance(1)
    assert.deepEqual(await lookInto(storage, cookie), {})
  })

  it('a limit of Infinity is no error', async () => {
    const storage = createRedisSessionStorage(client, { maxAge: Infinity })
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    await playRequest(storage, cookie, (session) => session.set('size' as string, 'XL'))
    assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red', size: 'XL' })
  })

  it('sends the script again to a server that has forgotten it', async () => {
    const storage = createRedisSessionStorage(client)
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    for (const color of ['blue', 'green']) {
      await client.scriptFlush()
      await playRequest(storage, cookie, (session) => session.set(COLOR, color))
      assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: color })
    }
  })

  it('refuses a session over the size limit and keeps the one before', async () => {
    const storage = createRedisSessionStorage(client, { maxBytes: 1000 })
    await assert.rejects(
      playRequest(storage, '', (session) => session.set(COLOR, 'x'.repeat(1000))),
      SessionTooLargeError,
    )
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'é'.repeat(300)))
    await assert.rejects(
      playRequest(storage, cookie, (session) => session.set('size' as string, 'é'.repeat(300))),
      (error: Error) => {
        assert.ok(error instanceof SessionTooLargeError)
        assert.ok(error.bytes > 1200 && error.bytes < 1400)
        assert.match(error.message, /size \(602 bytes\)/)
        return true
      },
    )
    assert.deepEqual(Object.keys(await lookInto(storage, cookie)), [COLOR])
  })

  it('never overwrites another session', async () => {
    const storage = createRedisSessionStorage(client)
    const session = createSession({ [COLOR]: 'red' })
    const cookie = await storage.save(session)
    const key = keyOf(cookie)
    const occupied: RedisCommands = {
      sendCommand: ([name, , ...args]) => client.sendCommand([name!, key, ...args]),
    }
    const thief = createSession({ [COLOR]: 'blue' })
    await assert.rejects(createRedisSessionStorage(occupied).save(thief), SessionStoreError)
    assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red' })
  })

  it('takes a client that answers with buffers and undefined', async (t) => {
    const buffers: RedisCommands = {
      async sendCommand(command) {
        const reply: unknown = await client.sendCommand(command)
        if (reply === null) return undefined
        return typeof reply === 'string' ? Buffer.from(reply) : reply
      },
    }
    const storage = createRedisSessionStorage(buffers)
    const cookie = await playRequest(storage, '', (session) => session.flash(COLOR, 'réd'))
    await playRequest(storage, cookie, (session) => assert.equal(session.get(COLOR), 'réd'))
    assert.deepEqual(await lookInto(storage, cookie), {})
    const warn = t.mock.method(process, 'emitWarning', () => {})
    assert.deepEqual(await lookInto(storage, createSessionId()), {})
    assert.equal(warn.mock.callCount(), 0, 'it took nothing for something')
  })

  describe('three processes', () => {
    it('destroy against two saves leaves none alive', async (t) => {
      const { ids, storage, tooLate } = await playRace(t, ['destroy', 'save', 'merge'])
      let alive = 0
      for (const id of ids) if ((await storage.read(id)).has(COLOR)) alive++
      assert.equal(alive, 0)
      assert.equal(await client.dbSize(), 0)
      t.diagnostic(`${tooLate[1]! + tooLate[2]!} of ${2 * PAIRS} saves came too late`)
    })

    it('two replaces and a save leave one session, and none under the old id', async (t) => {
      const { ids, storage, tooLate } = await playRace(t, ['replace', 'save', 'replace'])
      for (const id of ids) assert.equal((await storage.read(id)).has(COLOR), false)
      assert.equal(tooLate[0]! + tooLate[2]!, PAIRS)
      // Whichever was first, what was saved is in the session that is left.
      const keys = await client.keys('*')
      const texts = await Promise.all(keys.map(async (key) => String(await client.get(key))))
      const sessions = texts.filter((text) => !text.includes('\nsuccessor\t'))
      assert.equal(sessions.length, PAIRS)
      assert.equal(sessions.filter((text) => !text.includes('"late"')).length, 0)
    })

    it('three different keys at once lose none', async (t) => {
      const { ids, storage, tooLate } = await playRace(t, ['left', 'merge', 'right'])
      let lost = 0
      for (const id of ids) {
        const { left, right, merged, [COLOR]: color } = await lookInto(storage, id)
        if (left !== 1 || right !== 1 || color !== 'red' || !merged) lost++
      }
      assert.equal(lost, 0)
      assert.deepEqual(tooLate, [0, 0, 0])
    })
  })

  it('without the script, that is, reading and then writing, the contract suite fails', () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--test', '--test-reporter=tap', scriptFile('redis-storage/fixtures/without-script.ts')],
      { env: { ...childEnvironment(), REDIS_URL: server.url }, encoding: 'utf8' },
    )
    assert.equal(status, 1)
    const failed = new Set([...stdout.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(([, name]) => name))
    for (const name of [
      'two tabs that set different keys both keep theirs',
      'many requests saved at the same moment all keep what they set',
      'destroy wins against any save begun at the same moment',
      'of two that regenerate the id at once, one wins',
    ]) {
      assert.ok(failed.has(name), `passes without the script: ${name}`)
    }
  })

  async function playRace(t: TestContext, roles: string[]) {
    await client.flushAll()
    const storage = createRedisSessionStorage(client, { timeout: 60_000 })
    const racer: [string, string] = ['redis-storage/fixtures/racer.ts', server.url]
    return { storage, ...(await race(t, storage, racer, roles, PAIRS)) }
  }
})

function keyOf(cookie: string): string {
  return `session:${createHash('sha256').update(cookie).digest('hex')}`
}

function connect({ url }: RedisServer) {
  return createClient({ url, disableOfflineQueue: true }).on('error', () => {})
}
