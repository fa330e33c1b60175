import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import type { Session, SessionStorage } from 'remix/session'
import { getSessionState, SessionStoreError, SessionTooLargeError } from 'remix/session'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { createMigratingSessionStorage } from 'remix/session/migrating-storage'
import { describeSessionStorage } from 'remix/session/testing'
import { Browser, SECRET } from '../fixtures/browser.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'
import { WatchedStore } from '../fixtures/watched-store.ts'

const cookie = createCookie('__session', { secrets: [SECRET], maxAge: 1000 })
const COLOR: string = 'color'
const SIZE: string = 'size'
const NOTE: string = 'note'

after(closeRooms)

describe('a migrating storage', () => {
  it('is made of two storages', () => {
    const from = openStore()
    for (const given of [
      { from },
      { to: from },
      { from, to: {} },
      { from: null, to: from },
      null,
    ]) {
      const create = () =>
        createMigratingSessionStorage(cookie, given as { from: never; to: never })
      assert.throws(create, { name: 'TypeError', message: /takes \{ from, to \}, two storages/ })
    }
  })

  it('is no part of another migration: a session that moved on would live again', () => {
    const storages = [openStore(), openStore(), openStore()] as const
    const sealed = { ...openStore(), selfAuthenticating: true, keptInCookie: () => true }
    const message = /^A migrating session storage takes no other one: finish the first migration/
    for (const to of [storages[1], sealed]) {
      const first = createMigratingSessionStorage(cookie, { from: storages[0], to })
      for (const migration of [
        { from: first, to: storages[2] },
        { from: storages[2], to: first },
      ]) {
        const create = () => createMigratingSessionStorage(cookie, migration)
        assert.throws(create, { name: 'TypeError', message })
      }
    }
  })

  it('takes no storage of which it could not tell what has ended', () => {
    const store = openStore()
    const message = /keep sessions under their ids, or in cookies alone/
    for (const claims of [
      { selfAuthenticating: true },
      { selfAuthenticating: true, keptInCookie: () => false },
      { keptInCookie: () => true },
    ]) {
      const other = { ...openStore(), ...claims }
      for (const migration of [
        { from: other, to: store },
        { from: store, to: other },
      ]) {
        const create = () => createMigratingSessionStorage(cookie, migration)
        assert.throws(create, { name: 'TypeError', message })
      }
    }
  })

  const sealing = rooms.find(({ keptIn }) => keptIn === 'cookie')
  const skip = sealing ? false : 'every storage here has room for any session'

  it('leaves a session where it is that does not fit into the new storage', { skip }, async () => {
    const [from, to] = [openStore(), await sealing!.open(cookie, {}, '')]
    const migrating = createMigratingSessionStorage(cookie, { from, to })
    const browser = new Browser(cookie, from)
    await browser.visit((session) => session.set(COLOR, 'x'.repeat(10_000)))
    const during = new Browser(cookie, migrating)
    during.cookie = browser.cookie
    await during.visit((session) => session.set(SIZE, 'XL'))
    await during.visit((session) => session.regenerateId())
    await during.visit((session) => assert.equal(session.get(SIZE), 'XL'))
    await during.visit((session) => session.unset(COLOR))
    await during.visit((session) => assert.equal(session.get(SIZE), 'XL'))
    assert.ok(isSealed(during.cookie), 'it moved when it was small enough')
    await during.visit((session) => session.destroy())
    for (const id of [browser.cookie, during.cookie]) {
      during.cookie = id
      await during.visit((session) => assert.deepEqual(session.data, {}))
    }
  })

  it('keeps what a slow request does to a session that stayed and has moved meanwhile', async () => {
    for (const work of ['set', 'destroy', 'reset'] as const) {
      const [from, to] = [openStore(), openSmallStore()]
      const browser = new Browser(cookie, from)
      await browser.visit((session) => session.set(COLOR, 'x'.repeat(1000)))
      const tab = new Browser(cookie, createMigratingSessionStorage(cookie, { from, to }))
      tab.cookie = browser.cookie
      await tab.request(async (session) => {
        await tab.visit((other) => other.unset(COLOR))
        await tab.visit((other) => other.set(NOTE, 'moved'))
        if (work === 'set') session.set(SIZE, 'XL')
        else session[work]()
      })
      const left = work === 'set' ? { [NOTE]: 'moved', [SIZE]: 'XL' } : {}
      await tab.visit((session) => assert.deepEqual(session.data, left))
      const old = new Browser(cookie, from)
      old.cookie = browser.cookie
      await old.visit((session) => assert.deepEqual(session.data, {}))
    }
  })

  it('moves a session once, however many requests come at once', async () => {
    const [old, fresh] = [new WatchedStore(), new WatchedStore()]
    const [from, to] = [createCustomSessionStorage(old), createCustomSessionStorage(fresh)]
    const browser = new Browser(cookie, from)
    await browser.visit((session) => session.set(COLOR, 'red'))
    const tab = new Browser(cookie, createMigratingSessionStorage(cookie, { from, to }))
    tab.cookie = browser.cookie
    await Promise.all(Array.from({ length: 5 }, () => tab.request((s) => void s.get(COLOR))))
    assert.equal(fresh.takeLog().filter((operation) => operation === 'create').length, 1)
    assert.equal(old.takeLog().filter((operation) => operation === 'delete').length, 1)
  })

  it('brings nothing back that was destroyed while a slow server was moving it', async () => {
    for (const work of ['destroy', 'regenerateId'] as const) {
      const [from, to] = [openStore(), openStore()]
      const { promise: pause, resolve: goOn } = Promise.withResolvers<void>()
      const slow = createMigratingSessionStorage(cookie, {
        from,
        to: { ...to, save: (session) => pause.then(() => to.save(session)) },
      })
      const fast = new Browser(cookie, createMigratingSessionStorage(cookie, { from, to }))
      const browser = new Browser(cookie, from)
      await browser.visit((session) => session.set(COLOR, 'red'))
      const late = slow.read(browser.cookie.slice(cookie.name.length + 1))
      await new Promise((resolve) => setImmediate(resolve))
      fast.cookie = browser.cookie
      await fast.visit((session) => session[work]())
      goOn()
      assert.deepEqual((await late).data, {})
      for (const storage of [from, to]) {
        const thief = new Browser(cookie, storage)
        thief.cookie = browser.cookie
        await thief.visit((session) => assert.deepEqual(session.data, {}))
      }
    }
  })

  it('is used in both directions while servers are changed one after the other', async () => {
    for (const room of rooms) {
      if (room.skip || room.keptIn === 'cookie') continue
      const [one, other] = [await room.open(cookie, {}, 'both ways'), openStore()]
      const forth = createMigratingSessionStorage(cookie, { from: one, to: other })
      const back = createMigratingSessionStorage(cookie, { from: other, to: one })
      const browser = new Browser(cookie, one)
      await browser.visit((session) => session.set(COLOR, 0))
      for (let i = 0; i < 6; i++) {
        const server = new Browser(cookie, i % 2 ? forth : back)
        server.cookie = browser.cookie
        await server.visit((session) => session.set(COLOR, Number(session.get(COLOR)) + 1))
        assert.equal(server.cookie, browser.cookie)
      }
      const last = new Browser(cookie, forth)
      last.cookie = browser.cookie
      await last.visit((session) => assert.equal(session.get(COLOR), 6))
    }
  })

  it('fails as long as one of both storages does, and loses nothing', async () => {
    const [from, to] = [openStore(), openStore()]
    const browser = new Browser(cookie, from)
    await browser.visit((session) => session.set(COLOR, 'red'))
    const down: Partial<SessionStorage>[] = [{ read: fail }, { save: fail }]
    for (const broken of down) {
      for (const storages of [
        { from: { ...from, ...broken }, to },
        { from, to: { ...to, ...broken } },
      ]) {
        const during = new Browser(cookie, createMigratingSessionStorage(cookie, storages))
        during.cookie = browser.cookie
        const visit = during.visit((session) => session.destroy())
        await assert.rejects(visit, SessionStoreError)
      }
    }
    const during = new Browser(cookie, createMigratingSessionStorage(cookie, { from, to }))
    during.cookie = browser.cookie
    await during.visit((session) => assert.equal(session.get(COLOR), 'red'))
  })
})

