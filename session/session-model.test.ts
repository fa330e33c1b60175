import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { createCookie } from 'remix/cookie'
import type { Session, SessionStorage } from 'remix/session'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { SECRET } from './fixtures/browser.ts'
import { rounds } from './fixtures/exploring.ts'
import { rooms } from './fixtures/storages.ts'
import { WatchedStore } from './fixtures/watched-store.ts'

/** What a session is, in its simplest form. */
interface Model {
  values: Map<string, unknown>
  flashes: Map<string, unknown>
}

interface Real {
  storage: SessionStorage
  cookie: string
  session: Session
}

type Command = fc.AsyncCommand<Model, Real>

function command(
  name: string,
  key: string,
  run: (model: Model, real: Real) => void | Promise<void>,
): Command {
  return { check: () => true, run: async (m, r) => run(m, r), toString: () => `${name}(${key})` }
}

const keys = fc.constantFrom('a', 'b', '__proto__')
const values = fc.jsonValue({ maxDepth: 2 }).map((value): unknown => normalize(value))
const objects = fc.dictionary(keys, fc.nat(9), { maxKeys: 3, noNullPrototype: true })
const things = fc.oneof(objects, fc.array(fc.nat(9), { maxLength: 2 }), values)

const commands: fc.Arbitrary<Command>[] = [
  fc.tuple(keys, things).map(([key, value]) =>
    command('set', key, ({ values, flashes }, { session }) => {
      session.set(key, copyOf(value))
      values.set(key, value)
      flashes.delete(key)
    }),
  ),
  fc.tuple(keys, things).map(([key, value]) =>
    command('flash', key, ({ values, flashes }, { session }) => {
      session.flash(key, copyOf(value))
      flashes.set(key, value)
      values.delete(key)
    }),
  ),
  fc.tuple(keys, objects).map(([key, properties]) =>
    command('merge', key, ({ values, flashes }, { session }) => {
      session.merge(key, copyOf(properties))
      const before = values.get(key)
      values.set(key, withProperties(isObject(before) ? before : {}, properties))
      flashes.delete(key)
    }),
  ),
  keys.map((key) =>
    command('get', key, ({ values, flashes }, { session }) => {
      const expected = flashes.has(key) ? flashes.get(key) : values.get(key)
      assert.deepEqual(session.get(key), expected)
      flashes.delete(key)
    }),
  ),
  keys.map((key) =>
    command('change inside', key, ({ values, flashes }, { session }) => {
      if (flashes.has(key)) return
      const value = session.get(key)
      const expected = values.get(key)
      assert.deepEqual(value, expected)
      if (!Array.isArray(value)) return
      value.push('more')
      values.set(key, [...(expected as unknown[]), 'more'])
    }),
  ),
  keys.map((key) =>
    command('has', key, ({ values, flashes }, { session }) =>
      assert.equal(session.has(key), values.has(key) || flashes.has(key)),
    ),
  ),
  keys.map((key) =>
    command('unset', key, ({ values, flashes }, { session }) => {
      session.unset(key)
      values.delete(key)
      flashes.delete(key)
    }),
  ),
  fc.boolean().map((deleteOld) =>
    command('regenerateId', String(deleteOld), (_model, { session }) => {
      const { id } = session
      session.regenerateId(deleteOld)
      assert.notEqual(session.id, id)
    }),
  ),
  fc.constant(
    command('data', '', ({ values, flashes }, { session }) => {
      const { data } = session
      const expected = new Map([...values, ...flashes])
      assert.deepEqual(new Map(Object.entries(data)), expected)
    }),
  ),
  fc.constant(
    command('save twice', '', async (_model, real) => {
      real.cookie = await real.storage.save(real.session)
      assert.equal(await real.storage.save(real.session), real.cookie)
    }),
  ),
  fc.constant(
    command('next request', '', async (_model, real) => {
      const { id } = real.session
      real.cookie = await real.storage.save(real.session)
      real.session = await real.storage.read(real.cookie)
      if (real.cookie !== '') assert.equal(real.session.id, id)
    }),
  ),
]

const sealing = rooms.filter(({ keptIn }) => keptIn === 'cookie')

describe('whatever is done to a session, it is what a simple model says', () => {
  for (const room of [null, ...sealing]) {
    it(room ? `in ${room.name} storage` : 'in a store', async () => {
      const cookie = createCookie('__session', { secrets: [SECRET] })
      const storage =
        (await room?.open(cookie, {}, 'model')) ?? createCustomSessionStorage(new WatchedStore())
      await fc.assert(
        fc.asyncProperty(fc.commands(commands, { maxCommands: 30 }), async (commands) => {
          const session = await storage.read('')
          const model: Model = { values: new Map(), flashes: new Map() }
          await fc.asyncModelRun(
            () => ({ model, real: { storage, cookie: '', session } }),
            commands,
          )
        }),
        { numRuns: rounds(600) },
      )
    })
  }
})

// As JSON keeps it: without -0, and with no more than a cookie holds.
function normalize(value: unknown): unknown {
  const json = JSON.stringify(value)
  return json.length > 100 ? 'long' : (JSON.parse(json) as unknown)
}

function copyOf<value>(value: value): value {
  return JSON.parse(JSON.stringify(value)) as value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withProperties(
  value: Record<string, unknown>,
  properties: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries([...Object.entries(value), ...Object.entries(properties)])
}
