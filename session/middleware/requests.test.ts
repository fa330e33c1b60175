import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createRouter } from 'remix/fetch-router'
import { createSession, Session } from 'remix/session'
import { session } from 'remix/session-middleware'
import { Browser, openBrowser, openBrowsers, SECRET, setCookieOf } from '../fixtures/browser.ts'

const COLOR: string = 'color'
const NOTE: string = 'note'

describe('cookies that lie', () => {
  it('an id without our signature is anonymous', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const [id] = store.records.keys()
    const signature = browser.cookie.split('.')[1]!
    for (const forged of [
      id,
      `${id}.`,
      `${id}.${signature.slice(1)}`,
      `${id}.${signature}=`,
      `${id}.${signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`,
      `"${id}.${signature}"`,
    ]) {
      browser.cookie = `__session=${forged}`
      store.takeLog()
      await browser.visit((session) => assert.deepEqual(session.data, {}))
      assert.deepEqual(store.takeLog(), [])
    }
  })

  it('a planted cookie beside ours does not hide it, wherever it stands', async () => {
    for (const browser of await openBrowsers()) {
      await browser.visit((session) => session.set(COLOR, 'red'))
      const ours = browser.cookie
      for (const planted of ['__session=junk', '__session=', '__session="', 'a="b']) {
        for (const header of [`${planted}; ${ours}`, `${ours}; ${planted}`, `${ours}; ${ours}`]) {
          browser.cookie = header
          await browser.visit((session) => assert.equal(session.get(COLOR), 'red', header))
        }
      }
    }
  })

  it('two different sessions at once are nobody’s', async () => {
    for (const browser of await openBrowsers()) {
      await browser.visit((session) => session.set(COLOR, 'red'))
      const first = browser.cookie
      browser.cookie = ''
      await browser.visit((session) => session.set(COLOR, 'blue'))
      browser.cookie = `${first}; ${browser.cookie}`
      await browser.visit((session) => assert.deepEqual(session.data, {}))
      await browser.visit((session) => session.set('user', 7))
      await browser.visit((session) => assert.deepEqual(session.data, { user: 7 }))
    }
  })

  it('of two ids with our signature the one that is alive counts', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'dead'))
    const dead = browser.cookie
    store.records.clear()
    browser.cookie = ''
    await browser.visit((session) => {
      session.set(COLOR, 'alive')
      session.flash(NOTE, 'Saved')
    })
    browser.cookie = `${dead}; ${browser.cookie}`
    await browser.visit((session) => {
      assert.equal(session.get(COLOR), 'alive')
      assert.equal(session.get(NOTE), 'Saved')
    })
  })

  it('an id signed with an older secret is still good', async () => {
    const { browser, storage } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const rotated = createCookie('__session', {
      secrets: ['nE2wKq7pXv4mRz9sTb6yHc3dGf8jLa5u', SECRET],
    })
    const later = new Browser(rotated, storage)
    later.cookie = browser.cookie
    await later.visit((session) => assert.equal(session.get(COLOR), 'red'))
  })
})

describe('requests that show nothing', () => {
  const requests: [string, RequestInit, shown: string | undefined][] = [
    ['HEAD', { method: 'HEAD' }, 'Saved'],
    ...[
      ['Sec-Purpose', 'prefetch'],
      ['Sec-Purpose', 'prefetch;prerender'],
      ['Sec-Purpose', 'prefetch;anonymous-client-ip'],
      ['X-Sec-Purpose', 'prefetch'], // Turbo
      ['Purpose', 'prefetch'],
      ['X-Purpose', 'preview'], // Safari's top sites
      ['X-Moz', 'prefetch'],
    ].map(([name, value]): [string, RequestInit, undefined] => [
      `${name}: ${value}`,
      { headers: { [name!]: value! } },
      undefined,
    ]),
  ]
  for (const [name, init, shown] of requests) {
    it(`${name} leaves a flash unread and renews nothing`, async () => {
      const { browser, store, clock } = openBrowser({ maxAge: 600 })
      await browser.visit((session) => session.flash(NOTE, 'Saved'))
      clock.advance(300)
      store.takeLog()
      const response = await browser.visit(
        (session) => assert.equal(session.get(NOTE), shown),
        init,
      )
      assert.equal(setCookieOf(response), null)
      assert.deepEqual(store.takeLog(), ['read'])
      await browser.visit((session) => assert.equal(session.get(NOTE), 'Saved'))
      await browser.visit((session) => assert.equal(session.get(NOTE), undefined))
    })
  }
})

describe('wrong use', () => {
  it('a cookie without secrets is refused at the start', () => {
    const { storage } = openBrowser()
    assert.throws(() => session(createCookie('__session'), storage), /needs secrets/)
  })

  it('a storage that is none is refused at the start', () => {
    const { cookie } = openBrowser()
    const { read, save } = openBrowser().storage
    for (const storage of [undefined, null, {}, { read }, { save }]) {
      assert.throws(() => session(cookie, storage as never), {
        name: 'TypeError',
        message: /^The session cookie "__session" needs a session storage/,
      })
    }
  })

  it('the middleware twice is an error', async () => {
    const { cookie, storage } = openBrowser()
    const router = createRouter({
      middleware: [session(cookie, storage), session(cookie, storage)],
    })
    router.map('/', () => new Response())
    await assert.rejects(router.fetch('https://shop.example/'), /use the session middleware once/)
  })

  it('a session that the handler replaced is an error, and nothing is saved', async () => {
    const { browser, store } = openBrowser()
    const attempt = browser.visit((session, context) => {
      session.set(COLOR, 'red')
      context.set(Session, createSession())
    })
    await assert.rejects(attempt, /cannot be replaced/)
    assert.equal(store.records.size, 0)
  })

  it('a session that the handler destroyed and replaced is ended all the same', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const attempt = browser.visit((session, context) => {
      session.destroy()
      context.set(Session, createSession())
    })
    await assert.rejects(attempt, /cannot be replaced/)
    assert.equal(store.records.size, 0)
  })
})
