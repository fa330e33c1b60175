import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SessionStorage } from '../session-storage.ts'
import type { Session } from '../session.ts'
import { MAX_AGE } from './contract.ts'
import type { Contract, OpenStorage } from './contract.ts'
import { beginRequest, lookInto, playRequest } from './request.ts'

const COLOR: string = 'color'
const SIZE: string = 'size'

/** Rules about two requests at once, played on one storage and on two that share a store. */
export function describeRaces(contract: Contract): void {
  describe('two requests at once', () => {
    if (contract.promises.mergesChanges) describeMerging(contract)
    else describeOverwriting(contract)
    if (contract.promises.endsSessions) describeLateRequests(contract)
  })
}

function describeMerging(contract: Contract): void {
  it('two tabs that set different keys both keep theirs', async (t) => {
    await playBoth(
      await contract.open(t),
      {},
      (first) => first.set(COLOR, 'red'),
      (second) => second.set(SIZE, 'XL'),
      { [COLOR]: 'red', [SIZE]: 'XL' },
    )
  })

  it('one that unsets and one that sets both hold', async (t) => {
    await playBoth(
      await contract.open(t),
      { [COLOR]: 'red', [SIZE]: 'S' },
      (first) => first.unset(COLOR),
      (second) => second.set(SIZE, 'XL'),
      { [SIZE]: 'XL' },
    )
  })

  it('changes inside two different values both hold', async (t) => {
    await playBoth(
      await contract.open(t),
      { [COLOR]: ['red'], [SIZE]: ['S'] },
      (first) => (first.get(COLOR) as string[]).push('blue'),
      (second) => (second.get(SIZE) as string[]).push('XL'),
      { [COLOR]: ['red', 'blue'], [SIZE]: ['S', 'XL'] },
    )
  })

  it('two tabs that merge different properties into one value both keep theirs', async (t) => {
    await playBoth(
      await contract.open(t),
      { [SIZE]: { a: 1, b: 2 } },
      (first) => first.merge(SIZE, { c: 3, a: undefined }),
      (second) => second.merge(SIZE, { ['__proto__']: 4, b: 5 }),
      { [SIZE]: { b: 5, c: 3, ['__proto__']: 4 } },
    )
  })

  it('a value and a flash of different keys both hold', async (t) => {
    await playBoth(
      await contract.open(t),
      {},
      (first) => first.flash(COLOR, 'red'),
      (second) => second.set(SIZE, 'XL'),
      { [COLOR]: 'red', [SIZE]: 'XL' },
    )
  })

  it('of the same key the last save wins, set and unset alike', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    const cookie = await begin(storage, { [COLOR]: 'old' })
    const first = await beginRequest(storage, cookie)
    const second = await beginRequest(elsewhere, cookie)
    first.session.set(COLOR, 'first')
    second.session.set(COLOR, 'second')
    await second.finish()
    await first.finish()
    assert.deepEqual(await lookInto(storage, cookie), { '': 0, [COLOR]: 'first' })

    const third = await beginRequest(storage, cookie)
    third.session.unset(COLOR)
    await playRequest(elsewhere, cookie, (session) => session.set(COLOR, 'meanwhile'))
    await third.finish()
    assert.deepEqual(await lookInto(storage, cookie), { '': 0 })
  })

  it('a request that only read does not write back what it saw', async (t) => {
    const { storage, elsewhere, clock } = await contract.open(t)
    const cookie = await begin(storage, { [COLOR]: 'old', [SIZE]: { cm: 1 } })
    clock.advance(MAX_AGE / 2) // a renewal is due: the reader has something to save
    const reader = await beginRequest(storage, cookie)
    void reader.session.data
    reader.session.get(SIZE)
    await playRequest(elsewhere, cookie, (session) => {
      session.set(COLOR, 'new')
      session.set(SIZE, { cm: 2 })
    })
    await reader.finish()
    assert.deepEqual(await lookInto(storage, cookie), {
      '': 0,
      [COLOR]: 'new',
      [SIZE]: { cm: 2 },
    })
  })

  it('many requests saved at the same moment all keep what they set', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    const cookie = await begin(storage, {})
    const requests = await Promise.all(
      Array.from({ length: 30 }, (_, i) => beginRequest(i % 2 ? storage : elsewhere, cookie)),
    )
    requests.forEach(({ session }, i) => session.set(`key ${i}`, i))
    await Promise.all(requests.map(({ finish }) => finish()))
    assert.equal(Object.keys(await lookInto(storage, cookie)).length, 31)
  })
}

function describeOverwriting(contract: Contract): void {
  it('the later response wins whole: what the other one changed is lost', async (t) => {
    const { storage } = await contract.open(t)
    const cookie = await begin(storage, { [COLOR]: 'old', [SIZE]: 'S' })
    const first = await beginRequest(storage, cookie)
    const second = await beginRequest(storage, cookie)
    first.session.set(COLOR, 'red')
    second.session.set(SIZE, 'XL')
    const [earlier, later] = [await first.finish(), await second.finish()]
    assert.deepEqual(await lookInto(storage, earlier), { '': 0, [COLOR]: 'red', [SIZE]: 'S' })
    assert.deepEqual(await lookInto(storage, later), { '': 0, [COLOR]: 'old', [SIZE]: 'XL' })
  })
}

