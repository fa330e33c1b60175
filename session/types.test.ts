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
  }
}

const COUNT = 'types.test count'
const BASKET = 'types.test basket'
const NOTE = 'types.test note'

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
  session.set('nobody declared this', { any: ['thing'] })
  session.set(COUNT.toString(), 'any value of a computed key')

  // @ts-expect-error -- a declared key takes its own type
  session.set(COUNT, 'one')
  // @ts-expect-error -- so does a flash
  session.flash(NOTE, { text: 1 })
  // @ts-expect-error -- and what is merged
  session.merge(BASKET, { a: 'one' })
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
