import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { beginRequest, createFakeClock, lookInto, playRequest } from 'remix/session/testing'
import { getSessionState } from 'remix/session'
import type { Session, SessionStorage } from 'remix/session'
import { Browser, SECRET } from './fixtures/browser.ts'
import { closeRooms, rooms } from './fixtures/storages.ts'
import { WatchedStore } from './fixtures/watched-store.ts'
import type { TimeLimits } from './time-limits.ts'

const COLOR: string = 'color'
const DAY = 24 * 60 * 60
// Without a limit of its own, which would hold in place of the storage's.
const sessionCookie = createCookie('__session', { secrets: [SECRET] })

after(closeRooms)

describe('without any option', () => {
  for (const { name, skip, open } of rooms) {
    it(
      `a session in ${name} storage ends after 7 days without use, after 30 in any case`,
      { skip },
      async () => {
        const clock = createFakeClock()
        const storage = await open(sessionCookie, { now: clock.now }, 'by default')
        const idle = await begin(storage)
        let used = await begin(storage)
        for (let day = 0; day < 29; day++) {
          assert.equal(await isAlive(storage, idle), day < 7, `day ${day}`)
          assert.equal(await isAlive(storage, used), true)
          clock.advance(DAY)
          used = await playRequest(storage, used, (session) => session.get(COLOR))
        }
        clock.advance(DAY - 1)
        assert.equal(await isAlive(storage, used), true)
        clock.advance(1)
        assert.equal(await isAlive(storage, used), false)
      },
    )
  }
})

