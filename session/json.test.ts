import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import vm from 'node:vm'
import * as fc from 'fast-check'
import { createSession } from 'remix/session'
import { rounds } from './fixtures/exploring.ts'
import { toJson } from './json.ts'

class Money {
  readonly cents = 1
}

class List extends Array<number> {
  toJSON() {}
}

class Rootless extends null {}

const circular: Record<string, unknown> = { a: [] }
circular['a'] = [circular]

const REFUSED: Record<string, [value: unknown, problem: RegExp]> = {
  undefined: [undefined, /is undefined/],
  'a function': [() => {}, /is a function/],
  'a symbol': [Symbol('x'), /is a symbol/],
  'a BigInt': [1n, /is a bigint/],
  NaN: [NaN, /is NaN/],
  Infinity: [-Infinity, /is -Infinity/],
  'a Date': [new Date(), /an instance of Date/],
  'a Map': [new Map(), /an instance of Map/],
  'a Set': [new Set(), /an instance of Set/],
  'a RegExp': [/x/, /an instance of RegExp/],
  'a Promise': [Promise.resolve(), /an instance of Promise/],
  'an Error': [new Error('x'), /an instance of Error/],
  'a Buffer': [Buffer.from('x'), /an instance of Buffer/],
  'a boxed string': [Object('x'), /an instance of String/],
  'an instance of a class': [new Money(), /an instance of Money/],
  'an object with a prototype of its own': [Object.create({ a: 1 }), /instance/],
  'an object with a symbol for a name': [{ [Symbol('x')]: 1 }, /name is a symbol/],
  'an object with a toJSON of its own': [{ toJSON: () => 1 }, /at \.toJSON is a function/],
  'an object with a toJSON that is not enumerable': [
    Object.defineProperty({ a: 1 }, 'toJSON', { value: () => {} }),
    /at \S*\.toJSON is a function/,
  ],
  'a list with a toJSON that is not enumerable': [
    Object.defineProperty([1], 'toJSON', { value: () => {} }),
    /at \S*\.toJSON is a function/,
  ],
  'a list of a class with a toJSON': [List.of(1), /at \S*\.toJSON is a function/],
  'an instance of a class that extends null': [Object.create(Rootless.prototype), /Rootless/],
  'a Map of another realm': [vm.runInNewContext('new Map()'), /an instance of Map/],
  'a Date of another realm': [vm.runInNewContext('new Date()'), /an instance of Date/],
  'a list with a hole': [Object.assign([1], { length: 2 }), /at \[1\] is undefined/],
  'a list with properties': ['abc'.match(/b/), /properties/],
  'a cycle': [circular, /refers back to itself/],
}

describe('values of a session', () => {
  for (const [what, [value, problem]] of Object.entries(REFUSED)) {
    it(`${what} is refused, at the top and deep inside`, () => {
      const session = createSession()
      for (const method of ['set', 'flash'] as const) {
        assert.throws(
          () => session[method]('the key' as string, value),
          (error: Error) => {
            assert.ok(error instanceof TypeError)
            assert.match(error.message, /"the key"/)
            assert.match(error.message, problem)
            return true
          },
        )
      }
      assert.throws(
        () => session.set('k' as string, { list: [1, { deep: value }] }),
        /at \.list\[1\]\.deep/,
      )
      assert.throws(() => createSession({ k: value }), TypeError)
      assert.deepEqual(session.data, {})
    })
  }

  it('what is no cycle may be there twice', () => {
    const shared = { a: 1 }
    assert.equal(toJson('k', [shared, { shared }]), '[{"a":1},{"shared":{"a":1}}]')
  })

  it('an object without a prototype is a plain one', () => {
    const value: unknown = Object.assign(Object.create(null), { a: 1 })
    assert.equal(toJson('k', value), '{"a":1}')
  })

  it('objects and lists of another realm are plain ones', () => {
    const value: unknown = vm.runInNewContext('({ a: [{ b: null }], c: Object.create(null) })')
    const session = createSession({ value })
    session.set('again', value)
    session.merge('merged', value as Record<string, unknown>)
    for (const key of ['value', 'again', 'merged']) {
      assert.deepEqual(session.get(key), { a: [{ b: null }], c: {} })
    }
  })

  it('a list of a class is one, as the rows of a database are', () => {
    class Rows extends Array<object> {}
    const rows = Rows.from([{ id: 1 }])
    Object.defineProperty(rows, 'count', { value: 1 }) // as postgres.js tells it
    const session = createSession({ rows })
    session.set('again', { rows })
    assert.deepEqual(session.data, { rows: [{ id: 1 }], again: { rows: [{ id: 1 }] } })
    assert.throws(() => createSession(Rows.of() as never), /not an array/)
  })

  it('a toJSON that is no function is a name like any other', () => {
    assert.equal(toJson('k', { toJSON: 1 }), '{"toJSON":1}')
  })

  it('what is nothing at a second look is refused', () => {
    let looks = 0
    const toJSON = (): unknown => (looks++ === 0 ? undefined : () => {})
    const value: unknown = Object.defineProperty({ a: 1 }, 'toJSON', { get: toJSON })
    assert.throws(() => toJson('k', value), /"k": the value changes while it is read/)
  })

  it('nesting is bounded, so that nothing overflows the stack', () => {
    let value: unknown = 1
    for (let i = 0; i < 100_000; i++) value = [value]
    assert.throws(() => toJson('k', value), /nested more than 200 deep/)
  })

  it('every JSON value passes and comes back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.deepEqual(JSON.parse(toJson('k', value)), JSON.parse(JSON.stringify(value)))
        assert.equal(toJson('k', value), JSON.stringify(value))
      }),
    )
  })

  it('whatever passes is the same after it was stored', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
        let json: string
        try {
          json = toJson('k', value)
        } catch (error) {
          assert.ok(error instanceof TypeError)
          return
        }
        assert.deepEqual(JSON.stringify(JSON.parse(json)), JSON.stringify(value))
        assert.ok(sameShape(JSON.parse(json), value))
      }),
      { numRuns: rounds(2000) },
    )
  })
})

// Like deepEqual, but 0 and -0 are one number and a prototype of null is none.
function sameShape(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null) return a === b
  if (typeof b !== 'object' || b === null || Array.isArray(a) !== Array.isArray(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameShape(a[name as never], b[name as never]))
  )
}
