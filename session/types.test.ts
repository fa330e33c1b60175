import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSession } from 'remix/session'
import type { MaybeSessionValue, Session, SessionStorage } from 'remix/session'

// What an application writes to declare its keys. The declaration counts in every file that is
// checked together with this one, so these keys have names that no application has.
declare module 'remix/session' {
  interface SessionKeys {
    'types.test count': number
    'types.test basket': Record<string, number>
    'types.test note': { text: string } | null
    'types.test optional'?: Record<string, number>
    'types.test draft': { kind: 'text'; title: string } | { kind: 'scan'; pages: number }
    'types.test list': string[]
    'types.test anything': unknown
    'types.test tries': number | null
    'types.test name': string
  }
}

const COUNT = 'types.test count'
const BASKET = 'types.test basket'
const NOTE = 'types.test note'
const OPTIONAL = 'types.test optional'
const DRAFT = 'types.test draft'
const LIST = 'types.test list'
const ANYTHING = 'types.test anything'
const TRIES = 'types.test tries'
const NAME = 'types.test name'

type Equal<a, b> =
  (<t>() => t extends a ? 1 : 2) extends <t>() => t extends b ? 1 : 2 ? true : false

function expectType<_check extends true>(): void {}

// Each line below a `@ts-expect-error` must be an error, or `tsc` fails.
function checkTypes(session: Session): void {
  expectType<Equal<ReturnType<typeof readCount>, number | undefined>>()
  expectType<Equal<MaybeSessionValue<typeof NOTE>, { text: string } | null | undefined>>()
  expectType<Equal<MaybeSessionValue<'nobody declared this'>, unknown>>()
  // A key that is computed may be any of them.
  expectType<Equal<MaybeSessionValue<string>, unknown>>()

  session.set(COUNT, 1)
  session.flash(NOTE, { text: 'hi' })
  session.merge(BASKET, { a: 1, b: undefined })
  session.merge(NOTE, { text: 'hi' })
  session.merge(NOTE, { text: undefined })
  session.merge(OPTIONAL, { a: 1 })
  session.merge(DRAFT, { title: 'one' })
  session.merge(DRAFT, { kind: 'scan', pages: 1 })
  session.merge(ANYTHING, { any: 'thing' })
  session.merge('nobody declared this', { any: 'thing' })
  session.increment(COUNT)
  session.increment(TRIES, 2)
  session.increment(ANYTHING)
  session.increment('nobody declared this')
  session.increment(NAME.toString())
  session.set('nobody declared this', { any: ['thing'] })
  session.set(COUNT.toString(), 'any value of a computed key')

  // @ts-expect-error -- a declared key takes its own type
  session.set(COUNT, 'one')
  // @ts-expect-error -- so does a flash
  session.flash(NOTE, { text: 1 })
  // @ts-expect-error -- and what is merged
  session.merge(BASKET, { a: 'one' })
  // @ts-expect-error -- also where there may be null,
  session.merge(NOTE, { text: 1 })
  // @ts-expect-error -- which is no reason to take any other property,
  session.merge(NOTE, { other: 'hi' })
  // @ts-expect-error -- where the key is optional,
  session.merge(OPTIONAL, { a: 'one' })
  // @ts-expect-error -- and where there may be several objects
  session.merge(DRAFT, { pages: 'one' })
  // @ts-expect-error -- a list would be replaced by an object
  session.merge(LIST, { 0: 'one' })
  // @ts-expect-error -- and so would a number
  session.merge(COUNT, {})
  // @ts-expect-error -- a text would be replaced by a number
  session.increment(NAME)
  // @ts-expect-error -- and so would an object
  session.increment(BASKET, 2)
  // @ts-expect-error -- there may be no value
  session.get(COUNT).toFixed()
  // @ts-expect-error -- nothing is known of a key that nobody declared
  void session.get('nobody declared this').length
  // @ts-expect-error -- the id is read-only
  session.id = 'chosen'
  // @ts-expect-error -- and so is data
  session.data = {}

  // An object with read and save is a storage.
  const storage: SessionStorage = { read: async () => session, save: async ({ id }) => id }
  // @ts-expect-error -- one that cannot save is none
  const reader: SessionStorage = { read: storage.read }
  void reader
}

function readCount(session: Session) {
  return session.get(COUNT)
}

describe('types', () => {
  it('are checked by tsc; at run time a declared key is a key like any other', () => {
    const session = createSession({ [COUNT]: 1 })
    assert.equal(readCount(session), 1)
    assert.equal(typeof checkTypes, 'function')
  })
})