interface LateWork {
  do(session: Session): unknown
  /** What would be lost if it were not saved; `null` for nothing. */
  writes: Record<string, unknown> | null
}

const LATE_WORK: Record<string, LateWork> = {
  'sets a value': { do: (session) => session.set(COLOR, 'late'), writes: { [COLOR]: 'late' } },
  'merges into a value': {
    do: (session) => session.merge('cart' as string, { late: 1 }),
    writes: { cart: { late: 1 } },
  },
  'increments a number': {
    do: (session) => session.increment('visits', 2),
    writes: { visits: 2 },
  },
  'flashes a message': {
    do: (session) => session.flash('other', 'late'),
    writes: { other: 'late' },
  },
  'changes the inside of a value': {
    do: (session) => (session.get(SIZE) as string[]).push('late'),
    writes: { [SIZE]: ['S', 'late'] },
  },
  'unsets a value': { do: (session) => session.unset(SIZE), writes: { [SIZE]: undefined } },
  'only reads, with a renewal due': { do: (session) => session.get(COLOR), writes: null },
  'reads a flash': { do: (session) => session.get('note'), writes: null },
  'calls regenerateId()': { do: (session) => session.regenerateId(), writes: null },
  'calls regenerateId(false)': { do: (session) => session.regenerateId(false), writes: null },
}

