// What becomes of a session of the published library that has no room in the new storage.
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createCookie } from 'remix/cookie'
import { SessionEndedError, SessionTooLargeError } from 'remix/session'
import type { Session, SessionStorage } from 'remix/session'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { createFsSessionStorage } from 'remix/session/fs-storage'
import { createMigratingSessionStorage } from 'remix/session/migrating-storage'
import {
  createPublishedCookieStorage,
  createPublishedFsStorage,
} from 'remix/session/published-storage'
import type { PublishedStorage } from 'remix/session/published-storage'
import { loadSession } from 'remix/session-middleware'
import { Browser, SECRET } from '../fixtures/browser.ts'
import { temporaryDirectory } from '../fixtures/temporary-directory.ts'

const cookie = createCookie('__session', { secrets: [SECRET], maxAge: 1000 })
const UUID = '0b2ab2c4-1111-4222-8333-944445555666'
const FILE = createHash('sha256').update(UUID).digest('hex')

const USER: string = 'userId'
const BIG: string = 'big'
const NOTE: string = 'note'
const CART: string = 'cart'
const COUNT: string = 'count'

// In an old cookie it takes 4,053 of 4,096 bytes, and neither in a new one nor in NEW.files it has room.
const VALUES = { [USER]: 42, [COUNT]: 1, [CART]: { a: 1, b: 2 }, [BIG]: 'x'.repeat(2880) }
const DATA = { ...VALUES, [NOTE]: 'Hi' }
const { [BIG]: _, ...SMALL } = DATA

const OLD = {
  cookies: () => ({
    from: createPublishedCookieStorage(cookie),
    Cookie: signed(JSON.stringify({ i: UUID, d: [VALUES, { [NOTE]: 'Hi' }] })),
  }),
  files: (t: TestContext) => {
    const directory = temporaryDirectory(t)
    fs.mkdirSync(path.join(directory, FILE.slice(0, 2)))
    const file = path.join(directory, FILE.slice(0, 2), FILE.slice(2))
    fs.writeFileSync(file, JSON.stringify([VALUES, { [NOTE]: 'Hi' }]))
    return { from: createPublishedFsStorage(cookie, directory), Cookie: signed(UUID), file }
  },
}

const NEW = {
  cookies: () => createCookieSessionStorage(cookie),
  files: (t: TestContext) =>
    createFsSessionStorage(temporaryDirectory(t), { maxBytes: 2000, purgeInterval: 0 }),
}

