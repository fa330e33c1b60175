import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import type { CookieOptions } from 'remix/cookie'
import { getSessionState } from 'remix/session'
import type { SessionStorage } from 'remix/session'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import { createMigratingSessionStorage } from 'remix/session/migrating-storage'
import { loadSession } from 'remix/session-middleware'
import type { Cookie } from '../cookie/cookie.ts'
import { Browser, openBrowser, openSealedBrowser, SECRET } from '../fixtures/browser.ts'
import { temporaryDirectory } from '../fixtures/temporary-directory.ts'

const COLOR: string = 'color'
const NOTE: string = 'note'

const cookie = createCookie('__session', { secrets: [SECRET], maxAge: 600 })

describe('a session where no middleware is', () => {
  const storages: Record<string, (directory: string) => SessionStorage> = {
    cookie: () => createCookieSessionStorage(cookie),
    memory: () => createMemorySessionStorage(),
    fs: (directory) => createFsSessionStorage(directory, { purgeInterval: 0 }),
    migrating: () =>
      createMigratingSessionStorage(cookie, {
        from: createMemorySessionStorage(),
        to: createCookieSessionStorage(cookie),
      }),
  }
  for (const [name, create] of Object.entries(storages)) {
    it(`is loaded from a Cookie header with ${name} storage, and flashes stay`, async (t) => {
      const storage = create(temporaryDirectory(t))
      const browser = new Browser(cookie, storage)
      await browser.visit((session) => {
        session.set(COLOR, 'red')
        session.flash(NOTE, 'Saved')
      })
      for (let time = 0; time < 2; time++) {
        const session = await loadSession(cookie, storage, `a=b; ${browser.cookie}`)
        assert.deepEqual(session.data, { [COLOR]: 'red', [NOTE]: 'Saved' })
      }
      for (const header of [null, '', 'a=b', '__session=', '__session=junk']) {
        assert.deepEqual((await loadSession(cookie, storage, header)).data, {})
      }
      await browser.visit((session) => assert.equal(session.get(NOTE), 'Saved'))
    })

    it(`a cookie that parse did not find is a new session with ${name} storage`, async (t) => {
      const storage = create(temporaryDirectory(t))
      const session = await storage.read(await cookie.parse(null))
      assert.deepEqual(session.data, {})
      assert.equal(await storage.save(session), '')
    })
  }

  it('can be changed and saved where a store keeps it', async () => {
    const { browser, cookie, storage } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const session = await loadSession(cookie, storage, browser.cookie)
    session.set(COLOR, 'blue')
    await storage.save(session)
    await browser.visit((session) => assert.equal(session.get(COLOR), 'blue'))
  })
})

// A browser keeps a cookie for each Domain, Path and partition, and sends all of one name.
describe('two cookies of one visitor, after an attribute was changed', () => {
  it('the one that the other became counts, in whatever order they come', async () => {
    for (const { browser } of [openBrowser(), openSealedBrowser()]) {
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

  it('the later state counts that has the same id', async () => {
    const { browser } = openSealedBrowser()
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
    for (const kind of ['cookie', 'memory'] as const) {
      it(`nobody is locked out when ${name} is changed in a running system (${kind})`, async () => {
        const before = createCookie('__session', { secrets: [SECRET], maxAge: 600 })
        const after = createCookie('__session', { secrets: [SECRET], maxAge: 600, ...options })
        const memory = createMemorySessionStorage()
        const storageFor = (cookie: Cookie): SessionStorage =>
          kind === 'memory' ? memory : createCookieSessionStorage(cookie)
        const old = new Browser(before, storageFor(before))
        await old.visit((session) => session.set(COLOR, 'red'))
        const browser = new Browser(after, storageFor(after))
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

  it('another name is a new session, in which one can sign in', async () => {
    const renamed = createCookie('other', { secrets: [SECRET] })
    const { browser } = openSealedBrowser()
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

function openSealed() {
  const storage = createCookieSessionStorage(cookie)
  return { browser: new Browser(cookie, storage), cookie, storage }
}