function describeLateRequests(contract: Contract): void {
  const initial = { [COLOR]: 'red', [SIZE]: ['S'] }

  for (const [work, { do: doWork, writes }] of Object.entries(LATE_WORK)) {
    it(`destroy wins against a slower request that ${work}, and it is told if that loses anything`, async (t) => {
      const { storage, elsewhere, clock, countSessions } = await contract.open(t)
      const cookie = await begin(storage, initial, (session) => session.flash('note', 'hi'))
      clock.advance(MAX_AGE / 2)
      const slow = await beginRequest(elsewhere, cookie)
      doWork(slow.session)
      await playRequest(storage, cookie, (session) => session.destroy())
      if (writes) await assert.rejects(slow.finish(), { name: 'SessionEndedError', status: 409 })
      else assert.equal(await slow.finish(), '')
      assert.deepEqual(await lookInto(storage, cookie), {})
      assert.deepEqual(await lookInto(storage, slow.session.id), {})
      if (countSessions) assert.equal(await countSessions(), 0)
    })

    it(`what a slower request does that ${work} goes into the session that got a new id`, async (t) => {
      const { storage, elsewhere, clock, countSessions } = await contract.open(t)
      const old = await begin(storage, initial, (session) => session.flash('note', 'hi'))
      clock.advance(MAX_AGE / 2)
      const slow = await beginRequest(elsewhere, old)
      doWork(slow.session)
      let cookie = await playRequest(storage, old, (session) => {
        session.set('secret', 'of the new session')
        session.regenerateId()
      })
      cookie = await playRequest(storage, cookie, (session) => session.regenerateId())
      assert.equal(await slow.finish(), '')
      assert.equal(slow.session.has('secret'), false)
      assert.deepEqual(await lookInto(storage, old), {})
      assert.deepEqual(await lookInto(elsewhere, old), {})
      const { note, ...data } = await lookInto(storage, cookie)
      const expected = { '': 0, ...initial, secret: 'of the new session', ...writes }
      assert.deepEqual(data, JSON.parse(JSON.stringify(expected)))
      assert.equal(note, work === 'reads a flash' ? undefined : 'hi')
      if (countSessions) assert.equal(await countSessions(), 1)
    })
  }

  it('an idle limit that comes too late is told, and changes nothing', async (t) => {
    const { storage, elsewhere, clock } = await contract.open(t)
    for (const end of ['destroy', 'regenerateId'] as const) {
      const old = await begin(storage, initial)
      const slow = await beginRequest(elsewhere, old)
      slow.session.setMaxAge(60)
      const cookie = await playRequest(storage, old, (session) => session[end]())
      await assert.rejects(slow.finish(), { name: 'SessionEndedError' })
      clock.advance(61)
      if (cookie !== '') assert.equal(COLOR in (await lookInto(storage, cookie)), true)
    }
  })

  it('one that proves again who it is begins a new session, with nothing of the one that ended', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    for (const end of ['destroy', 'regenerateId'] as const) {
      for (const deleteOld of [true, false]) {
        const old = await begin(storage, initial)
        const slow = await beginRequest(elsewhere, old)
        slow.session.set('user', 7)
        slow.session.merge('cart' as string, { late: 1 })
        slow.session.regenerateId(deleteOld)
        const other = await playRequest(storage, old, (session) => {
          session.set('user', 1)
          session[end]()
        }).catch(() => assert.fail())
        const cookie = await slow.finish()
        assert.notEqual(cookie, '')
        assert.deepEqual(await lookInto(storage, cookie), { user: 7, cart: { late: 1 } })
        if (end === 'destroy') continue
        assert.deepEqual(await lookInto(storage, other), { '': 0, ...initial, user: 1 })
      }
    }
  })

  it('one that proves again who it is takes along no object of the session that ended', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    const old = await begin(storage, { user: { id: 1, seen: 0 } })
    const slow = await beginRequest(elsewhere, old)
    ;(slow.session.get('user' as string) as { seen: number }).seen = 1
    slow.session.regenerateId()
    await playRequest(storage, old, (session) => session.destroy())
    await assert.rejects(slow.finish(), { name: 'SessionEndedError' })
  })

  it('a late destroy or reset under a replaced id leaves the new session alone, and says so', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    for (const end of ['destroy', 'reset'] as const) {
      const old = await begin(storage, initial)
      const slow = await beginRequest(elsewhere, old)
      slow.session[end]()
      const cookie = await playRequest(storage, old, (session) => session.regenerateId())
      await assert.rejects(slow.finish(), { name: 'SessionEndedError' })
      assert.deepEqual(await lookInto(storage, cookie), { '': 0, ...initial })
    }
  })

  it('of two that regenerate the id at once, one wins', async (t) => {
    const { storage, elsewhere, countSessions } = await contract.open(t)
    const old = await begin(storage, initial)
    const requests = [await beginRequest(storage, old), await beginRequest(elsewhere, old)]
    for (const { session } of requests) session.regenerateId()
    const cookies = await Promise.all(requests.map(({ finish }) => finish()))
    assert.equal(cookies.filter((cookie) => cookie === '').length, 1)
    assert.deepEqual(await lookInto(storage, old), {})
    for (const { session } of requests) {
      const alive = cookies.includes(session.id)
      assert.equal(COLOR in (await lookInto(storage, session.id)), alive)
    }
    if (countSessions) assert.equal(await countSessions(), 1)
  })

  it('of two that regenerate the id at once, one that only removes makes no empty session', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    for (const deleteOld of [true, false]) {
      const old = await begin(storage, initial)
      const slow = await beginRequest(elsewhere, old)
      slow.session.unset(COLOR)
      slow.session.regenerateId(deleteOld)
      const cookie = await playRequest(storage, old, (session) => session.regenerateId())
      assert.equal(await slow.finish(), '')
      const { [COLOR]: _, ...rest } = initial
      assert.deepEqual(await lookInto(storage, cookie), { '': 0, ...rest })
    }
  })

  it('destroy wins against any save begun at the same moment', async (t) => {
    const { storage, elsewhere, countSessions } = await contract.open(t)
    // The last two may replace the id before.
    for (const { do: doWork } of Object.values(LATE_WORK).slice(0, -2)) {
      for (const destroyFirst of [true, false]) {
        const cookie = await begin(storage, initial)
        const logout = await beginRequest(storage, cookie)
        const others = await Promise.all(
          Array.from({ length: 4 }, (_, i) => beginRequest(i % 2 ? storage : elsewhere, cookie)),
        )
        logout.session.destroy()
        for (const { session } of others) doWork(session)
        const saves = others.map(({ finish }) => finish)
        if (destroyFirst) saves.unshift(logout.finish)
        else saves.push(logout.finish)
        await Promise.allSettled(saves.map((save) => save()))
        assert.deepEqual(await lookInto(storage, cookie), {})
      }
    }
    if (countSessions) assert.equal(await countSessions(), 0)
  })
}

/** Plays two requests that both read before either saves, in both orders and at once. */
async function playBoth(
  { storage, elsewhere }: OpenStorage,
  initial: Record<string, unknown>,
  workOfFirst: (session: Session) => unknown,
  workOfSecond: (session: Session) => unknown,
  expected: Record<string, unknown>,
): Promise<void> {
  for (const order of ['first', 'second', 'at once']) {
    for (const other of [storage, elsewhere]) {
      const cookie = await begin(storage, initial)
      const first = await beginRequest(storage, cookie)
      const second = await beginRequest(other, cookie)
      workOfFirst(first.session)
      workOfSecond(second.session)
      const answers =
        order === 'at once'
          ? await Promise.all([first.finish(), second.finish()])
          : order === 'first'
            ? [await first.finish(), await second.finish()]
            : [await second.finish(), await first.finish()]
      assert.deepEqual(answers, [cookie, cookie])
      assert.deepEqual(await lookInto(storage, cookie), { '': 0, ...expected })
    }
  }
}

// A key that nobody touches makes the session one that is stored.
function begin(
  storage: SessionStorage,
  data: Record<string, unknown>,
  more: (session: Session) => unknown = () => {},
): Promise<string> {
  return playRequest(storage, '', (session) => {
    session.set('', 0)
    for (const [key, value] of Object.entries(data)) session.set(key, value)
    more(session)
  })
}