for (const [oldName, openOld] of Object.entries(OLD)) {
  for (const [newName, openNew] of Object.entries(NEW)) {
    describe(`a session in old ${oldName} without room in new ${newName}`, () => {
      it('stays as it is, and its cookie, while it is only read', async (t) => {
        const { browser, migrating, from, file, Cookie } = begin(openOld(t), openNew(t))
        for (const method of ['GET', 'HEAD', 'GET']) {
          const response = await browser.visit(
            (session) => {
              assert.deepEqual(session.data, DATA)
              assert.deepEqual(session.get(CART), VALUES[CART])
              if (method === 'HEAD') assert.equal(session.get(NOTE), 'Hi')
            },
            { method },
          )
          assert.deepEqual(response.headers.getSetCookie(), [])
        }
        const loaded = await loadSession(cookie, migrating, Cookie)
        assert.equal(loaded.get(NOTE), 'Hi')
        const raw = Cookie.slice(cookie.name.length + 1)
        assert.equal(await migrating.save(loaded), raw)
        if (!file) assert.equal(await from.save(await from.read(raw)), raw)
        if (file) assert.ok(fs.existsSync(file))
      })

      it('shows a flash again, where that cannot be removed', async (t) => {
        const { browser } = begin(openOld(t), openNew(t))
        for (let i = 0; i < 2; i++) {
          const response = await browser.visit(async (session) => {
            session.set(USER, 42)
            assert.equal(session.get(NOTE), 'Hi')
            await session.save()
          })
          assert.deepEqual(response.headers.getSetCookie(), [])
        }
      })

      it('moves by the change that makes it small enough, with all that was changed', async (t) => {
        const { browser, browserOf, to, file } = begin(openOld(t), openNew(t))
        await browser.visit(async (session) => {
          const { id } = session
          session.unset(BIG)
          session.increment(COUNT)
          session.merge(CART, { b: undefined, c: 3 })
          session.flash('later', 'Bye')
          if (newName === 'files') await session.save()
          session.increment(COUNT)
          assert.equal(session.get(NOTE), 'Hi')
          assert.equal(session.id, id)
        })
        const { [NOTE]: _, ...rest } = SMALL
        const cart = { a: 1, c: 3 }
        await browserOf(to, browser.cookie).visit((session) => {
          assert.deepEqual(session.data, { ...rest, [COUNT]: 3, [CART]: cart, later: 'Bye' })
          assert.equal(session.get('later'), 'Bye')
        })
        if (file && newName === 'files') assert.equal(fs.existsSync(file), false)
      })

      it('is not lost by a change for which there is no room', async (t) => {
        const { browser } = begin(openOld(t), openNew(t))
        const changes: Parameters<Browser['visit']>[0][] = [
          (session) => session.set('color', 'red'),
          (session) => session.unset(USER),
          (session) => session.flash('later', 'Bye'),
          (session) => void session.increment(COUNT),
          (session) => void ((session.get(CART) as Record<string, number>).a = 2),
          (session) => session.setMaxAge(100),
          (session) => session.regenerateId(),
          (session) => session.regenerateId(false),
          (session) => {
            session.regenerateId()
            session.get(NOTE)
            session.set(USER, 43)
          },
        ]
        for (const change of changes) {
          await assert.rejects(browser.visit(change), SessionTooLargeError)
          await browser.visit((session) => assert.deepEqual(session.data, DATA))
        }
      })

      it('gets a new id where that makes it fit, and the old one is dead', async (t) => {
        const { browser, browserOf, migrating, to, Cookie } = begin(openOld(t), openNew(t))
        let id = ''
        const slow = await migrating.read(Cookie.slice(cookie.name.length + 1))
        await browser.visit((session) => {
          session.regenerateId()
          session.unset(BIG)
          session.set(USER, 43)
          id = session.id
        })
        await browserOf(to, browser.cookie).visit((session) => {
          assert.equal(session.id, id)
          assert.deepEqual(session.data, { ...SMALL, [USER]: 43 })
        })
        if (oldName === 'files') {
          await browserOf(migrating).visit((session) => assert.deepEqual(session.data, {}))
        }
        if (newName === 'files') {
          // A slower request writes into what the session became, and gets no cookie.
          slow.set('late', 1)
          assert.equal(await migrating.save(slow), '')
          await browser.visit((session) => assert.equal(session.get('late'), 1))
        }
      })

      it('ends for good when it is destroyed or reset', async (t) => {
        for (const end of ['destroy', 'reset'] as const) {
          const { browser, browserOf, migrating, file } = begin(openOld(t), openNew(t))
          const response = await browser.visit((session) => session[end]())
          assert.match(response.headers.getSetCookie().join(), /Max-Age=0/)
          assert.equal(browser.cookie, '')
          if (!file) continue
          assert.equal(fs.existsSync(file), false)
          await browserOf(migrating).visit((session) => assert.deepEqual(session.data, {}))
        }
      })

      it('makes room for a new one when it is reset', async (t) => {
        const { browser, browserOf, to, file } = begin(openOld(t), openNew(t))
        await browser.visit((session) => {
          session.reset()
          session.flash(NOTE, 'Bye')
        })
        await browserOf(to, browser.cookie).visit((session) => {
          assert.deepEqual(session.data, { [NOTE]: 'Bye' })
        })
        if (file) assert.equal(fs.existsSync(file), false)
      })

      if (newName === 'cookies') return

      it('keeps what several requests at once changed, of which the first moves it', async (t) => {
        const { browserOf, migrating, from, to, browser } = begin(openOld(t), openNew(t))
        const elsewhere = createMigratingSessionStorage(cookie, { from, to })
        const tabs = Array.from({ length: 6 }, (_, i) => browserOf(i % 2 ? migrating : elsewhere))
        await Promise.all(
          tabs.map((tab, i) =>
            tab.visit((session) => {
              session.unset(BIG)
              session.set(`tab ${i}`, i)
              session.increment(COUNT)
            }),
          ),
        )
        await browser.visit((session) => {
          assert.equal(session.get(COUNT), 7)
          for (let i = 0; i < 6; i++) assert.equal(session.get(`tab ${i}`), i)
        })
      })

      it('takes what a slow request set to what it was, where another one moved and changed it', async (t) => {
        const { browser } = begin(openOld(t), openNew(t))
        await browser.request(async (session) => {
          session.set(USER, 42)
          await browser.visit((other) => {
            other.unset(BIG)
            other.set(USER, 43)
          })
        })
        await browser.visit((session) => assert.equal(session.get(USER), 42))
      })

      if (oldName === 'files') {
        it('moves by a change after the response, under the cookie that it has', async (t) => {
          const { browser, file, Cookie } = begin(openOld(t), openNew(t))
          let late: Session | undefined
          await browser.visit((session) => void (late = session))
          await late!.save(() => late!.unset(BIG))
          assert.equal(fs.existsSync(file!), false)
          assert.equal(browser.cookie, Cookie)
          await browser.visit((session) => assert.deepEqual(session.data, SMALL))
        })
      }

      it('stays dead when it is destroyed while others move it', async (t) => {
        for (let round = 0; round < 10; round++) {
          const { browserOf, migrating, from, to, file } = begin(openOld(t), openNew(t))
          const elsewhere = createMigratingSessionStorage(cookie, { from, to })
          const requests = [migrating, elsewhere, migrating, elsewhere].map((storage, i) =>
            browserOf(storage).request((session) => {
              if (i === round % 4) session.destroy()
              else session.unset(BIG)
            }),
          )
          for (const outcome of await Promise.allSettled(requests)) {
            if (outcome.status === 'fulfilled') continue
            assert.ok(outcome.reason instanceof SessionEndedError, String(outcome.reason))
          }
          // An old cookie can be presented again: it says neither that it ended nor when.
          if (!file) continue
          for (const storage of [migrating, to]) {
            await browserOf(storage).visit((session) => assert.deepEqual(session.data, {}))
          }
        }
      })
    })
  }
}

function begin(old: { from: PublishedStorage; Cookie: string; file?: string }, to: SessionStorage) {
  const { from, Cookie, file } = old
  const migrating = createMigratingSessionStorage(cookie, { from, to })
  const browserOf = (storage: SessionStorage, header = Cookie): Browser => {
    const browser = new Browser(cookie, storage)
    browser.cookie = header
    return browser
  }
  return { from, to, file, migrating, Cookie, browserOf, browser: browserOf(migrating) }
}

/** A cookie as `@remix-run/cookie` signs it. */
function signed(value: string): string {
  const encoded = Buffer.from(value).toString('base64')
  const signature = createHmac('sha256', SECRET).update(encoded).digest('base64')
  return `${cookie.name}=${encoded}.${signature.replace(/=+$/, '')}`
}
