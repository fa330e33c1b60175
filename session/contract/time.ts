import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { getSessionState } from '../session.ts'
import type { SessionStorage } from '../session-storage.ts'
import { LIFETIME, MAX_AGE } from './contract.ts'
import type { Contract } from './contract.ts'
import { lookInto, playRequest } from './request.ts'

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

    it('reading renews a session, at most once per half maxAge', async (t) => {
      const { storage, clock } = await contract.open(t)
      let cookie = await begin(storage)
      const renewals = []
      for (let second = 0; second < MAX_AGE * 2; second += 50) {
        clock.advance(50)
        const before = await renewedAt(storage, cookie)
        cookie = await playRequest(storage, cookie, (session) => session.get(COLOR))
        if ((await renewedAt(storage, cookie)) !== before) renewals.push(second + 50)
      }
      assert.deepEqual(renewals, [500, 1000, 1500, 2000])
      clock.advance(MAX_AGE - 1)
      assert.equal(await isAlive(storage, cookie), true)
    })

    it('a request that does not touch the session does not renew it', async (t) => {
      const { storage, clock } = await contract.open(t)
      const cookie = await begin(storage)
      clock.advance(MAX_AGE - 1)
      assert.equal(await playRequest(storage, cookie, () => {}), cookie)
      const head = { keepFlashes: true }
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

    it('two clocks that differ by less than a minute make no difference', async (t) => {
      const { storage, clock } = await contract.open(t)
      const cookie = await begin(storage)
      clock.advance(-59)
      assert.equal(await playRequest(storage, cookie, (session) => session.get(COLOR)), cookie)
      assert.equal(await isAlive(storage, cookie), true)
    })

    if (contract.promises.outlivesClockSetBack) {
      it('a clock that is set back ends nothing, and lets nothing live longer', async (t) => {
        const { storage, clock } = await contract.open(t)
        let cookie = await begin(storage)
        clock.advance(-3600)
        const renewals = new Set()
        for (let i = 0; i < 5; i++) {
          cookie = await playRequest(storage, cookie, (session) => {
            assert.equal(session.get(COLOR), 'red')
          })
          renewals.add(await renewedAt(storage, cookie))
        }
        assert.equal(renewals.size, 1, 'renewed on every request')
        clock.advance(MAX_AGE)
        assert.equal(await isAlive(storage, cookie), false)
      })
    } else {
      it('a cookie from more than a minute in the future is a new session', async (t) => {
        const { storage, clock } = await contract.open(t)
        const cookie = await begin(storage)
        clock.advance(-61)
        assert.equal(await isAlive(storage, cookie), false)
        clock.advance(61)
        assert.equal(await isAlive(storage, cookie), true)
      })
    }
  })
}

function begin(storage: SessionStorage): Promise<string> {
  return playRequest(storage, '', (session) => session.set(COLOR, 'red'))
}

async function isAlive(storage: SessionStorage, cookie: string): Promise<boolean> {
  return COLOR in (await lookInto(storage, cookie))
}

async function renewedAt(storage: SessionStorage, cookie: string): Promise<number | undefined> {
  return getSessionState(await storage.read(cookie)).origin?.record.renewedAt
}