// The contract of every storage, for sessions that begin in the new one, and in the old one.
for (const begin of ['new', 'old'] as const) {
  describeSessionStorage(`a migrating storage, for sessions of the ${begin} one`, (limits) => {
    const stores = [new WatchedStore(), new WatchedStore()] as const
    const [from, to] = stores.map((store) => createCustomSessionStorage(store, limits)) as [
      SessionStorage,
      SessionStorage,
    ]
    const migrating = createMigratingSessionStorage(cookie, { from, to })
    const toOld = createMigratingSessionStorage(cookie, { from: to, to: from })
    const begun = new WeakSet<Session>()
    return {
      storage: {
        ...migrating,
        save(session) {
          const { origin, former } = getSessionState(session)
          if (begin === 'old' && origin === null && former === null) begun.add(session)
          return (begun.has(session) ? toOld : migrating).save(session)
        },
      },
      countSessions: () => stores[0].countSessions() + stores[1].countSessions(),
      breakStore() {
        for (const store of stores) {
          store.failing = ['read', 'create', 'update', 'replace', 'delete']
        }
        return () => {
          for (const store of stores) store.failing = []
        }
      },
    }
  })
}

function openStore(): SessionStorage {
  return createCustomSessionStorage(new WatchedStore())
}

/** One that takes no new session of more than 1,000 bytes. */
function openSmallStore(): SessionStorage {
  const storage = openStore()
  return {
    ...storage,
    async save(session) {
      const state = getSessionState(session)
      const { values } = state.copy()
      const bytes = JSON.stringify(values).length
      if (state.origin === null && bytes > 1000)
        throw new SessionTooLargeError('It', bytes, 1000, { values, flashes: {} })
      return storage.save(session)
    },
  }
}

async function fail(): Promise<never> {
  throw new SessionStoreError('down')
}

function isSealed(header: string): boolean {
  return !header.includes('.')
}