describe('the idle limit', () => {
  it('is the cookie’s where the storage has none, the smaller where both have one', async () => {
    for (const [ofStorage, ofCookie, expected] of [
      [undefined, 60, 60],
      [60, undefined, 60],
      [100, 60, 60],
      [60, 100, 60],
    ]) {
      const clock = createFakeClock()
      const storage = openStorage({ maxAge: ofStorage, now: clock.now })
      const options = { maxAge: ofCookie }
      const cookie = await playRequest(storage, '', (s) => s.set(COLOR, 'red'), options)
      const look = async (): Promise<boolean> =>
        COLOR in (await storage.read(cookie, { ...options, flashes: 'keep' })).data
      clock.advance(expected! - 1)
      assert.equal(await look(), true)
      clock.advance(1)
      assert.equal(await look(), false)
    }
  })

  it('that was lowered or raised counts at once for sessions of before', async () => {
    const clock = createFakeClock()
    const store = new WatchedStore()
    const open = (maxAge: number): SessionStorage =>
      createCustomSessionStorage(store, { maxAge, now: clock.now })
    const cookie = await begin(open(1000))
    clock.advance(100)
    assert.equal(await isAlive(open(100), cookie), false)
    assert.equal(await isAlive(open(101), cookie), true)
    clock.advance(4899)
    assert.equal(await isAlive(open(5000), cookie), true)
    clock.advance(1)
    assert.equal(await isAlive(open(5000), cookie), false)
  })

  it('that was taken out of the settings of the cookie ends with the next change', async () => {
    const storage = openStorage({})
    const before = new Browser(sessionCookie.with({ maxAge: 365 * DAY }), storage)
    await before.visit((session) => session.set(COLOR, 'red'))
    const later = new Browser(sessionCookie, storage)
    later.cookie = before.cookie
    for (const work of [
      (session: Session) => session.set(COLOR, 'blue'),
      (session: Session) => session.regenerateId(),
    ]) {
      await later.visit(work)
      await later.visit((session) => {
        const { maxAge } = getSessionState(session).origin!.record
        assert.equal(maxAge, 7 * DAY)
      })
    }
  })

  it('of the cookie stays where a session is read and saved without it', async () => {
    const clock = createFakeClock()
    const limits = { loginKey: 'user', firstMaxAge: 60, now: clock.now }
    const storage = openStorage(limits)
    const options = { maxAge: 28 * DAY }
    const lasts = async (cookie: string): Promise<number> => {
      const { origin } = getSessionState(await storage.read(cookie, { flashes: 'keep' }))
      const { maxAge, expiresAt, renewedAt } = origin!.record
      assert.equal(expiresAt - renewedAt, maxAge * 1000)
      return maxAge / DAY
    }
    let login = await playRequest(storage, '', (session) => session.set('user', 7), options)
    for (const work of [
      (session: Session) => session.set(COLOR, 'red'),
      (session: Session) => session.regenerateId(),
      (session: Session) => session.unset('user'),
    ]) {
      login = await playRequest(storage, login, work)
      assert.equal(await lasts(login), 28)
    }
    // A guest's first limit is not what the session was to have.
    const guest = await playRequest(storage, '', (session) => session.set(COLOR, 'red'), options)
    assert.equal(await lasts(guest), 60 / DAY)
    await playRequest(storage, guest, (session) => session.set('user', 8))
    assert.equal(await lasts(guest), 7)
    await playRequest(storage, guest, (session) => session.get(COLOR), options)
    assert.equal(await lasts(guest), 28)
    await playRequest(storage, guest, (session) => session.set(COLOR, 'blue'))
    assert.equal(await lasts(guest), 28)
  })

  it('is shorter for guests, who hold no login, until they come back and use the session', async () => {
    const clock = createFakeClock()
    const limits = { maxAge: 1000, loginKey: 'user', firstMaxAge: 60, now: clock.now }
    const storage = openStorage(limits)
    const guest = await begin(storage)
    const customer = await playRequest(storage, await begin(storage), (s) => s.set('user', 7))
    const remembered = await playRequest(storage, await begin(storage), (s) => s.setMaxAge(500))
    clock.advance(59)
    await playRequest(storage, guest, () => {})
    await playRequest(storage, guest, (session) => session.get(COLOR), { flashes: 'hide' })
    assert.equal(await isAlive(storage, guest), true)
    clock.advance(1)
    assert.equal(await isAlive(storage, guest), false)
    assert.equal(await isAlive(storage, remembered), true)
    const back = await begin(storage)
    await playRequest(storage, back, (session) => session.get(COLOR))
    clock.advance(939)
    assert.equal(await isAlive(storage, back), true)
    assert.equal(await isAlive(storage, customer), true)
    assert.equal(await isAlive(storage, remembered), false)
    const late = await beginRequest(storage, customer)
    late.session.set(COLOR, 'late')
    late.session.regenerateId()
    const renewed = await playRequest(storage, customer, (session) => session.regenerateId())
    const guestAgain = await late.finish()
    const { origin } = getSessionState(await storage.read(guestAgain, { flashes: 'keep' }))
    assert.equal(origin!.record.expiresAt, clock.now() + 60_000)
    clock.advance(60)
    assert.equal(await isAlive(storage, guestAgain), false, 'nothing is left of the login')
    const loginless = await playRequest(storage, renewed, (session) => session.unset('user'))
    clock.advance(999)
    assert.equal(await isAlive(storage, loginless), true)
    assert.throws(() => openStorage({ firstMaxAge: 60 }), /needs a loginKey/)
    assert.throws(() => openStorage({ ...limits, firstMaxAge: 0 }), RangeError)
  })
})

describe('a renewal', () => {
  it('is not due on a server whose clock is behind, however often it is asked', async () => {
    const clock = createFakeClock()
    const store = new WatchedStore()
    const storage = createCustomSessionStorage(store, { maxAge: 1000, now: clock.now })
    const cookie = await begin(storage)
    clock.advance(250)
    await playRequest(storage, cookie, (session) => session.get(COLOR))
    store.takeLog()
    for (const back of [-100, -100, -100]) {
      clock.advance(back)
      await playRequest(storage, cookie, (session) => session.get(COLOR))
    }
    assert.deepEqual(store.takeLog(), ['read', 'read', 'read'])
  })
})

