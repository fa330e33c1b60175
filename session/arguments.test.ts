import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import vm from 'node:vm'
import { createSession } from 'remix/session'
import type { Session } from 'remix/session'

// As a caller without types may call it.
type Loose = Record<string, (...given: unknown[]) => unknown>
const loose = (session: Session): Loose => session as unknown as Loose

describe('what a session is given', () => {
  const keys: [unknown, RegExp][] = [
    [Symbol('k'), /a key is a string, not a symbol/],
    [1, /a key is a string, not a number/],
    [undefined, /a key is a string, not undefined/],
    [null, /a key is a string, not null/],
    [new String('k'), /a key is a string, not an instance of String/],
    [{ toString: () => 'k' }, /a key is a string, not an object/],
  ]
  for (const [key, message] of keys) {
    it(`a key that is ${typeof key} is refused by all that take one: ${message.source}`, () => {
      const session = createSession({ 1: 'one', k: 'letter', undefined: 0, null: 0 })
      const before = session.data
      const { get, has, set, flash, merge, increment, unset } = loose(session)
      const calls = {
        get: () => get!.call(session, key),
        has: () => has!.call(session, key),
        set: () => set!.call(session, key, 1),
        flash: () => flash!.call(session, key, 1),
        merge: () => merge!.call(session, key, {}),
        increment: () => increment!.call(session, key),
        unset: () => unset!.call(session, key),
      }
      for (const [name, call] of Object.entries(calls)) {
        assert.throws(call, { name: 'TypeError', message }, name)
      }
      assert.deepEqual(session.data, before)
    })
  }

  class Cart {
    book = 1
  }
  const noProperties: [unknown, RegExp][] = [
    [undefined, /not undefined/],
    [null, /not null/],
    ['book', /not a string/],
    [1, /not a number/],
    [() => {}, /not a function/],
    [['book'], /not an array/],
    [new Map([['book', 1]]), /not an instance of Map/],
    [new Date(), /not an instance of Date/],
    [new Cart(), /not an instance of Cart/],
    [{ book: 1, [Symbol('x')]: 1 }, /not one with a symbol for a name/],
  ]
  for (const [value, what] of noProperties) {
    it(`merge takes an object of properties: ${what.source}`, () => {
      const session = createSession({ cart: { pen: 1 } })
      const merge = (): unknown => loose(session)['merge']!('cart', value)
      assert.throws(merge, { name: 'TypeError', message: /"cart": merge takes a plain object/ })
      assert.throws(merge, { message: what })
      assert.deepEqual(session.data, { cart: { pen: 1 } })
    })
  }

  it('merge takes the properties of an object of another realm, and replaces what is none', () => {
    const session = createSession({ list: [1], count: 1, nothing: null })
    for (const key of ['list', 'count', 'nothing', 'new'] as string[]) {
      session.merge(key, vm.runInNewContext('({ a: 1 })'))
      assert.deepEqual(session.get(key), { a: 1 })
    }
  })

  for (const data of [[], [1], new Map([['a', 1]]), 'ab', 1, null, new Cart(), () => {}]) {
    it(`createSession takes a plain object, and none as ${String(data)}`, () => {
      const create = createSession as (data: unknown) => Session
      assert.throws(() => create(data), { name: 'TypeError', message: /takes a plain object/ })
    })
  }

  it('createSession refuses a symbol for a key', () => {
    const message = /not one with a symbol for a name/
    assert.throws(() => createSession({ a: 1, [Symbol('b')]: 1 }), { name: 'TypeError', message })
    assert.deepEqual(createSession(Object.assign(Object.create(null), { a: 1 })).data, { a: 1 })
    assert.deepEqual(createSession(vm.runInNewContext('({ a: 1 })')).data, { a: 1 })
  })

  for (const options of [
    { persistant: false },
    { persistent: 'no' },
    { persistent: 0 },
    true,
    [],
  ]) {
    it(`setMaxAge refuses ${JSON.stringify(options)}`, () => {
      const session = createSession({ a: 1 })
      const setMaxAge = (): unknown => loose(session)['setMaxAge']!(60, options)
      assert.throws(setMaxAge, { name: 'TypeError', message: /^setMaxAge: / })
    })
  }

  it('setMaxAge takes options that say nothing', () => {
    const session = createSession({ a: 1 })
    session.setMaxAge(60, {})
    session.setMaxAge(60, { persistent: undefined })
    session.setMaxAge(60, undefined)
    session.setMaxAge(60, { persistent: false })
  })
})
