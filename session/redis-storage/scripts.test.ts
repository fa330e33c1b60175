import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import * as fc from 'fast-check'
import { applyChanges } from 'remix/session/custom-storage'
import type { SessionChanges, SessionRecord } from 'remix/session/custom-storage'
import { skipWithoutRedis } from '../fixtures/redis-server.ts'
import { startRedisWithClient } from './fixtures/redis-with-client.ts'
import type { RedisClient } from './fixtures/redis-with-client.ts'
import { decodeRecord, encodeChanges, encodeRecord } from './record.ts'
import { deleteScript, updateScript } from './scripts.ts'
import { referenceTo } from '../id.ts'
import { successorRecord } from '../record.ts'
import { anyCharacter } from '../fixtures/any-character.ts'
import { rounds } from '../fixtures/exploring.ts'

// Few, so that changes meet, and such as a format or a script language could stumble over.
const NAMES = ['', '0', '10', '2', '-', 'a\tb', 'a\nb', '"\\', '\ud800', '\0', '🛒', '__proto__']

const name = fc.oneof(fc.constantFrom(...NAMES), fc.string({ unit: anyCharacter }))
const json = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.constantFrom('[]', '{}', '[{}]', 'null', '9007199254740992', '1e+300'),
  // As deep as a session value may be.
  fc.constant('['.repeat(200) + ']'.repeat(200)),
)
const properties = fc.array(fc.tuple(name, fc.option(json)), { maxLength: 4 })
const token = fc.constantFrom('one', 'two', '', '-', undefined)
const time = fc.integer({ min: 0, max: 1e15 })
const some = <value>(arbitrary: fc.Arbitrary<value>) => fc.array(arbitrary, { maxLength: 3 })

const changes: fc.Arbitrary<SessionChanges> = fc.record(
  {
    set: some(fc.tuple(name, json)),
    flash: some(fc.tuple(name, json, token)),
    merge: some(fc.tuple(name, properties)),
    removed: some(name),
    add: some(
      fc.tuple(
        name,
        fc.maxSafeInteger().map((by) => by + 0),
      ),
    ), // no -0
    read: some(fc.tuple(name, token)),
    times: fc.record(
      {
        createdAt: time,
        renewedAt: time,
        expiresAt: time,
        maxAge: fc.constantFrom(1, 0.5, 604_800, Infinity),
        persistent: fc.boolean(),
      },
      { requiredKeys: ['createdAt', 'renewedAt', 'expiresAt', 'maxAge'] },
    ),
    alias: fc.constantFrom('a', 'b'),
  },
  { requiredKeys: ['set', 'flash', 'merge', 'removed'] },
)

const EMPTY: SessionRecord = {
  values: {},
  flashes: {},
  createdAt: 1,
  renewedAt: 1,
  expiresAt: 1,
  maxAge: 1,
}

describe('a record as text', () => {
  it('is the same record when it is read again', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 4 }), (list) => {
        const record = list.reduce(applyChanges, EMPTY)
        assertSameRecord(decodeRecord(encodeRecord(record)), record)
      }),
    )
  })

  it('is null for anything else', () => {
    const text = encodeRecord(applyChanges(EMPTY, { ...noChange(), set: [['key', '{"a":[1]}']] }))
    assert.ok(decodeRecord(text))
    const others = [
      '',
      'null',
      JSON.stringify(EMPTY),
      'session 1',
      text.replace('session 1', 'session 2'),
      text.replace('object', 'something later'),
      text.replace('times', 'flash'),
      text.replace('\t1', ''),
      text.replace('\t1', '\t'),
      text.replace('\t1', '\tone'),
      text.replace('\t1', '\t1e20'),
      text.replace('"key"', ''),
      text.replace('object\t"key"\n', ''),
      text.slice(0, -1),
      `${text}\n`,
      `${text}\r\n`,
    ]
    for (const other of others) assert.equal(decodeRecord(other), null, JSON.stringify(other))
  })
})

const left = encodeRecord(successorRecord('b', 0))

