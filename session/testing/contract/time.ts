import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { SessionRecord } from '../../record.ts'
import { getSessionState } from '../../session.ts'
import type { ReadOptions, Session, SessionStorage } from '../../session.ts'
import { LIFETIME, MAX_AGE } from './contract.ts'
import type { Contract } from './contract.ts'
import { beginRequest, lookInto, playRequest } from './request.ts'

const COLOR: string = 'color'

/** Rules about time: two limits, renewal now and then, and clocks that jump. */
export function describeTime(contract: Contract): void {
  describe('time', () => {
    it('a session ends when it was not used for maxAge seconds', async (t) => {
      const { storage, clock } = await contract.open(t)
      const cookie = await begin(storage)
      clock.advance(MAX_AGE - 1)
      assert.equal(await isAlive(storage, cookie), true)
      clock.advance(1)
      assert.equal(await isAlive(storage, cookie), false)
    })

    it('an expired session cannot be saved back to life', async (t) => {
      const { storage, clock } = await contract.open(t)
      const cookie = await begin(storage)
      clock.advance(MAX_AGE)
      const after = await playRequest(storage, cookie, (session) => session.set('a', 1))
      assert.notEqual(after, cookie)
      assert.deepEqual(await lookInto(storage, after), { a: 1 })
      assert.equal(await isAlive(storage, cookie), false)
    })

    it('one that expires while a request is under way stays over, and it is told if that loses anything', async (t) => {
      const { storage, clock } = await contract.open(t)
      const works: Record<string, (session: Session) => void> = {
        reads: (session) => session.get(COLOR),
        sets: (session) => session.set('a', 1),
        'chooses a limit': (session) => session.setMaxAge(60),
        'gets a new id': (session) => session.regenerateId(false),
      }
      for (const [work, run] of Object.entries(works)) {
        const cookie = await begin(storage)
        const slow = await beginRequest(storage, cookie)
        clock.advance(MAX_AGE / 2)
        run(slow.session)
        clock.advance(MAX_AGE / 2)
        if (/^(reads|gets)/.test(work)) assert.equal(await slow.finish(), '', work)
        else await assert.rejects(slow.finish(), { name: 'SessionEndedError' }, work)
        assert.equal(await isAlive(storage, cookie), false, work)
      }
    })

    it('one that others use while a request is under way is not over', async (t) => {
      if (!contract.promises.mergesChanges) return t.skip('The later response wins whole')
      const { storage, clock } = await contract.open(t)
      const cookie = await begin(storage)
      const slow = await beginRequest(storage, cookie)
      clock.advance(MAX_AGE / 2)
      await playRequest(storage, cookie, (session) => session.set('b', 2))
      clock.advance(MAX_AGE / 2)
      slow.session.set('a', 1)
      await slow.finish()
      assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red', a: 1, b: 2 })
    })

    it('reading renews a session, at most once per tenth of maxAge', async (t) => {
      const { storage, clock } = await contract.open(t)
      let cookie = await begin(storage)
      const renewals = []
      for (let second = 0; second < MAX_AGE / 2; second += 25) {
        clock.advance(25)
        const before = await renewedAt(storage, cookie)
        cookie = await playRequest(storage, cookie, (session) => session.get(COLOR))
        if ((await renewedAt(storage, cookie)) !== before) renewals.push(second + 25)
      }
      assert.deepEqual(renewals, [100, 200, 300, 400, 500])
      clock.advance(MAX_AGE - 1)
      assert.equal(await isAlive(storage, cookie), true)
    })

    it('who comes back within nine tenths of maxAge is never too late', async (t) => {
      const { storage, clock } = await contract.open(t)
      let cookie = await begin(storage)
      for (const seconds of [0, 99, 900, 1, 50, 99, 900, 899, 98, 900]) {
        clock.advance(seconds)
        cookie = await playRequest(storage, cookie, (session) => {
          assert.equal(session.get(COLOR), 'red', `gone after ${seconds} seconds`)
        })
      }
      clock.advance(MAX_AGE)
      assert.equal(await isAlive(storage, cookie), false)
    })

    it('a change renews a session, whenever it comes', async (t) => {
      const { storage, clock } = await contract.open(t)
      for (const seconds of [1, 50, MAX_AGE / 2 - 1, MAX_AGE - 1]) {
        let cookie = await begin(storage)
        clock.advance(seconds)
        cookie = await playRequest(storage, cookie, (session) => session.set('a', seconds))
        clock.advance(MAX_AGE - 1)
        assert.equal(await isAlive(storage, cookie), true, `changed after ${seconds} seconds`)
        clock.advance(1)
        assert.equal(await isAlive(storage, cookie), false)
      }
    })

    it('a limit of the cookie that was lowered or raised holds for sessions of before', async (t) => {
      const { storage, clock } = await contract.open(t)
      const lookFor = async (cookie: string, maxAge: number): Promise<boolean> =>
        COLOR in (await storage.read(cookie, { flashes: 'keep', maxAge })).data
      const week = await playRequest(storage, '', paint, { maxAge: 900 })
      clock.advance(59)
      assert.equal(await lookFor(week, 60), true)
      clock.advance(1)
      assert.equal(await lookFor(week, 60), false)

      let hour = await playRequest(storage, '', paint, { maxAge: 60 })
      clock.advance(59)
      hour = await playRequest(storage, hour, (session) => session.get(COLOR), { maxAge: 900 })
      clock.advance(899)
      assert.equal(await lookFor(hour, 900), true)
    })

    it('who is active stays when the limit is lowered', async (t) => {
      const { storage, clock } = await contract.open(t)
      let cookie = await playRequest(storage, '', paint, { maxAge: 900 })
      for (let i = 0; i < 20; i++) {
        clock.advance(50)
        const read = (session: Session): void => assert.equal(session.get(COLOR), 'red', `${i}`)
        cookie = await playRequest(storage, cookie, read, { maxAge: 60 })
      }
    })

    it('a request that does not touch the session does not renew it', async (t) => {
      const { storage, clock } = await contract.open(t)
      const cookie = await begin(storage)
      clock.advance(MAX_AGE - 1)
      assert.equal(await playRequest(storage, cookie, () => {}), cookie)
      const head: ReadOptions = { flashes: 'keep' }
      assert.equal(await playRequest(storage, cookie, (s) => s.get(COLOR), head), cookie)
      clock.advance(1)
      assert.equal(await isAlive(storage, cookie), false)
    })

    it('however much it is used, a session ends after lifetime seconds', async (t) => {
      const { storage, clock } = await contract.open(t)
      let cookie = await begin(storage)
      for (let second = 0; second < LIFETIME - 100; second += 100) {
        clock.advance(100)
        cookie = await playRequest(storage, cookie, (session) => session.set('visits', second))
      }
      assert.equal(await isAlive(storage, cookie), true)
      clock.advance(100)
      assert.equal(await isAlive(storage, cookie), false)
    })

    it('regenerateId begins the absolute limit anew', async (t) => {
      const { storage, clock } = await contract.open(t)
      let cookie = await begin(storage)
      for (let second = 0; second < LIFETIME + 1000; second += 500) {
        clock.advance(500)
        cookie = await playRequest(storage, cookie, (session) => {
          assert.equal(session.get(COLOR), 'red', `ended after ${second} seconds`)
          if (second === 8000) session.regenerateId()
        })
      }
    })

    it('regenerateId does so also where another request chooses an idle limit meanwhile', async (t) => {
      const { storage, elsewhere, clock } = await contract.open(t)
      let cookie = await begin(storage)
      for (let second = 0; second < LIFETIME - 200; second += 700) {
        clock.advance(700)
        cookie = await playRequest(storage, cookie, (session) => session.get(COLOR))
      }
      const login = await beginRequest(storage, cookie)
      login.session.regenerateId()
      await playRequest(elsewhere, cookie, (session) => session.setMaxAge(500))
      const after = await login.finish()
      const record = await recordOf(storage, after)
      assert.ok(record!.expiresAt >= clock.now() + 500_000, 'the store would drop it earlier')
      clock.advance(499)
      assert.equal(await isAlive(storage, after), true)
      if (!contract.promises.mergesChanges) return
      assert.equal(record!.maxAge, 500)
      assert.equal(record!.expiresAt, clock.now() + 1000)
      clock.advance(1)
      assert.equal(await isAlive(storage, after), false)
    })

    it('setMaxAge shortens the idle limit of one session, and renewal keeps it', async (t) => {
      const { storage, clock } = await contract.open(t)
      const other = await begin(storage)
      let cookie = await playRequest(storage, '', (session) => {
        session.set(COLOR, 'red')
        session.setMaxAge(100, { persistent: false })
      })
      for (let i = 0; i < 5; i++) {
        clock.advance(60)
        cookie = await playRequest(storage, cookie, (session) => {
          assert.equal(session.get(COLOR), 'red')
          assert.equal(getSessionState(session).origin?.record.persistent, false)
        })
      }
      clock.advance(100)
      assert.equal(await isAlive(storage, cookie), false)
      assert.equal(await isAlive(storage, other), true)
    })

    it('setMaxAge cannot exceed the limits of the storage', async (t) => {
      const { storage, clock } = await contract.open(t)
      const cookie = await playRequest(storage, '', (session) => {
        session.set(COLOR, 'red')
        session.setMaxAge(MAX_AGE * 100)
      })
      clock.advance(MAX_AGE)
      assert.equal(await isAlive(storage, cookie), false)
    })

    it('setMaxAge on a stored session takes effect with that request', async (t) => {
      const { storage, clock } = await contract.open(t)
      const before = await begin(storage)
      const cookie = await playRequest(storage, before, (session) => session.setMaxAge(10))
      clock.advance(10)
      assert.equal(await isAlive(storage, cookie), false)
    })

    it('a clock that is set forward and back again harms nothing', async (t) => {
      const { storage, clock } = await contract.open(t)
      let cookie = await begin(storage)
      clock.advance(MAX_AGE - 1)
      assert.equal(await isAlive(storage, cookie), true)
      clock.advance(-MAX_AGE + 1)
      cookie = await playRequest(storage, cookie, (session) => session.get(COLOR))
      assert.equal(await isAlive(storage, cookie), true)
    })

    it('two clocks that differ by less than five minutes make no difference', async (t) => {
      const { storage, clock } = await contract.open(t)
      const cookie = await begin(storage)
      clock.advance(-299)
      assert.equal(await playRequest(storage, cookie, (session) => session.get(COLOR)), cookie)
      assert.equal(await isAlive(storage, cookie), true)
    })

    it('a session from more than five minutes in the future is not trusted', async (t) => {
      const { storage, clock } = await contract.open(t)
      const year = 365 * 24 * 60 * 60
      for (const ahead of [301, 3600, year]) {
        const cookie = await begin(storage)
        clock.advance(-ahead)
        assert.equal(await isAlive(storage, cookie), false)
        clock.advance(30 * 24 * 60 * 60)
        if (ahead === year) assert.equal(await isAlive(storage, cookie), false)
        clock.advance(ahead)
      }
    })
  })
}

function begin(storage: SessionStorage): Promise<string> {
  return playRequest(storage, '', paint)
}

function paint(session: Session): void {
  session.set(COLOR, 'red')
}

async function isAlive(storage: SessionStorage, cookie: string): Promise<boolean> {
  return COLOR in (await lookInto(storage, cookie))
}

async function renewedAt(storage: SessionStorage, cookie: string): Promise<number | undefined> {
  return (await recordOf(storage, cookie))?.renewedAt
}

async function recordOf(
  storage: SessionStorage,
  cookie: string,
): Promise<SessionRecord | undefined> {
  return getSessionState(await storage.read(cookie)).origin?.record
}
