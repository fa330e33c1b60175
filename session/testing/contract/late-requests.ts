import assert from 'node:assert/strict'
import { it } from 'node:test'
import { getSessionState } from '../../session.ts'
import type { Session } from '../../session.ts'
import { LIFETIME, MAX_AGE } from './contract.ts'
import type { Contract } from './contract.ts'
import { beginRequest, beginSession, lookInto, playRequest } from './request.ts'
import type { HeldRequest } from './request.ts'

const COLOR: string = 'color'
const SIZE: string = 'size'

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

/** Rules about requests that are saved after their session ended or got a new id. */
export function describeLateRequests(contract: Contract): void {
  const initial = { [COLOR]: 'red', [SIZE]: ['S'] }

  for (const [work, { do: doWork, writes }] of Object.entries(LATE_WORK)) {
    it(`destroy wins against a slower request that ${work}, and it is told if that loses anything`, async (t) => {
      const { storage, elsewhere, clock, countSessions } = await contract.open(t)
      const cookie = await beginSession(storage, initial, (session) => session.flash('note', 'hi'))
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
      const old = await beginSession(storage, initial, (session) => session.flash('note', 'hi'))
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

  it('what a slower request brings into a session with a new id leaves that its whole lifetime', async (t) => {
    const { storage, elsewhere, clock } = await contract.open(t)
    let cookie = await beginSession(storage, initial)
    const use = async (seconds: number) => {
      for (let second = 0; second < seconds; second += 500) {
        clock.advance(500)
        cookie = await playRequest(storage, cookie, (session) => session.get(COLOR))
      }
    }
    await use(LIFETIME - 1000)
    const slow = await beginRequest(elsewhere, cookie)
    slow.session.set('late', 1)
    cookie = await playRequest(storage, cookie, (session) => session.regenerateId())
    await slow.finish()
    await use(2000)
    assert.equal(COLOR in (await lookInto(storage, cookie)), true)
  })

  it('an idle limit that comes too late is told, and changes nothing', async (t) => {
    const { storage, elsewhere, clock } = await contract.open(t)
    for (const end of ['destroy', 'regenerateId'] as const) {
      const old = await beginSession(storage, initial)
      const slow = await beginRequest(elsewhere, old)
      slow.session.setMaxAge(60)
      const cookie = await playRequest(storage, old, (session) => session[end]())
      await assert.rejects(slow.finish(), { name: 'SessionEndedError' })
      clock.advance(61)
      if (cookie !== '') assert.equal(COLOR in (await lookInto(storage, cookie)), true)
    }
  })

  it('one that proves again who it is has the limit that it chooses, also where the session had the same', async (t) => {
    const { storage, elsewhere, clock } = await contract.open(t)
    const ends: Record<string, (cookie: string) => Promise<unknown> | void> = {
      'it expired': () => clock.advance(500),
      'another one destroyed it': (cookie) => playRequest(storage, cookie, (s) => s.destroy()),
      'another one gave it a new id': (cookie) =>
        playRequest(storage, cookie, (session) => session.regenerateId()),
    }
    for (const [how, end] of Object.entries(ends)) {
      const cookie = await playRequest(storage, '', (session) => {
        session.set(COLOR, 'red')
        session.setMaxAge(500)
      })
      const { session, finish } = await beginRequest(elsewhere, cookie)
      session.regenerateId()
      session.set('user', 1)
      session.setMaxAge(500)
      await end(cookie)
      const after = await storage.read(await finish())
      assert.deepEqual(after.data, { user: 1 }, how)
      const { maxAge, persistent } = getSessionState(after).origin!.record
      assert.deepEqual({ maxAge, persistent }, { maxAge: 500, persistent: true }, how)
    }
  })

  it('one that proves again who it is begins a new session, with nothing of the one that ended', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    for (const end of ['destroy', 'regenerateId'] as const) {
      for (const deleteOld of [true, false]) {
        const old = await beginSession(storage, initial)
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

  it('one that proves again who it is keeps what it set, also where that was there already', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    for (const end of ['destroy', 'regenerateId'] as const) {
      const old = await beginSession(storage, initial)
      const slow = await beginRequest(elsewhere, old)
      slow.session.set(COLOR, initial[COLOR])
      slow.session.regenerateId()
      await playRequest(storage, old, (session) => session[end]())
      const cookie = await slow.finish()
      assert.notEqual(cookie, '')
      assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red' })
    }
  })

  it('one that proves again who it is takes along no object of the session that ended', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    const old = await beginSession(storage, { user: { id: 1, seen: 0 } })
    const slow = await beginRequest(elsewhere, old)
    ;(slow.session.get('user' as string) as { seen: number }).seen = 1
    slow.session.regenerateId()
    await playRequest(storage, old, (session) => session.destroy())
    await assert.rejects(slow.finish(), { name: 'SessionEndedError' })
  })

  it('a late destroy or reset under a replaced id leaves the new session alone, and says so', async (t) => {
    const { storage, elsewhere } = await contract.open(t)
    for (const end of ['destroy', 'reset'] as const) {
      const old = await beginSession(storage, initial)
      const slow = await beginRequest(elsewhere, old)
      slow.session[end]()
      const cookie = await playRequest(storage, old, (session) => session.regenerateId())
      await assert.rejects(slow.finish(), { name: 'SessionEndedError' })
      assert.deepEqual(await lookInto(storage, cookie), { '': 0, ...initial })
    }
  })

  it('of two that regenerate the id at once, one wins', async (t) => {
    const { storage, elsewhere, countSessions } = await contract.open(t)
    const old = await beginSession(storage, initial)
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
      const old = await beginSession(storage, initial)
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
        const cookie = await beginSession(storage, initial)
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

  it('of destroy and regenerateId begun at the same moment one wins, and the other one is told', async (t) => {
    const { storage, elsewhere, countSessions } = await contract.open(t)
    let alive = 0
    for (const [index, headStart] of HEAD_STARTS.entries()) {
      for (const destroyFirst of [true, false]) {
        const old = await beginSession(storage, initial)
        const logout = await beginRequest(storage, old)
        const login = await beginRequest(index % 2 ? storage : elsewhere, old)
        logout.session.destroy()
        login.session.regenerateId()
        const requests = destroyFirst ? [logout, login] : [login, logout]
        const [first, second] = await finishBoth(requests, headStart)
        const [ended, moved] = destroyFirst ? [first, second] : [second, first]
        assert.deepEqual(await lookInto(storage, old), {})
        const cookie = moved?.status === 'fulfilled' ? moved.value : null
        if (ended?.status === 'rejected') {
          assert.equal(ended.reason.name, 'SessionEndedError')
          assert.ok(cookie, 'both were refused')
          assert.deepEqual(await lookInto(storage, cookie), { '': 0, ...initial })
          alive++
        } else assert.ok(!cookie, 'destroy reported an end, and the session lives on')
      }
    }
    if (countSessions) assert.equal(await countSessions(), alive)
  })
}

// What is done in several steps is met between two of them.
const HEAD_STARTS: ((() => Promise<unknown>) | null)[] = [
  null,
  () => Promise.resolve(),
  () => new Promise((resolve) => queueMicrotask(() => resolve(null))),
  () => new Promise((resolve) => setImmediate(resolve)),
]

/** Saves one request after the other, and waits for none. */
async function finishBoth(
  requests: HeldRequest[],
  headStart: (() => Promise<unknown>) | null,
): Promise<PromiseSettledResult<string>[]> {
  const outcomes: Promise<PromiseSettledResult<string>[]>[] = []
  for (const { finish } of requests) {
    outcomes.push(Promise.allSettled([finish()]))
    if (headStart) await headStart()
  }
  return (await Promise.all(outcomes)).flat()
}