describe('the script that changes a session', { skip: skipWithoutRedis }, () => {
  let client: RedisClient
  let stop: (() => Promise<void>) | undefined
  let began = 0

  beforeEach(() => void (began = performance.now()))

  before(async () => {
    ;({ client, stop } = await startRedisWithClient())
  })

  after(() => stop?.())

  async function run(
    keys: string[],
    changes: SessionChanges,
    timeLeft = '',
    maxBytes = 1_000_000,
  ): Promise<unknown> {
    const args = [
      encodeChanges(changes),
      timeLeft || (changes.times ? String(2 ** 52) : ''),
      String(maxBytes),
    ]
    if (keys.length > 1) args.push(left, '30000')
    return client.sendCommand(['EVAL', updateScript.lua, `${keys.length}`, ...keys, ...args])
  }

  it('does what applyChanges does, change after change, in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(changes, { minLength: 1, maxLength: 6 }), async (list) => {
        await client.set('key', encodeRecord(EMPTY), { expiration: { type: 'EX', value: 60 } })
        let expected = EMPTY
        for (const changes of list) {
          expected = applyChanges(expected, changes)
          assertSameRecord(decodeRecord(String(await run(['key'], changes))), expected)
        }
        assertSameRecord(decodeRecord((await client.get('key'))!), expected)
      }),
      { numRuns: rounds(300) },
    )
  })

  // Redis answers nobody else meanwhile. Steps that grow with the square of them would take minutes.
  it('copes with many properties that come and go', { timeout: 240_000 }, async () => {
    const names = Array.from({ length: 150_000 }, (_, i) => `name ${i}`)
    const whole = JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])))
    const removed = names.map((name): [string, null] => [name, null])
    await client.set('large', encodeRecord(EMPTY), { expiration: { type: 'EX', value: 60 } })
    await run(['large'], { ...noChange(), set: [['key', whole]] }, '', 1e7)
    const reply = await run(['large'], { ...noChange(), merge: [['key', removed]] }, '', 1e7)
    assert.deepEqual(decodeRecord(String(reply))!.values, { key: {} })
  })

  it('writes the value and its time to live together, or leaves the time as it is', async () => {
    await client.set('key', encodeRecord(EMPTY), { expiration: { type: 'PX', value: 50_000 } })
    await run(['key'], noChange())
    await assertTimeLeft('key', 50_000)
    await run(['key'], noChange(), '90000')
    await assertTimeLeft('key', 90_000)
    await run(['key', 'new'], noChange())
    await assertTimeLeft('new', 90_000)
    await assertTimeLeft('key', 30_000)
    await run(['new', 'newer'], noChange(), '30000')
    await assertTimeLeft('newer', 30_000)
  })

  it('lets the limit that another request chose move along', async () => {
    const chosen = { createdAt: 0, renewedAt: 0, expiresAt: 60_000, maxAge: 60, persistent: true }
    await client.set('key', encodeRecord({ ...EMPTY, ...chosen }))
    const times = { createdAt: 0, renewedAt: 10_000, expiresAt: 910_000, maxAge: 900 }
    await run(['key'], { ...noChange(), times }, '900000')
    await assertTimeLeft('key', 60_000)
    const other = { ...times, persistent: false }
    await run(['key'], { ...noChange(), times: other }, '900000')
    await assertTimeLeft('key', 900_000)
  })

  it('begins the absolute limit anew with a new id, whatever idle limit was chosen meanwhile', async () => {
    const own = { createdAt: 0, renewedAt: 8000, expiresAt: 10_000, maxAge: 60, persistent: true }
    await client.set('key', encodeRecord({ ...EMPTY, ...own }))
    const times = { createdAt: 9000, renewedAt: 9000, expiresAt: 909_000, maxAge: 900 }
    const renewed = { ...own, createdAt: 9000, renewedAt: 9000, expiresAt: 19_000 }
    const reply = await run(['key'], { ...noChange(), times }, '900000')
    assertSameRecord(decodeRecord(String(reply)), { ...EMPTY, ...renewed })
    await assertTimeLeft('key', 10_000)
  })

  it('keeps the later renewal of two, and the time that is left from there', async () => {
    const later = { createdAt: 0, renewedAt: 3000, expiresAt: 903_000, maxAge: 900 }
    const times = { createdAt: 0, renewedAt: 1000, expiresAt: 901_000, maxAge: 900 }
    await client.set('key', encodeRecord({ ...EMPTY, ...later }))
    const reply = await run(['key'], { ...noChange(), times }, '898000')
    assertSameRecord(decodeRecord(String(reply)), { ...EMPTY, ...later })
    await assertTimeLeft('key', 900_000)
  })

  it('changes and deletes nothing of a session that got a new id, and answers what it left', async () => {
    await client.flushAll()
    await client.set('key', left)
    assert.equal(await run(['key'], { ...noChange(), set: [['a', '1']] }, '1000'), left)
    assert.equal(await run(['key', 'new'], noChange(), '1000'), left)
    assert.equal(await client.sendCommand(['EVAL', deleteScript.lua, '1', 'key']), left)
    assert.equal(await client.get('key'), left)
    assert.equal(await client.exists('new'), 0)
    assert.equal(decodeRecord(left)!.successor, referenceTo('b'))
  })

  it('keeps what a newer version has added', async () => {
    await client.set('key', `${encodeRecord(EMPTY)}\nlater\t"a"\t1`)
    const text = String(await run(['key'], { ...noChange(), set: [['a', '1']] }))
    assert.deepEqual(decodeRecord(text)!.values, { a: 1 })
    assert.ok(text.endsWith('\nlater\t"a"\t1'))
  })

  it('gives a time to live to what has lost its own: no more than the idle limit', async () => {
    for (const [maxAge, longest] of [
      [90, 90_000],
      [Infinity, 2 ** 52],
    ] as const) {
      await client.set('key', encodeRecord({ ...EMPTY, maxAge }))
      await run(['key'], noChange())
      await assertTimeLeft('key', longest)
      await client.persist('key')
      await run(['key', 'new'], noChange())
      await assertTimeLeft('new', longest)
    }
  })

  it('makes nothing out of nothing, and touches nothing that is not a session', async () => {
    await client.flushAll()
    assert.equal(await run(['none'], { ...noChange(), set: [['a', '1']] }), null)
    assert.equal(await run(['none', 'new'], { ...noChange(), set: [['a', '1']] }, '1000'), null)
    assert.equal(await client.dbSize(), 0)
    const broken = encodeRecord(EMPTY) + '\nproperty\t"name"\t1'
    const others = ['', 'session 1', 'session 10\n', 'session 1\nsomething later', '{"values":{}}']
    for (const text of [...others, 'session 1\nvalue\t"no times"\t1', broken]) {
      await client.set('foreign', text)
      assert.equal(await run(['foreign', 'new'], noChange(), '1000'), null)
      assert.equal(await client.get('foreign'), text)
    }
    await client.flushAll()
    await client.rPush('foreign', 'an element')
    assert.equal(await run(['foreign', 'new'], noChange(), '1000'), null)
    assert.deepEqual(await client.lRange('foreign', 0, -1), ['an element'])
    assert.equal(await client.dbSize(), 1)
  })

  it('takes what is larger than the limit for no session, and does not look into it', async () => {
    const changes = { ...noChange(), set: [['key', '"é"']] as [string, string][] }
    const text = encodeRecord(applyChanges(EMPTY, changes))
    const bytes = Buffer.byteLength(text)
    await client.set('key', text)
    assert.equal(await run(['key'], noChange(), '1000', bytes - 1), null)
    assert.equal(await run(['key'], noChange(), '1000', bytes), text)

    const properties = Array.from({ length: 400_000 }, (_, i) => `property\t"${i}"\t1`)
    await client.set('key', [text, 'object\t"many"', ...properties].join('\n'))
    const before = await memoryOfScripts()
    const limit = 1_000_000
    assert.equal(await run(['key'], changes, '', limit), null)
    // It has read as much as may be there, and taken nothing of it apart.
    assert.ok((await memoryOfScripts()) < before + 2 * limit)
  })

  async function memoryOfScripts(): Promise<number> {
    return Number(/used_memory_lua:(\d+)/.exec(await client.info('memory'))![1])
  }

  async function assertTimeLeft(key: string, expected: number): Promise<void> {
    const actual = await client.pTTL(key)
    const least = expected - (performance.now() - began) - 1
    assert.ok(actual <= expected && actual >= least, `${actual} instead of ${expected}`)
  }
})

function assertSameRecord(actual: SessionRecord | null, expected: SessionRecord): void {
  const aliases = expected.aliases && { aliases: expected.aliases.map(referenceTo) }
  // As text for the order of keys, which is part of what an application sees.
  const { values, flashes } = actual ?? {}
  assert.equal(
    JSON.stringify({ values, flashes }),
    JSON.stringify({
      values: expected.values,
      flashes: expected.flashes,
    }),
  )
  assert.deepEqual(actual, { ...expected, ...aliases })
}

function noChange(): SessionChanges {
  return { set: [], flash: [], merge: [], removed: [] }
}
