import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import type { Cookie, CookieOptions } from 'remix/cookie'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { createFakeClock } from 'remix/session/testing'
import { loadSession } from 'remix/session-middleware'
import { Browser, openBrowser, openBrowsers, SECRET } from '../fixtures/browser.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'
import { WatchedStore } from '../fixtures/watched-store.ts'

const COLOR: string = 'color'
const NOTE: string = 'note'

const cookie = createCookie('__session', { secrets: [SECRET], maxAge: 600 })
const sealing = rooms.filter(({ keptIn }) => keptIn === 'cookie')

after(closeRooms)

describe('a session where no middleware is', () => {
  for (const { name, skip, open } of rooms) {
    it(
      `is loaded from a Cookie header with ${name} storage, and flashes stay`,
      { skip },
      async () => {
        const storage = await open(cookie, {}, 'loaded')
        const browser = new Browser(cookie, storage)
        await browser.visit((session) => {
          session.set(COLOR, 'red')
          session.flash(NOTE, 'Saved')
        })
        for (let time = 0; time < 2; time++) {
          const session = await loadSession(cookie, storage, `a=b; ${browser.cookie}`)
          assert.deepEqual(session.data, { [COLOR]: 'red', [NOTE]: 'Saved' })
          assert.equal(session.get(NOTE), 'Saved')
        }
        for (const header of [undefined, null, '', 'a=b', '__session=', '__session=junk']) {
          assert.deepEqual((await loadSession(cookie, storage, header)).data, {})
        }
        await browser.visit((session) => assert.equal(session.get(NOTE), 'Saved'))
      },
    )

    it(
      `a cookie that parse did not find is a new session with ${name} storage`,
      { skip },
      async () => {
        const storage = await open(cookie, {}, 'not found')
        const session = await storage.read(await cookie.parse(null))
        assert.deepEqual(session.data, {})
        assert.equal(await storage.save(session), '')
      },
    )
  }

  it('can be changed and saved where a store keeps it', async () => {
    const { browser, cookie, storage } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    await browser.visit((session) => session.flash(NOTE, 'Saved'))
    const session = await loadSession(cookie, storage, browser.cookie)
    assert.equal(session.get(NOTE), 'Saved')
    session.set(COLOR, 'blue')
    await storage.save(session)
    await browser.visit((session) => {
      assert.deepEqual(session.data, { [COLOR]: 'blue', [NOTE]: 'Saved' })
    })
  })
})

// A browser keeps a cookie for each Domain, Path and partition, and sends all of one name.
describe('two cookies of one visitor, after an attribute was changed', () => {
  it('the one that the other became counts, in whatever order they come', async () => {
    for (const browser of await openBrowsers()) {
      await browser.visit((session) => session.set(COLOR, 'red'))
      const before = browser.cookie
      await browser.visit((session) => session.set('user', 7))
      for (let login = 0; login < 8; login++) {
        await browser.visit((session) => {
          session.set('user', login)
          session.regenerateId()
        })
        const after = browser.cookie
        for (const both of [`${before}; ${after}`, `${after}; ${before}`]) {
          browser.cookie = both
          await browser.visit((session) => assert.equal(session.get('user'), login))
        }
        browser.cookie = after
      }
    }
  })

  for (const { name, skip, open } of rooms) {
    it(`one that goes on beside the old one counts, with ${name} storage`, { skip }, async () => {
      const storage = await open(cookie, {}, 'beside')
      const browser = new Browser(cookie, storage)
      await browser.visit((session) => session.set(COLOR, 'red'))
      const before = browser.cookie
      await browser.visit((session) => {
        session.set(COLOR, 'blue')
        session.regenerateId(false)
      })
      for (const both of [`${before}; ${browser.cookie}`, `${browser.cookie}; ${before}`]) {
        assert.equal((await loadSession(cookie, storage, both)).get(COLOR), 'blue')
      }
    })
  }

  for (const { name, skip, open } of rooms) {
    it(
      `one that the cookie’s limit has ended counts no more, with ${name} storage`,
      { skip },
      async () => {
        const clock = createFakeClock()
        const storage = await open(cookie, { maxAge: 6000, now: clock.now }, 'ended')
        const browser = new Browser(cookie, storage)
        await browser.visit((session) => session.set(COLOR, 'red'))
        const ended = browser.cookie
        clock.advance(600)
        browser.cookie = ''
        await browser.visit((session) => session.set(COLOR, 'blue'))
        const fresh = browser.cookie
        for (const both of [`${ended}; ${fresh}`, `${fresh}; ${ended}`]) {
          assert.equal((await loadSession(cookie, storage, both)).get(COLOR), 'blue')
          browser.cookie = both
          await browser.visit((session) => assert.equal(session.get(COLOR), 'blue'))
        }
      },
    )
  }

  const changes: Record<string, CookieOptions> = {
    domain: { domain: 'shop.example' },
    path: { path: '/shop' },
    partitioned: { partitioned: true, secure: true },
    sameSite: { sameSite: 'Strict' },
    maxAge: { maxAge: 60 },
    'no maxAge': { maxAge: undefined },
    httpOnly: { httpOnly: false },
  }
  for (const [name, options] of Object.entries(changes)) {
    for (const room of [null, ...sealing]) {
      const kind = room?.name ?? 'store'
      it(`nobody is locked out when ${name} is changed in a running system (${kind})`, async () => {
        const before = createCookie('__session', { secrets: [SECRET], maxAge: 600 })
        const after = createCookie('__session', { secrets: [SECRET], maxAge: 600, ...options })
        const store = createCustomSessionStorage(new WatchedStore())
        const storageFor = (cookie: Cookie) => room?.open(cookie, {}, 'changed') ?? store
        const old = new Browser(before, await storageFor(before))
        await old.visit((session) => session.set(COLOR, 'red'))
        const browser = new Browser(after, await storageFor(after))
        browser.cookie = old.cookie
        await browser.visit((session) => {
          assert.equal(session.get(COLOR), 'red')
          session.set('user', 7)
          session.regenerateId()
        })
        browser.cookie = `${old.cookie}; ${browser.cookie}`
        await browser.visit((session) => assert.equal(session.get('user'), 7))
      })
    }
  }
})
