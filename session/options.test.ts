import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createSessionId } from 'remix/session'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import type { TimeLimits } from 'remix/session/custom-storage'
import { createDeviceBindings } from 'remix/session/device-binding'
import { createRedisSessionStorage } from 'remix/session/redis-storage'
import { createSqlSessionStorage } from 'remix/session/sql-storage'
import { SECRET } from './fixtures/browser.ts'
import { closeRooms, rooms } from './fixtures/storages.ts'
import { WatchedStore } from './fixtures/watched-store.ts'
import { checkStorageOptions } from './options.ts'

after(closeRooms)

const REFUSED: Record<string, [options: unknown, message: RegExp]> = {
  'a number in a text': [{ maxAge: '5' }, /maxAge must be a number, not a string/],
  'a lifetime in a text': [{ lifetime: '30d' }, /lifetime must be a number, not a string/],
  'a limit that is null': [{ maxAge: null }, /maxAge must be a number, not null/],
  'a bigint': [{ lifetime: 60n }, /lifetime must be a number, not a bigint/],
  'a list of keys': [{ loginKey: ['userId'] }, /loginKey must be a string, not an array/],
  'a time in place of a clock': [{ now: Date.now() }, /now must be a function, not a number/],
  'a misspelt name': [{ maxage: 5 }, /no option "maxage": did you mean maxAge\?/],
  'a name with an underscore': [
    { login_key: 'a' },
    /no option "login_key": did you mean loginKey\?/,
  ],
  'a name of other libraries': [{ TTL: 60 }, /no option "TTL": did you mean maxAge\?/],
  'what is no object': [5, /options are an object/],
  null: [null, /options are an object/],
}

describe('options of a storage', () => {
  const cookie = createCookie('session', { secrets: [SECRET] })
  for (const [what, [options, message]] of Object.entries(REFUSED)) {
    it(`${what} is refused when it is created`, async () => {
      const limits = options as TimeLimits
      const create = () => createCustomSessionStorage(new WatchedStore(), limits)
      assert.throws(create, { name: 'TypeError', message })
      if (typeof options !== 'object' || options === null) return
      for (const { open, skip } of rooms) {
        if (skip) continue
        await assert.rejects(async () => open(cookie, limits, 'options'), { message })
      }
    })
  }

  it('the prefix of other libraries is refused where there is one', () => {
    const client = { sendCommand: async () => '' }
    for (const key of ['keyPrefix', 'key_prefix']) {
      const options: object = { [key]: 'shop:' }
      const message = new RegExp(`no option "${key}": did you mean prefix\\?`)
      assert.throws(() => createRedisSessionStorage(client, options), { message })
      createCustomSessionStorage(new WatchedStore(), options)
    }
  })

  it('others and those that say nothing are let pass: they may be somebody else’s', () => {
    const limits: object = { maxAge: undefined, now: undefined, cookie, max: 5, age: 1, login: 2 }
    createCustomSessionStorage(new WatchedStore(), limits)
    checkStorageOptions(Object.create({ maxAge: '5' }), { maxAge: 'number' })
  })
})

const bindingCookie = createCookie('bound', { secrets: [SECRET], secure: true, maxAge: 60 })
const stored = { create() {}, update() {}, replace() {} }

const MADE_OF: Record<string, [create: (what: any) => unknown, refused: [unknown, RegExp][]]> = {
  'a storage of one’s own': [
    (store) => createCustomSessionStorage(store),
    [
      [undefined, /session store needs read\(\), .+, delete\(\): it is undefined/],
      [null, /it is null/],
      ['sessions', /it is a string/],
      [stored, /there is no read\(\), delete\(\)$/],
      [{ ...stored, read() {}, delete: true }, /there is no delete\(\)$/],
      [new Map(), /there is no read\(\), create\(\), update/],
    ],
  ],
  'SQL storage': [
    (database) => createSqlSessionStorage(database, { purgeInterval: 0 }),
    [
      [undefined, /database needs query\(\): it is undefined/],
      [{ dialect: 'sqlite' }, /database needs query\(\): there is no query\(\)$/],
      [{ query() {} }, /'sqlite' or 'postgres'/],
    ],
  ],
  'cookie storage': [
    (given) => createCookieSessionStorage(given),
    [
      [undefined, /need the one that createCookie/],
      [{ cookie: { name: 'session' } }, /need the one that createCookie/],
    ],
  ],
  'Redis storage': [
    (client) => createRedisSessionStorage(client),
    [
      [undefined, /Redis client needs sendCommand\(\): it is undefined/],
      [{}, /there is no sendCommand\(\)$/],
      [new Map(), /there is no sendCommand\(\)$/],
    ],
  ],
  'device bindings': [
    (store) => createDeviceBindings(bindingCookie, store, { path: '/bind' }),
    [
      [undefined, /device bindings needs find\(\), bind\(\), prove\(\): it is undefined/],
      [{ find() {}, prove() {} }, /there is no bind\(\)$/],
    ],
  ],
}

describe('what lacks a function', () => {
  for (const [name, [create, refused]] of Object.entries(MADE_OF)) {
    it(`is refused when it is created: ${name}`, () => {
      for (const [what, message] of refused) {
        assert.throws(() => create(what), { name: 'TypeError', message })
      }
    })
  }

  it('is complete with functions that it inherits', () => {
    createCustomSessionStorage(Object.create(new WatchedStore()))
    createRedisSessionStorage(Object.assign(() => {}, { sendCommand: async () => '' }))
  })

  it('a database that answers another thing than rows is told what to answer', async () => {
    for (const answer of [{ rows: [] }, undefined]) {
      const query = async () => answer as unknown as []
      const storage = createSqlSessionStorage({ dialect: 'postgres', query }, { purgeInterval: 0 })
      const message =
        /query\(\) must answer an array of rows, not (an object|undefined); with pg, \.rows of its result/
      await assert.rejects(storage.read(createSessionId()), { name: 'TypeError', message })
      const session = await storage.read('')
      session.set('color', 'red')
      await assert.rejects(storage.save(session), { name: 'TypeError', message })
    }
  })
})
