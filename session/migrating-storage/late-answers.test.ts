// What an answer does to a cookie that came in another spelling than the new storage would give it: signed
// with an older secret, sealed for a store, signed for a cookie, or as the published library has it.
import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { createCookie } from 'remix/cookie'
import { SessionEndedError } from 'remix/session'
import type { Session, SessionStorage } from 'remix/session'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { createMigratingSessionStorage } from 'remix/session/migrating-storage'
import {
  createPublishedCookieStorage,
  createPublishedFsStorage,
} from 'remix/session/published-storage'
import { createFakeClock } from 'remix/session/testing'
import { Browser, SECRET } from '../fixtures/browser.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'
import type { StorageRoom } from '../fixtures/storages.ts'
import { WatchedStore } from '../fixtures/watched-store.ts'
import { temporaryDirectory } from '../fixtures/temporary-directory.ts'

const NEW_SECRET = 'nE2wKq7pXv4mRz9sTb6yHc3dGf8jLa5u'
const options = { maxAge: 1000 }
const before = createCookie('__session', { ...options, secrets: [SECRET] })
const rotated = createCookie('__session', { ...options, secrets: [NEW_SECRET, SECRET] })
const renewed = createCookie('__session', { ...options, secrets: [NEW_SECRET] })
const CART: string = 'cart'
const NOTE: string = 'note'
const USER: string = 'userId'
const VALUES = { [CART]: { a: 1 } }
const UUID = '0b2ab2c4-1111-4222-8333-944445555666'

let stores = 0

after(closeRooms)

/** Where the sessions were, and the `Cookie` header of one with a cart and a flash. */
interface Old {
  name: string
  keptIn: StorageRoom['keptIn']
  skip?: string | false
  /** Whether the cookie must get another spelling before the old storage can be taken out. */
  isOther(room: StorageRoom): boolean
  begin(now: () => number, t: TestContext): Promise<{ from: SessionStorage; header: string }>
}

type Work = (session: Session) => void

const WORKS = {
  'used no session': () => {},
  'read something': (session) => void session.get(CART),
  'showed a flash': (session) => void session.get(NOTE),
  'changed something': (session) => session.set('color', 'red'),
} satisfies Record<string, Work>

const published = { secrets: [SECRET] }
const olds: Old[] = [
  ...rooms.map((room): Old => ({
    ...room,
    isOther: ({ keptIn }) => (keptIn === 'cookie') !== (room.keptIn === 'cookie'),
    async begin(now) {
      const place = `late ${stores++}`
      const from = await room.open(rotated, { now }, place)
      const first = room.keptIn === 'cookie' ? await room.open(before, { now }, place) : from
      const browser = new Browser(before, first)
      await browser.visit((session) => {
        session.set(CART, VALUES[CART])
        session.flash(NOTE, 'Hi')
      })
      return { from, header: browser.cookie }
    },
  })),
  {
    name: 'published cookie',
    keptIn: 'cookie',
    isOther: () => true,
    async begin(now) {
      const from = createPublishedCookieStorage(rotated, { ...published, now })
      return { from, header: signed(JSON.stringify({ i: UUID, d: [VALUES, { [NOTE]: 'Hi' }] })) }
    },
  },
  {
    name: 'published fs',
    keptIn: 'store',
    isOther: () => true,
    async begin(now, t) {
      const directory = temporaryDirectory(t)
      const name = createHash('sha256').update(UUID).digest('hex')
      fs.mkdirSync(path.join(directory, name.slice(0, 2)))
      const file = path.join(directory, name.slice(0, 2), name.slice(2))
      fs.writeFileSync(file, JSON.stringify([VALUES, { [NOTE]: 'Hi' }]))
      const from = createPublishedFsStorage(rotated, directory, { ...published, now })
      return { from, header: signed(UUID) }
    },
  },
]

for (const old of olds) {
  for (const room of rooms) {
    if (old.name === room.name && room.keptIn === 'cookie') continue
    const skip = old.skip || room.skip
    describe(`moving from ${old.name} to ${room.name} after a change of secrets`, { skip }, () => {
      describeAnswers(old, room)
    })
  }
}

