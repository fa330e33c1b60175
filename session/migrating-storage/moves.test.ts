import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import type { SessionStorage } from 'remix/session'
import { getSessionState } from 'remix/session'
import { createMigratingSessionStorage } from 'remix/session/migrating-storage'
import { loadSession } from 'remix/session-middleware'
import { createFakeClock } from 'remix/session/testing'
import { Browser, SECRET } from '../fixtures/browser.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'
import type { StorageRoom } from '../fixtures/storages.ts'

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

  it('a session that has run out by the limits of the new storage is over, and another begins', async () => {
    const { clock, from, browserOf } = await play()
    const to = await newRoom.open(cookie, { lifetime: 500, now: clock.now }, `store ${stores++}`)
    const migrating = createMigratingSessionStorage(cookie, { from, to })
    const before = browserOf(from)
    await before.visit((session) => session.set(COLOR, 'red'))
    clock.advance(600)
    const after = browserOf(migrating, before.cookie)
    for (let turn = 0; turn < 2; turn++) {
      await after.visit((session) => assert.deepEqual(session.data, {}))
    }
    await after.visit((session) => session.set(COLOR, 'blue'))
    await after.visit((session) => assert.deepEqual(session.data, { [COLOR]: 'blue' }))
  })

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

function isSealed(header: string): boolean {
  return !header.includes('.')
}
