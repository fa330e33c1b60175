import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createSession } from 'remix/session'
import type { Session, SessionStorage } from 'remix/session'
import { Browser, openBrowser, openBrowsers, SECRET, setCookieOf } from '../fixtures/browser.ts'

const COLOR: string = 'color'

describe('Set-Cookie at the end of a session', () => {
  it('destroy removes the cookie with the attributes it was set with', async () => {
    const { browser } = openBrowser({
      domain: 'shop.example',
      path: '/',
      httpOnly: true,
      secure: true,
      partitioned: true,
      sameSite: 'None',
      maxAge: 600,
    })
    await browser.visit((session) => session.set(COLOR, 'red'))
    const response = await browser.visit((session) => session.destroy())
    assert.equal(
      setCookieOf(response),
      '__session=; Domain=shop.example; Path=/; Max-Age=0; ' +
        'Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=None; Partitioned',
    )
  })

  it('nothing is removed from a browser that sent no cookie', async () => {
    const { browser } = openBrowser()
    assert.equal(setCookieOf(await browser.visit((session) => session.destroy())), null)
    const changed = await browser.visit((session) => {
      session.set(COLOR, 'red')
      session.destroy()
    })
    assert.equal(setCookieOf(changed), null)
  })

  it('destroy also removes a cookie that was no session any more', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    store.records.clear()
    const response = await browser.visit((session) => session.destroy())
    assert.match(setCookieOf(response)!, /^__session=; .*Max-Age=0/)
  })

  it('destroy also removes a cookie that does not verify, whatever keeps the session', async () => {
    for (const browser of await openBrowsers()) {
      for (const sent of ['junk', 'a.b', '', `${'a'.repeat(64)}.${'b'.repeat(43)}`]) {
        browser.cookie = `__session=${sent}`
        assert.equal(setCookieOf(await browser.visit(read)), null)
        const response = await browser.visit((session) => session.destroy())
        assert.match(setCookieOf(response) ?? 'none', /^__session=; .*Max-Age=0/, sent)
      }
      browser.cookie = 'other=junk; a__session=b'
      assert.equal(setCookieOf(await browser.visit((session) => session.destroy())), null)
    }
  })

  it('a destroyed session gets none from a storage that looks at id and data alone', async () => {
    const { browser, sessions } = openSmallest()
    await browser.visit((session) => session.set(COLOR, 'red'))
    assert.equal(sessions.size, 1)
    const removed = await browser.visit((session) => {
      assert.equal(session.get(COLOR), 'red')
      session.destroy()
    })
    assert.match(setCookieOf(removed)!, /^__session=; .*Max-Age=0/)
    assert.equal(setCookieOf(await browser.visit((session) => session.destroy())), null)
  })

  it('reset removes it, or replaces it if something is put into the new session', async () => {
    for (const browser of await openBrowsers()) {
      await browser.visit((session) => session.set(COLOR, 'red'))
      const old = browser.cookie
      await browser.visit((session) => {
        session.reset()
        session.flash('note' as string, 'Signed out')
      })
      assert.notEqual(browser.cookie, old)
      await browser.visit((session) => assert.deepEqual(session.data, { note: 'Signed out' }))
      const removed = await browser.visit((session) => session.reset())
      assert.match(setCookieOf(removed)!, /^__session=; .*Max-Age=0/)
    }
  })

  it('reset called twice removes it as well, and the session of before has ended', async () => {
    for (const browser of await openBrowsers()) {
      await browser.visit((session) => session.set(COLOR, 'red'))
      const old = browser.cookie
      const removed = await browser.visit((session) => (session.reset(), session.reset()))
      assert.match(setCookieOf(removed)!, /^__session=; .*Max-Age=0/)
      browser.cookie = old
      await browser.visit((session) => assert.deepEqual(session.data, {}))
    }
  })

  it('reset forgets a limit that was chosen for the session of before', async () => {
    const { browser } = openBrowser({ maxAge: 600 })
    const response = await browser.visit((session) => {
      session.setMaxAge(60, { persistent: false })
      session.reset()
      session.set(COLOR, 'red')
    })
    assert.match(setCookieOf(response)!, /; Max-Age=600;/)
  })
})

function read(session: Session): void {
  session.get(COLOR)
}

/** A storage made by the documentation: it reads and saves, and knows `id` and `data`. */
function openSmallest() {
  const sessions = new Map<string, Record<string, unknown>>()
  const storage: SessionStorage = {
    read: async (cookie) => createSession(sessions.get(cookie ?? '') ?? {}),
    async save(session) {
      sessions.set(session.id, session.data)
      return session.id
    },
  }
  return {
    browser: new Browser(createCookie('__session', { secrets: [SECRET] }), storage),
    sessions,
  }
}