function describeAnswers(old: Old, room: StorageRoom): void {
  const isOther = old.isOther(room)
  const isInCookie = room.keptIn === 'cookie'
  // Where cookies are all there is, nobody else knows of a login.
  const servers = isInCookie && old.keptIn === 'cookie' ? ['here'] : ['here', 'elsewhere']

  async function play(t: TestContext) {
    const clock = createFakeClock()
    const { from, header } = await old.begin(clock.now, t)
    const to = await room.open(rotated, { now: clock.now }, `late ${stores++}`)
    const here = createMigratingSessionStorage(rotated, { from, to })
    // Sealed cookies are known to have ended by the process that ended them.
    const other = isInCookie ? await room.open(rotated, { now: clock.now }, '') : to
    const elsewhere = createMigratingSessionStorage(rotated, { from, to: other })
    const browser = new Browser(rotated, here)
    browser.cookie = header
    /** What another tab does, perhaps on another server. */
    const meanwhile = async (server: string, act: Work) => {
      const tab = new Browser(rotated, server === 'here' ? here : elsewhere)
      tab.cookie = browser.cookie
      await tab.visit(act)
      browser.cookie = tab.cookie
    }
    /** A request that is answered after that of another tab. */
    const overtaken = async (server: string, act: Work, work: Work) => {
      const begun = Promise.withResolvers<void>()
      const pause = Promise.withResolvers<void>()
      const late = browser.visit(async (session) => {
        begun.resolve()
        await pause.promise
        work(session)
      })
      await begun.promise
      await meanwhile(server, act)
      pause.resolve()
      try {
        return (await late).headers.getSetCookie()
      } catch (error) {
        assert.ok(error instanceof SessionEndedError, String(error))
        return 'too late'
      }
    }
    return { clock, to, browser, header, meanwhile, overtaken }
  }

  for (const [name, work] of Object.entries(WORKS)) {
    it(`a late answer that ${name} takes away no login, and brings back no session`, async (t) => {
      const changes = name === 'changed something'
      for (const server of servers) {
        const { browser, overtaken } = await play(t)
        const late = await overtaken(server, logIn, work)
        // A store has a place for the change, a cookie has not.
        assert.deepEqual(late, changes && isInCookie ? 'too late' : [], server)
        await browser.visit((session) => assert.equal(session.get(USER), 7, server))
      }
      for (const server of servers) {
        const { browser, overtaken } = await play(t)
        const late = await overtaken(server, (session) => session.destroy(), work)
        assert.deepEqual(late, changes ? 'too late' : [], server)
        assert.equal(browser.cookie, '', server)
      }
    })
  }

  it('a request that comes after a login with the cookie of before takes away no login', async (t) => {
    for (const server of servers) {
      for (const work of [WORKS['used no session'], WORKS['read something']]) {
        const { browser, header, meanwhile } = await play(t)
        await meanwhile(server, logIn)
        const loggedIn = browser.cookie
        browser.cookie = header
        const late = await browser.visit(work)
        assert.deepEqual(late.headers.getSetCookie(), [], server)
        browser.cookie = loggedIn
        await browser.visit((session) => assert.equal(session.get(USER), 7, server))
      }
    }
  })

  it('an answer before a login changes the cookie only where it must, for a page that is used', async (t) => {
    const { browser, header, meanwhile } = await play(t)
    await browser.visit(() => {})
    await browser.visit(read, { method: 'HEAD' })
    await browser.visit(read, { headers: { Purpose: 'prefetch' } })
    assert.equal(browser.cookie, header)
    await browser.visit(read)
    assert.equal(browser.cookie !== header, isOther)
    const { cookie } = browser
    await browser.visit(read)
    assert.equal(browser.cookie, cookie)
    await meanwhile('here', logIn)
    await browser.visit((session) => assert.equal(session.get(USER), 7))
  })

  it('after a page was used neither the old storage is needed nor, after a renewal, the old secret', async (t) => {
    const { clock, to, browser } = await play(t)
    await browser.visit(read)
    const alone = new Browser(rotated, to)
    alone.cookie = browser.cookie
    await alone.visit(read)
    clock.advance(150)
    await browser.visit(read)
    const last = isInCookie ? await room.open(renewed, { now: clock.now }, '') : to
    const later = new Browser(renewed, last)
    later.cookie = browser.cookie
    await later.visit(read)
  })

  if (isInCookie) return

  it('a page that first uses its session after the response can save it', async (t) => {
    const { browser } = await play(t)
    let late: Session | undefined
    await browser.visit((session) => void (late = session))
    await late!.save(() => late!.set(NOTE, 'late'))
    await browser.visit((session) => assert.equal(session.get(NOTE), 'late'))
  })
}

function logIn(session: Session): void {
  session.regenerateId()
  session.set(USER, 7)
}

function read(session: Session): void {
  assert.deepEqual(session.get(CART), VALUES[CART])
}

const sealing = rooms.find(({ keptIn }) => keptIn === 'cookie')
const skip = sealing ? false : 'every storage here has room for any session'

it(
  'a session without room in the new storage keeps its signature, and its login',
  { skip },
  async () => {
    const from = createCustomSessionStorage(new WatchedStore())
    const to = await sealing!.open(rotated, {}, '')
    const migrating = createMigratingSessionStorage(rotated, { from, to })
    const first = new Browser(before, from)
    await first.visit((session) => session.set(CART, 'x'.repeat(10_000)))
    for (const work of Object.values(WORKS)) {
      const browser = new Browser(rotated, migrating)
      browser.cookie = first.cookie
      await browser.visit(work)
      assert.equal(browser.cookie, first.cookie)
    }
    const browser = new Browser(rotated, migrating)
    browser.cookie = first.cookie
    await browser.visit(async (session) => {
      await browser.visit(logIn)
      void session.get(CART)
    })
    await browser.visit((session) => assert.equal(session.get(USER), 7))
  },
)

/** A cookie as `@remix-run/cookie` signs it. */
function signed(value: string): string {
  const encoded = Buffer.from(value).toString('base64')
  const signature = createHmac('sha256', SECRET).update(encoded).digest('base64')
  return `${before.name}=${encoded}.${signature.replace(/=+$/, '')}`
}