describe('the absolute limit', () => {
  it('bounds the idle limit, and is at least as long where nobody set it', async () => {
    const clock = createFakeClock()
    const short = openStorage({ maxAge: 100, lifetime: 50, now: clock.now })
    const long = openStorage({ maxAge: 90 * DAY, now: clock.now })
    const [ofShort, ofLong] = [await begin(short), await begin(long)]
    clock.advance(50)
    assert.equal(await isAlive(short, ofShort), false)
    clock.advance(89 * DAY)
    assert.equal(await isAlive(long, ofLong), true)
  })

  it('that was lowered counts at once', async () => {
    const { now, advance } = createFakeClock()
    const store = new WatchedStore()
    const cookie = await begin(createCustomSessionStorage(store, { now, lifetime: 1000 }))
    advance(500)
    const lowered = createCustomSessionStorage(store, { now, lifetime: 500 })
    assert.equal(await isAlive(lowered, cookie), false)
  })

  it('is not moved by renewal, setMaxAge or a clock that jumps', async () => {
    const clock = createFakeClock()
    const storage = openStorage({ maxAge: 100, lifetime: 1000, now: clock.now })
    const cookie = await begin(storage)
    for (let second = 0; second < 950; second += 50) {
      clock.advance(50)
      await playRequest(storage, cookie, (session) => {
        session.set('visits' as string, second)
        session.setMaxAge(100)
      })
    }
    clock.advance(49)
    assert.equal(await isAlive(storage, cookie), true)
    clock.advance(-500)
    await playRequest(storage, cookie, (session) => session.get(COLOR))
    clock.advance(501)
    assert.equal(await isAlive(storage, cookie), false)
  })
})

describe('what is stored', () => {
  it('tells when a session ends by the earlier of the two limits', async () => {
    const clock = createFakeClock()
    const storage = openStorage({ maxAge: 100, lifetime: 150, now: clock.now })
    const start = clock.now()
    const cookie = await playRequest(storage, '', (session) => {
      session.set(COLOR, 'red')
      session.setMaxAge(1000)
    })
    const stored = async () => getSessionState(await storage.read(cookie)).origin!.record
    const first = await stored()
    assert.deepEqual([first.maxAge, first.expiresAt - start], [100, 100_000])
    clock.advance(90)
    await playRequest(storage, cookie, (session) => session.get(COLOR))
    const renewed = await stored()
    assert.deepEqual([renewed.maxAge, renewed.expiresAt - start], [100, 150_000])
    assert.deepEqual([renewed.createdAt, renewed.renewedAt], [start, start + 90_000])
  })
})

describe('limits of Infinity', () => {
  for (const { name, skip, open } of rooms) {
    it(`end no session in ${name} storage`, { skip }, async () => {
      const clock = createFakeClock()
      for (const lifetime of [undefined, Infinity]) {
        const limits = { maxAge: Infinity, lifetime, now: clock.now }
        const storage = await open(sessionCookie, limits, 'without end')
        let cookie = await begin(storage)
        for (let use = 0; use < 4; use++) {
          clock.advance(20 * 365 * DAY)
          cookie = await playRequest(storage, cookie, (s) => assert.equal(s.get(COLOR), 'red'))
        }
      }
    })
  }
})

describe('limits that are none', () => {
  for (const { name, skip, open } of rooms) {
    it(`are refused at the start of ${name} storage`, { skip }, async () => {
      for (const limits of [{ maxAge: 0 }, { maxAge: NaN }, { lifetime: -1 }, { lifetime: 0 }]) {
        await assert.rejects(async () => open(sessionCookie, limits, 'refused'), RangeError)
      }
    })
  }
})

function openStorage(limits: TimeLimits): SessionStorage {
  return createCustomSessionStorage(new WatchedStore(), limits)
}

function begin(storage: SessionStorage): Promise<string> {
  return playRequest(storage, '', (session) => session.set(COLOR, 'red'))
}

async function isAlive(storage: SessionStorage, cookie: string): Promise<boolean> {
  return COLOR in (await lookInto(storage, cookie))
}
