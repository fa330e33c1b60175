import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { getSessionState } from '../../session.ts'
import type { SessionRecord } from '../../record.ts'
import type { Session } from '../../session.ts'
import type { Contract } from './contract.ts'
import { beginRequest, beginSession, lookInto, playRequest } from './request.ts'

const COLOR: string = 'color'
const SIZE: string = 'size'
const TEXT: string = 'text'

const JSON_VALUES: unknown[] = [
  null,
  false,
  0,
  -1.5,
  1e21,
  // To the last digit: some parsers of JSON round to 14 of them.
  [1234567890123456, -Number.MAX_SAFE_INTEGER, 0.1 + 0.2, Number.MIN_VALUE, Number.MAX_VALUE],
  '',
  'ünïcödé 🛒 "quoted" \\ \u0000 \u2028',
  '\ud800 alone',
  [],
  {},
  [null, [1, [2]], { deep: { deeper: [{}] } }],
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'),
]

// 95 KB: more than a column of type TEXT takes in MySQL, which may cut it without a word.
const LARGE = '0123456789 ü🛒\n'.repeat(5000)

/** Rules about what is stored: all of it, and that is what a session shows afterwards. */
export function describeStoring(contract: Contract): void {
  describe('storing', () => {
    it('every kind of JSON value comes back as it was', async (t) => {
      const { storage } = await contract.open(t)
      for (const value of JSON_VALUES) {
        const cookie = await playRequest(storage, '', (session) => session.set(COLOR, value))
        const session = await storage.read(cookie)
        assert.equal(session.has(COLOR), true)
        assert.equal(JSON.stringify(session.get(COLOR)), JSON.stringify(value))
      }
    })

    it('a large session is stored whole, or refused and left as it was', async (t) => {
      const { storage } = await contract.open(t)
      for (const [what, before, work] of [
        ['begins', {}, () => {}],
        ['goes on', { [COLOR]: 'red' }, () => {}],
        ['gets a new id', { [COLOR]: 'red' }, (session: Session) => session.regenerateId()],
      ] as const) {
        const old = await playRequest(storage, '', (session) => setAll(session, before))
        const large = await beginRequest(storage, old)
        large.session.set(TEXT, LARGE)
        work(large.session)
        try {
          const cookie = await large.finish()
          const { [TEXT]: text, ...others } = await lookInto(storage, cookie)
          assert.ok(text === LARGE, `one that ${what} was cut, or is lost`)
          assert.deepEqual(others, before)
        } catch (error) {
          if (error instanceof assert.AssertionError) throw error
          assert.notEqual((error as Error).message, '')
          assert.deepEqual(await lookInto(storage, old), before)
        }
      }
    })

    it('what was saved is what the session shows afterwards, and its limits', async (t) => {
      const { storage, elsewhere, clock } = await contract.open(t)
      for (const deleteOld of [null, true, false]) {
        const old = await beginSession(storage, { [COLOR]: 'old' })
        const { session, finish } = await beginRequest(storage, old)
        const expected: Record<string, unknown> = { '': 0, [COLOR]: 'red' }
        if (contract.promises.mergesChanges) {
          await playRequest(elsewhere, old, (other) => other.set(SIZE, 'meanwhile'))
          expected[SIZE] = 'meanwhile'
        }
        clock.advance(1)
        session.set(COLOR, 'red')
        session.setMaxAge(60)
        if (deleteOld !== null) session.regenerateId(deleteOld)
        const cookie = await finish()
        assert.deepEqual(session.data, expected)
        assert.deepEqual(timesOf(session), timesOf(await storage.read(cookie)))
        assert.equal(timesOf(session).maxAge, 60)

        session.set(COLOR, 'blue')
        const after = await finish()
        assert.equal(session.get(COLOR), 'blue')
        assert.equal((await lookInto(storage, after))[COLOR], 'blue')
      }
    })

    it('saving twice stores once, and a change in between is stored too', async (t) => {
      const { storage, countSessions } = await contract.open(t)
      const { session, finish } = await beginRequest(storage, '')
      session.set(COLOR, 'red')
      const first = await finish()
      assert.equal(await finish(), first)
      session.set(SIZE, [1])
      const second = await finish()
      assert.deepEqual(await lookInto(storage, second), { [COLOR]: 'red', [SIZE]: [1] })
      if (countSessions) assert.equal(await countSessions(), 1)
    })

    it('of two saves of one session at once each change is stored once', async (t) => {
      const { storage, countSessions } = await contract.open(t)
      for (const cookie of ['', await beginSession(storage, {})]) {
        const { session, finish } = await beginRequest(storage, cookie)
        session.increment(COLOR)
        const saves = [finish(), finish()]
        // What is changed meanwhile is refused, or in the next save.
        let isRefused = false
        try {
          session.set(SIZE, 'L')
        } catch {
          isRefused = true
        }
        const [first] = await Promise.all(saves)
        if (!isRefused) await finish()
        const { [COLOR]: count, [SIZE]: size } = session.data
        assert.deepEqual({ count, size }, { count: 1, size: isRefused ? undefined : 'L' })
        if (isRefused) assert.equal((await lookInto(storage, first!))[COLOR], 1)
      }
      if (countSessions) assert.equal(await countSessions(), 2)
    })
  })
}

function setAll(session: Session, values: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(values)) session.set(key, value)
}

/** The times of its record, as the storage has answered it. */
function timesOf(session: Session): Pick<SessionRecord, 'maxAge' | 'renewedAt' | 'expiresAt'> {
  const { maxAge, renewedAt, expiresAt } = getSessionState(session).origin!.record
  return { maxAge, renewedAt, expiresAt }
}
