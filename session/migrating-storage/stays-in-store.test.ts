// What can be done to a session of this library that has no room in the new storage, where no cookie is sent.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { createMigratingSessionStorage } from 'remix/session/migrating-storage'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { SessionTooLargeError } from 'remix/session'
import type { Session, SessionRecord, SessionStorage } from 'remix/session'
import { lookInto, playRequest } from 'remix/session/testing'
import { Browser, SECRET } from '../fixtures/browser.ts'
import { leaveDuring, wait } from '../fixtures/leaving.ts'
import { WatchedStore } from '../fixtures/watched-store.ts'

const cookie = createCookie('__session', { secrets: [SECRET], maxAge: 1000 })
const COLOR: string = 'color'
const BIG: string = 'big'

for (const [name, to] of Object.entries({
  'a cookie': () => createCookieSessionStorage(cookie),
  'a smaller store': (small: SessionStorage) => small,
})) {
  describe(`a session in a store without room in ${name}`, () => {
    it('is saved in the store, and its end carried out, where the client has left', async () => {
      const { browser, store } = await begin(to)
      await leaveDuring(browser, async (session) => {
        await wait()
        session.set(COLOR, 'blue')
        await wait()
        session.increment('visits')
        await session.save()
      })
      await browser.visit((session) => {
        assert.equal(session.get(COLOR), 'blue')
        assert.equal(session.get('visits'), 1)
      })
      await leaveDuring(browser, async (session) => {
        await wait()
        session.destroy()
        await session.save()
      })
      assert.equal(store.records.size, 0)
    })

    it('ends in the store where the handler throws, and may be changed after the response', async () => {
      const { browser, store } = await begin(to)
      let late: Session | undefined
      await browser.visit((session) => void (late = session))
      await late!.save(() => late!.set(COLOR, 'late'))
      await browser.visit((session) => assert.equal(session.get(COLOR), 'late'))
      const attempt = browser.visit((session) => {
        session.destroy()
        throw new Error('boom')
      })
      await assert.rejects(attempt, /boom/)
      assert.equal(store.records.size, 0)
    })
  })
}

it('a session in a cookie without room in a store is not changed after the response', async () => {
  const from = createCookieSessionStorage(cookie)
  const to = createCustomSessionStorage(new SmallStore())
  const migrating = createMigratingSessionStorage(cookie, { from, to })
  const old = new Browser(cookie, from)
  await old.visit((session) => {
    session.set(COLOR, 'red')
    session.set(BIG, 'x'.repeat(2500))
  })
  const browser = new Browser(cookie, migrating)
  browser.cookie = old.cookie
  let late: Session | undefined
  await browser.visit((session) => {
    assert.equal(session.get(COLOR), 'red')
    late = session
  })
  await assert.rejects(
    late!.save(() => late!.set(COLOR, 'late')),
    /lives in the cookie/,
  )
})

it('a login that began before its session moved goes into the moved one', async () => {
  const { migrating, old, store, small } = await begin()
  const [id] = store.records.keys()
  const login = await migrating.read(old)
  login.set('login', 7)
  login.regenerateId()
  await playRequest(migrating, old, (session) => session.unset(BIG))
  await playRequest(migrating, old, () => {}) // it moves
  assert.equal(store.records.size, 0)
  assert.equal(small.records.has(id!), true)
  const moved = await migrating.save(login)
  assert.equal(store.records.size, 0)
  assert.deepEqual(await lookInto(migrating, moved), { [COLOR]: 'red', login: 7 })
})

it('a change goes along with a session that moves while the change is on its way', async () => {
  const { migrating, old, store, small } = await begin()
  const slow = await migrating.read(old)
  slow.set(COLOR, 'blue')
  const update = store.update.bind(store)
  store.update = async (id, changes) => {
    store.update = update
    await playRequest(migrating, old, (session) => session.unset(BIG))
    await playRequest(migrating, old, () => {}) // it moves
    return update(id, changes)
  }
  await migrating.save(slow)
  assert.deepEqual([store.records.size, small.records.size], [0, 1])
  assert.deepEqual(await lookInto(migrating, old), { [COLOR]: 'blue' })
})

/** One in a store, and the two storages that it is to move between. */
async function begin(to: (small: SessionStorage) => SessionStorage = (small) => small) {
  const store = new WatchedStore()
  const small = new SmallStore()
  const from = createCustomSessionStorage(store)
  const migrating = createMigratingSessionStorage(cookie, {
    from,
    to: to(createCustomSessionStorage(small)),
  })
  const before = new Browser(cookie, from)
  await before.visit((session) => {
    session.set(BIG, 'x'.repeat(4000))
    session.set(COLOR, 'red')
  })
  const browser = new Browser(cookie, migrating)
  browser.cookie = before.cookie
  const old = browser.cookie.slice(cookie.name.length + 1)
  return { browser, migrating, old, store, small }
}

class SmallStore extends WatchedStore {
  override async create(id: string, record: SessionRecord): Promise<void> {
    const { length } = JSON.stringify(record)
    if (length > 2000) throw new SessionTooLargeError('The session', length, 2000, record)
    return super.create(id, record)
  }
}
