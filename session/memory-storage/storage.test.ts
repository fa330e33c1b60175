import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSession, getSessionState } from 'remix/session'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import {
  beginRequest,
  createFakeClock,
  describeSessionStorage,
  lookInto,
  playRequest,
} from 'remix/session/testing'

const COLOR: string = 'color'

describeSessionStorage('memory storage', (limits) => createMemorySessionStorage(limits))

it('memory storage refuses an id that is taken, and what is there stays', async () => {
  const storage = createMemorySessionStorage()
  const [first, second] = [createSession({ [COLOR]: 'red' }), createSession({ [COLOR]: 'blue' })]
  // Ids are random; this happens where two servers move one session into a new storage.
  Object.defineProperty(getSessionState(second), 'id', { value: first.id })
  const cookie = await storage.save(first)
  await assert.rejects(storage.save(second), { name: 'SessionStoreError' })
  assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red' })
})

describe('memory storage is bounded', () => {
  it('by at least one session', () => {
    assert.throws(() => createMemorySessionStorage({ maxSessions: 0 }), RangeError)
    for (const options of [{ maxSessions: '5' }, { maxsessions: 5 }] as object[]) {
      assert.throws(() => createMemorySessionStorage(options), TypeError)
    }
  })

  it('by a number of sessions: the one used longest ago is dropped', async () => {
    let now = Date.now()
    const storage = createMemorySessionStorage({ maxSessions: 3, maxAge: 100, now: () => now })
    const begin = (i: number): Promise<string> =>
      playRequest(storage, '', (session) => session.set(COLOR, i))
    const cookies = [await begin(0), await begin(1), await begin(2)]
    now += 60_000
    await playRequest(storage, cookies[0]!, (session) => session.get(COLOR))
    cookies.push(await begin(3))
    const alive = []
    for (const cookie of cookies) alive.push(COLOR in (await lookInto(storage, cookie)))
    assert.deepEqual(alive, [true, false, true, true])
  })

  it('a flood of guests drops none that is in use, and guests before who signed in', async () => {
    const storage = createMemorySessionStorage({ maxSessions: 500, loginKey: 'user' })
    const begin = (data: Record<string, unknown>): Promise<string> =>
      playRequest(storage, '', (session) => {
        for (const [key, value] of Object.entries(data)) session.set(key, value)
      })
    const active = await begin({ [COLOR]: 'active' })
    const sleeping = await begin({ [COLOR]: 'sleeping' })
    const customer = await begin({ user: 7, [COLOR]: 'customer' })
    // One that signs in later, and one that signs out.
    const later = await begin({ [COLOR]: 'later' })
    await playRequest(storage, later, (session) => session.set('user', 8))
    const former = await begin({ user: 9, [COLOR]: 'former' })
    await playRequest(storage, former, (session) => session.unset('user'))
    for (let i = 0; i < 3000; i++) {
      await begin({ [COLOR]: i })
      if (i % 100 === 0) await playRequest(storage, active, (session) => session.get(COLOR))
    }
    const alive = []
    for (const cookie of [active, sleeping, customer, later, former]) {
      alive.push(COLOR in (await lookInto(storage, cookie)))
    }
    assert.deepEqual(alive, [true, false, true, true, false])
  })

  it('also where all have signed in, or all are in use', async () => {
    const storage = createMemorySessionStorage({ maxSessions: 100, loginKey: 'user' })
    const cookies: string[] = []
    for (let i = 0; i < 300; i++) {
      cookies.push(await playRequest(storage, '', (session) => session.set('user', i)))
      for (const cookie of cookies) await playRequest(storage, cookie, (session) => session.get(''))
    }
    let alive = 0
    for (const cookie of cookies) if ('user' in (await lookInto(storage, cookie))) alive++
    assert.ok(alive >= 98 && alive <= 100, `${alive} are left`)
  })

  it('a guest finds a place where all have signed in, and a flood of guests takes no more', async () => {
    const storage = createMemorySessionStorage({ maxSessions: 500, loginKey: 'user' })
    const logins: string[] = []
    for (let i = 0; i < 500; i++) {
      logins.push(await playRequest(storage, '', (session) => session.set('user', i)))
    }
    for (let i = 0; i < 2000; i++) {
      const guest = await playRequest(storage, '', (session) => session.set(COLOR, i))
      await playRequest(storage, guest, (session) => assert.equal(session.get(COLOR), i))
    }
    const alive = []
    for (const login of logins) alive.push('user' in (await lookInto(storage, login)))
    assert.deepEqual(alive.indexOf(true), 5, 'a hundredth, those used longest ago')
    assert.ok(!alive.includes(false, 5))
  })

  it('a new id drops neither the session nor what sends late requests on to it', async () => {
    for (const maxSessions of [1, 2, 100]) {
      const storage = createMemorySessionStorage({ maxSessions, loginKey: 'user' })
      for (let i = 1; i < maxSessions; i++) {
        await playRequest(storage, '', (session) => session.set('user', i))
      }
      const old = await playRequest(storage, '', (session) => session.set('user', 0))
      const late = await beginRequest(storage, old)
      const renewed = await playRequest(storage, old, (session) => session.regenerateId())
      late.session.set(COLOR, 'late')
      await late.finish()
      assert.deepEqual(await lookInto(storage, renewed), { user: 0, [COLOR]: 'late' })
    }
  })

  it('in objects: a session that was not used for long is kept as text, with all that it had', async () => {
    const storage = createMemorySessionStorage()
    const cookies = []
    for (let i = 0; i < 3000; i++) {
      cookies.push(await playRequest(storage, '', (session) => session.set(COLOR, i)))
    }
    for (let round = 0; round < 2; round++) {
      for (const [i, cookie] of cookies.entries()) {
        await playRequest(storage, cookie, (session) => {
          assert.equal(session.get(COLOR), i + round)
          session.set(COLOR, i + round + 1)
        })
      }
    }
  })

  it('in timers: however often it is written, one look for expired sessions is due', async (t) => {
    const due: (() => void)[] = []
    t.mock.method(globalThis, 'setTimeout', (callback: () => void) => {
      due.push(callback)
      return { unref() {} }
    })
    const storage = createMemorySessionStorage()
    for (let i = 0; i < 20; i++) {
      await playRequest(storage, '', (session) => session.set(COLOR, i))
      await playRequest(storage, '', (session) => session.set(COLOR, i))
      assert.equal(due.length, 1)
      due.shift()!()
    }
  })

  it('by time: what expired is let go without being asked for', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const clock = createFakeClock()
    const storage = createMemorySessionStorage({ maxAge: 100, now: clock.now })
    const values = []
    for (let i = 0; i < 2000; i++) {
      const cookie = await playRequest(storage, '', (session) => session.set(COLOR, i))
      if (i % 500 === 0) values.push(cookie)
    }
    const renewed = await playRequest(storage, '', (session) => session.set(COLOR, 'renewed'))
    clock.advance(99)
    await playRequest(storage, renewed, (session) => session.get(COLOR))
    clock.advance(2) // it looks by the second
    const living = await playRequest(storage, '', (session) => session.set(COLOR, 'living'))
    t.mock.timers.tick(1000)
    for (let slice = 0; slice < 10; slice++) t.mock.timers.tick(10)
    clock.advance(-50) // a session that were still there would be alive now
    for (const cookie of values) assert.deepEqual(await lookInto(storage, cookie), {})
    assert.deepEqual(await lookInto(storage, renewed), { [COLOR]: 'renewed' })
    assert.deepEqual(await lookInto(storage, living), { [COLOR]: 'living' })
  })

  it('by time: what expires after one look is let go by the next, though nobody comes', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const clock = createFakeClock()
    const storage = createMemorySessionStorage({ maxAge: 100, now: clock.now })
    const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
    t.mock.timers.tick(1000)
    clock.advance(101)
    t.mock.timers.tick(60_000)
    clock.advance(-50) // a session that were still there would be alive now
    assert.deepEqual(await lookInto(storage, cookie), {})
  })

  it('by time: nothing is let go before it expired', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const clock = createFakeClock()
    for (const milliseconds of [0, 999]) {
      clock.advance(milliseconds / 1000)
      const storage = createMemorySessionStorage({ maxAge: 1.5, now: clock.now })
      const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      clock.advance(1.499)
      t.mock.timers.tick(1000)
      assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red' })
    }
  })
})
