import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { getSessionState } from 'remix/session'
import type { Session } from 'remix/session'
import { loadSession } from 'remix/session-middleware'
import { createFakeClock } from 'remix/session/testing'
import { Browser, SECRET } from '../fixtures/browser.ts'
import { createCookieSessionStorage } from './storage.ts'

const COLOR: string = 'color'
const NOTE: string = 'note'

const cookie = createCookie('__session', { secrets: [SECRET], maxAge: 600 })

describe('a session that lives in the cookie', () => {
  for (const [what, change] of Object.entries<(session: Session) => void>({
    set: (session) => session.set(COLOR, 'blue'),
    'get a flash': (session) => session.get(NOTE),
    reset: (session) => session.reset(),
    destroy: (session) => session.destroy(),
  })) {
    it(`after the response ${what} is an error, and nothing comes of it`, async () => {
      const { browser } = openSealed()
      let late: Session | undefined
      await browser.visit((session) => {
        session.set(COLOR, 'red')
        session.flash(NOTE, 'Saved')
        late = session
      })
      await late!.save()
      for (let time = 0; time < 2; time++) {
        await assert.rejects(
          late!.save(() => change(late!)),
          /lives in the cookie/,
        )
      }
      await late!.save()
      await browser.visit((session) => {
        assert.deepEqual(session.data, { [COLOR]: 'red', [NOTE]: 'Saved' })
      })
    })
  }

  it('can be saved after the response where there is nothing to save but a renewal', async () => {
    const clock = createFakeClock()
    const storage = createCookieSessionStorage(cookie, { now: clock.now })
    const browser = new Browser(cookie, storage)
    await browser.visit((session) => session.set(COLOR, 'red'))
    clock.advance(150)
    let late: Session | undefined
    const attempt = browser.visit((session) => {
      late = session
      throw new Error('boom')
    })
    await assert.rejects(attempt, /boom/)
    assert.equal(late!.get(COLOR), 'red')
    await late!.save()
  })

  it('that has ended with the response can be saved once more, which does nothing', async () => {
    for (const end of ['destroy', 'reset'] as const) {
      const { browser } = openSealed()
      await browser.visit((session) => session.set(COLOR, 'red'))
      let late: Session | undefined
      await browser.visit((session) => {
        session[end]()
        late = session
      })
      await late!.save()
    }
  })

  for (const end of ['destroy', 'reset', 'regenerateId'] as const) {
    it(`stays what it was where the handler throws after ${end}: no cookie tells of it`, async () => {
      const { browser, cookie } = openSealed()
      await browser.visit((session) => session.set(COLOR, 'red'))
      const attempt = browser.visit((session) => {
        session[end]()
        throw new Error('boom')
      })
      await assert.rejects(attempt, /boom/)
      await browser.visit((session) => assert.equal(session.get(COLOR), 'red'))
      // As in every other process, and at any later time.
      const elsewhere = createCookieSessionStorage(cookie)
      const loaded = await loadSession(cookie, elsewhere, browser.cookie)
      assert.equal(loaded.get(COLOR), 'red')
    })
  }

  it('a session that does not fit is an error before there is a response', async () => {
    const { browser } = openSealed()
    const attempt = browser.visit((session) => session.set(COLOR, 'x'.repeat(4000)))
    await assert.rejects(attempt, { name: 'SessionTooLargeError' })
  })

  it('another name is a new session, in which one can sign in', async () => {
    const renamed = createCookie('other', { secrets: [SECRET] })
    const { browser } = openSealed()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const later = new Browser(renamed, createCookieSessionStorage(renamed))
    later.cookie = browser.cookie
    await later.visit((session) => {
      assert.deepEqual(session.data, {})
      session.set('user', 7)
    })
    await later.visit((session) => assert.equal(session.get('user'), 7))
  })
})

describe('two cookies of one visitor, each of which holds a session', () => {
  it('the later state counts that has the same id', async () => {
    const { browser } = openSealed()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const before = browser.cookie
    await new Promise((resolve) => setTimeout(resolve, 2))
    await browser.visit((session) => session.set(COLOR, 'blue'))
    for (const both of [`${before}; ${browser.cookie}`, `${browser.cookie}; ${before}`]) {
      browser.cookie = both
      const response = await browser.request((session) => {
        assert.equal(session.get(COLOR), 'blue')
      })
      assert.equal(response.headers.getSetCookie().length, 0)
    }
  })

  it('also in another process, which does not remember that the old one was replaced', async () => {
    const { browser, cookie, storage } = openSealed()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const before = browser.cookie
    for (let login = 0; login < 8; login++) {
      await browser.visit((session) => {
        session.set('user', login)
        session.regenerateId()
      })
      const elsewhere = createCookieSessionStorage(cookie)
      for (const both of [`${before}; ${browser.cookie}`, `${browser.cookie}; ${before}`]) {
        assert.equal((await loadSession(cookie, elsewhere, both)).get('user'), login)
        // Here the old one is known to have ended.
        assert.equal((await loadSession(cookie, storage, both)).get('user'), login)
      }
    }
    // More are not kept: the cookie grows no longer.
    const { length } = browser.cookie
    for (let login = 0; login < 8; login++) {
      await browser.visit((session) => session.regenerateId())
    }
    assert.ok(browser.cookie.length < length + 20)
  })

  it('one that was planted counts never, however new it is', async () => {
    const { browser: victim, cookie, storage } = openSealed()
    const attacker = new Browser(cookie, storage)
    await attacker.visit((session) => session.set(COLOR, 'planted'))
    // The victim signs in with what was planted, and the attacker goes on with it.
    victim.cookie = attacker.cookie
    await victim.visit((session) => {
      session.set('user', 7)
      session.regenerateId()
    })
    const own = victim.cookie
    const stale = new Browser(cookie, createCookieSessionStorage(cookie)) // of another process
    stale.cookie = attacker.cookie
    await stale.visit((session) => session.set(COLOR, 'newer'))
    for (const both of [`${own}; ${stale.cookie}`, `${stale.cookie}; ${own}`]) {
      assert.equal((await loadSession(cookie, storage, both)).get('user'), 7)
    }
    // A new id of the attacker's own makes two of which nobody can tell whose they are.
    await stale.visit((session) => {
      session.set('user', 666)
      session.regenerateId()
    })
    const loaded = await loadSession(cookie, storage, `${own}; ${stale.cookie}`)
    assert.deepEqual(loaded.data, {})
    assert.equal(getSessionState(loaded).origin, null)
  })
})

function openSealed() {
  const storage = createCookieSessionStorage(cookie)
  return { browser: new Browser(cookie, storage), cookie, storage }
}
