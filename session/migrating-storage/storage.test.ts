import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import type { Session, SessionStorage } from 'remix/session'
import { getSessionState, SessionStoreError } from 'remix/session'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { createMigratingSessionStorage } from 'remix/session/migrating-storage'
import { loadSession } from 'remix/session-middleware'
import { createFakeClock, describeSessionStorage } from 'remix/session/testing'
import { Browser, SECRET } from '../fixtures/browser.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'
import type { StorageRoom } from '../fixtures/storages.ts'
import { WatchedStore } from '../fixtures/watched-store.ts'

const cookie = createCookie('__session', { secrets: [SECRET], maxAge: 1000 })
const COLOR: string = 'color'
const SIZE: string = 'size'
const NOTE: string = 'note'

let stores = 0

after(closeRooms)

for (const oldRoom of rooms) {
  for (const newRoom of rooms) {
    if (oldRoom === newRoom && oldRoom.keptIn === 'cookie') continue
    const skip = oldRoom.skip || newRoom.skip
    describe(`moving from ${oldRoom.name} to ${newRoom.name}`, { skip }, () => {
      describeMove(oldRoom, newRoom)
    })
  }
}

function describeMove(oldRoom: StorageRoom, newRoom: StorageRoom): void {
  const endsOldCopies = oldRoom.keptIn !== 'cookie'

  async function play() {
    const clock = createFakeClock()
    const limits = { lifetime: 10_000, now: clock.now }
    const from = await oldRoom.open(cookie, limits, `store ${stores++}`)
    const to = await newRoom.open(cookie, limits, `store ${stores++}`)
    const migrating = createMigratingSessionStorage(cookie, { from, to })
    // Another server, which knows nothing of what this one is just doing.
    const elsewhere = createMigratingSessionStorage(cookie, { from, to })
    const browserOf = (storage: SessionStorage, cookieHeader = ''): Browser => {
      const browser = new Browser(cookie, storage)
      browser.cookie = cookieHeader
      return browser
    }
    return { clock, from, to, migrating, elsewhere, browserOf }
  }

  it('a visitor keeps the session, its id, its flash and its age, and then needs no old storage', async () => {
    const { clock, from, to, migrating, browserOf } = await play()
    const before = browserOf(from)
    let id = ''
    await before.visit((session) => {
      id = session.id
      session.set(COLOR, 'red')
      session.set(SIZE, { eu: 38, ['__proto__']: [null] })
      session.flash(NOTE, 'Saved')
      session.setMaxAge(800, { persistent: false })
    })
    clock.advance(500)
    const during = browserOf(migrating, before.cookie)
    await during.visit((session) => {
      assert.equal(session.id, id)
      assert.equal(session.get(COLOR), 'red')
      assert.equal(JSON.stringify(session.get(SIZE)), '{"eu":38,"__proto__":[null]}')
    })
    await during.visit((session) => session.set(COLOR, 'blue'))
    const afterwards = browserOf(to, during.cookie)
    await afterwards.visit((session) => {
      assert.equal(session.get(COLOR), 'blue')
      assert.equal(session.get(NOTE), 'Saved')
      const { createdAt, maxAge, persistent } = getSessionState(session).origin!.record
      assert.deepEqual({ maxAge, persistent }, { maxAge: 800, persistent: false })
      assert.equal(clock.now() - createdAt, 500_000, 'the absolute limit began with the session')
    })
    await afterwards.visit((session) => assert.equal(session.has(NOTE), false))
    if (endsOldCopies && newRoom.keptIn !== 'cookie') {
      await browserOf(from, before.cookie).visit((session) => assert.deepEqual(session.data, {}))
    }
  })

  it('a session is loaded from a Cookie header where no middleware is, and flashes stay', async () => {
    const { from, migrating, browserOf } = await play()
    const browser = browserOf(from)
    await browser.visit((session) => {
      session.set(COLOR, 'red')
      session.flash(NOTE, 'Saved')
    })
    for (let time = 0; time < 2; time++) {
      const session = await loadSession(cookie, migrating, browser.cookie)
      assert.deepEqual(session.data, { [COLOR]: 'red', [NOTE]: 'Saved' })
    }
  })

  it('a new visitor is stored in the new storage only', async () => {
    const { from, to, migrating, browserOf } = await play()
    const browser = browserOf(migrating)
    const anonymous = await browser.visit((session) => void session.get(COLOR))
    assert.deepEqual(anonymous.headers.getSetCookie(), [])
    await browser.visit((session) => session.set(COLOR, 'red'))
    await browserOf(to, browser.cookie).visit((session) => assert.equal(session.get(COLOR), 'red'))
    await browserOf(from, browser.cookie).visit((session) => assert.deepEqual(session.data, {}))
  })

  it('a flash is shown once, and reading changes no cookie but the first time', async () => {
    const { from, migrating, browserOf } = await play()
    const before = browserOf(from)
    await before.visit((session) => session.flash(NOTE, 'Saved'))
    const during = browserOf(migrating, before.cookie)
    await during.visit(() => {}, { method: 'HEAD' })
    await during.visit((session) => assert.equal(session.get(NOTE), 'Saved'))
    await during.visit((session) => assert.equal(session.get(NOTE), undefined))
    const again = await during.visit((session) => assert.equal(session.get(NOTE), undefined))
    assert.deepEqual(again.headers.getSetCookie(), [])
  })

  it('a session that was moved ends for good when it is destroyed, in both storages', async () => {
    const { from, to, migrating, browserOf } = await play()
    const before = browserOf(from)
    await before.visit((session) => session.set(COLOR, 'red'))
    const during = browserOf(migrating, before.cookie)
    await during.visit((session) => session.set(COLOR, 'blue'))
    const moved = during.cookie
    const response = await during.visit((session) => session.destroy())
    assert.match(response.headers.getSetCookie().join(), /Max-Age=0/)
    const copies = [before.cookie, moved].filter((copy) => !isSealed(copy))
    for (const copy of copies) {
      for (const storage of [migrating, from, to]) {
        await browserOf(storage, copy).visit((session) => assert.deepEqual(session.data, {}))
      }
    }
  })

  it('one that is destroyed in the request that moves it ends too', async () => {
    const { from, to, migrating, browserOf } = await play()
    const before = browserOf(from)
    await before.visit((session) => session.set(COLOR, 'red'))
    const during = browserOf(migrating, before.cookie)
    let id = ''
    await during.visit((session) => {
      id = session.id
      session.destroy()
    })
    assert.equal(during.cookie, '')
    // The copy that the new storage had for a moment is gone, where that is no cookie.
    await browserOf(to, `${cookie.name}=${cookie.toRaw(id)}`).visit((session) => {
      assert.deepEqual(session.data, {})
    })
    if (!endsOldCopies) return
    await browserOf(migrating, before.cookie).visit((s) => assert.deepEqual(s.data, {}))
  })

  it('after regenerateId the old id is dead in both storages', async () => {
    const { from, to, migrating, browserOf } = await play()
    const before = browserOf(from)
    await before.visit((session) => session.set(COLOR, 'red'))
    const during = browserOf(migrating, before.cookie)
    await during.visit((session) => session.regenerateId())
    await browserOf(to, during.cookie).visit((session) => assert.equal(session.get(COLOR), 'red'))
    if (!endsOldCopies) return
    for (const storage of [migrating, from, to]) {
      await browserOf(storage, before.cookie).visit((session) => {
        assert.deepEqual(session.data, {})
      })
    }
  })

  it('an expired session is not moved', async () => {
    const { clock, from, migrating, browserOf } = await play()
    const before = browserOf(from)
    await before.visit((session) => session.set(COLOR, 'red'))
    clock.advance(1000)
    const response = await browserOf(migrating, before.cookie).visit((session) => {
      assert.deepEqual(session.data, {})
    })
    assert.deepEqual(response.headers.getSetCookie(), [])
  })

  it('a forged or unknown cookie is a new session', async () => {
    const { from, migrating, browserOf } = await play()
    const before = browserOf(from)
    await before.visit((session) => session.set(COLOR, 'red'))
    const value = before.cookie.slice(cookie.name.length + 1)
    const forgeries = [`${value}x`, value.slice(0, -1), 'a'.repeat(64), `x${value}`, '%', '.']
    if (oldRoom.keptIn !== 'cookie') forgeries.push(value.split('.')[0]!)
    for (const forged of forgeries) {
      const browser = browserOf(migrating, `${cookie.name}=${forged}`)
      await browser.visit((session) => assert.deepEqual(session.data, {}))
    }
  })

  if (newRoom.keptIn === 'cookie') return

  it('of requests that come at once none is anonymous, and none loses what it set', async () => {
    const { from, migrating, elsewhere, browserOf } = await play()
    for (let round = 0; round < 10; round++) {
      const before = browserOf(from)
      await before.visit((session) => session.set(COLOR, 'red'))
      const tabs = Array.from({ length: 6 }, (_, i) =>
        browserOf(i % 2 ? migrating : elsewhere, before.cookie),
      )
      await Promise.all(
        tabs.map(async (tab, i) => {
          // One comes while the other is at any step of moving.
          for (let step = 0; step < (i * (round + 1)) % 17; step++) await Promise.resolve()
          await tab.visit((session) => {
            assert.equal(session.get(COLOR), 'red')
            session.set(`tab ${i}`, i)
          })
        }),
      )
      await tabs[0]!.visit((session) => assert.equal(Object.keys(session.data).length, 7))
    }
  })

  if (!endsOldCopies) return

  it('a session that is destroyed while others move it stays dead', async () => {
    const { from, migrating, elsewhere, to, browserOf } = await play()
    for (let round = 0; round < 20; round++) {
      const before = browserOf(from)
      await before.visit((session) => session.set(COLOR, 'red'))
      const requests = [migrating, elsewhere, migrating, elsewhere].map((storage, i) =>
        browserOf(storage, before.cookie).request((session) => {
          if (i === round % 4) session.destroy()
          else session.set(SIZE, i)
        }),
      )
      for (const outcome of await Promise.allSettled(requests)) {
        if (outcome.status === 'rejected') assert.equal(outcome.reason.name, 'SessionEndedError')
      }
      for (const storage of [from, to]) {
        await browserOf(storage, before.cookie).visit((session) => {
          assert.equal(session.has(COLOR), false)
        })
      }
    }
  })
}

describe('a migrating storage', () => {
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

async function fail(): Promise<never> {
  throw new SessionStoreError('down')
}

function isSealed(header: string): boolean {
  return !header.includes('.')
}
