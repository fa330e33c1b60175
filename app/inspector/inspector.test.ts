import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { Session } from 'remix/session'
import { closeDatabase, openDatabase } from '../../db/connect.ts'
import { seedDatabase } from '../../db/seed.ts'
import { createLoginThrottle } from '../auth/login-throttle.ts'
import { readConfig } from '../config.ts'
import { boundedMemory } from '../limits/memory-limiter.ts'
import { createMail } from '../mail/mail.ts'
import { createSeal } from '../mail/seal.ts'
import { createBookstore } from '../router.ts'
import { openSessions } from '../session.ts'
import { BindingBrowser } from '../testing/device.ts'
import { openTestShop, passwords, reader } from '../testing/shop.ts'

const HOUR = 60 * 60 * 1000

async function openShop(t: TestContext, storage: string, env: Record<string, string> = {}) {
  const sessionDirectory = mkdtempSync(path.join(tmpdir(), 'inspector-'))
  const config = readConfig({
    NODE_ENV: 'test',
    SESSION_STORAGE: storage,
    SESSION_DIR: sessionDirectory,
    SESSION_SECRET: 'the secret of these tests is not one 4711',
    ...env,
  })
  const db = await openDatabase(':memory:')
  await seedDatabase(db, { demoAccounts: true, hashPassword: passwords.hash })
  const clock = { now: Date.now() }
  const now = () => clock.now
  const sessions = openSessions(config, now)
  t.after(async () => {
    await sessions.close()
    await closeDatabase(db)
    rmSync(sessionDirectory, { recursive: true })
  })
  const seal = createSeal(config.sessionSecrets)
  const shop = createBookstore({
    config,
    db,
    sessions,
    passwords,
    now,
    throttle: createLoginThrottle(),
    createLimiter: boundedMemory(),
    mail: createMail({ seal, publicOrigin: config.publicOrigin, now }),
    seal,
    log: () => {},
    demoAccounts: [],
  })

  let jar = ''
  async function send(route: string, init: RequestInit = {}): Promise<Response> {
    const headers = { Host: new URL(config.publicOrigin).host, Cookie: jar, ...init.headers }
    const request = new Request(config.publicOrigin + route, { ...init, headers })
    const response = await shop.fetch(request)
    const [setCookie] = response.headers.getSetCookie()
    if (setCookie !== undefined) jar = /^[^;]*/.exec(setCookie)![0].replace(/^[^=]*=$/, '')
    return response
  }
  return {
    clock,
    sessions,
    sessionDirectory,
    get cookie() {
      return jar
    },
    get: (route: string, headers: Record<string, string> = {}) => send(route, { headers }),
    async page(route: string) {
      const response = await send(route)
      return text(await response.text())
    },
    async json() {
      const response = await send('/session', { headers: { Accept: 'application/json' } })
      return (await response.json()) as Record<string, any>
    },
    post: (route: string, fields: Record<string, string> = {}) =>
      send(route, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { Origin: config.publicOrigin },
      }),
  }
}

/** What a page says, without its markup. */
function text(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ')
}

for (const storage of ['cookie', 'fs', 'memory']) {
  describe(`the session inspector with ${storage} storage`, () => {
    it('tells a visitor without a session that there is none, and starts none', async (t) => {
      const shop = await openShop(t, storage)
      assert.deepEqual(await shop.json(), {
        storage,
        id: null,
        createdAt: null,
        expiresAt: null,
        data: {},
        flash: [],
        cookie: { name: 'session-44100', bytes: 0, limit: 4096 },
      })
      const response = await shop.get('/session')
      assert.equal(response.status, 200)
      assert.match(response.headers.get('Content-Type')!, /^text\/html/)
      assert.deepEqual(response.headers.getSetCookie(), [])
      assert.deepEqual(readdirSync(shop.sessionDirectory), [])
    })

    it('shows data and pending flashes as JSON, and leaves them where they are', async (t) => {
      const shop = await openShop(t, storage)
      await shop.post('/cart/items', { bookId: '1' })
      const first = await shop.json()
      const page = await shop.page('/session')
      assert.deepEqual(await shop.json(), first)

      assert.match(first.id, /^[0-9a-f]{64}$/)
      assert.equal(Date.parse(first.expiresAt) - Date.parse(first.createdAt), HOUR)
      assert.deepEqual(first.flash, ['notice'])
      assert.deepEqual(first.data.cart, { 1: 1 })
      assert.match(first.data.notice.text, /in your cart/)
      assert.equal(first.cookie.bytes, shop.cookie.length - '='.length)
      assert.match(page, /POST \/cart\/items answered 303/)
      assert.match(page, /merge\("cart", \{"1":1\}\)/)
      assert.match(
        page,
        /Set-Cookie: session-44100=…; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax/,
      )
      assert.match(await shop.page('/cart'), /is in your cart\./)
      assert.deepEqual((await shop.json()).flash, [])
    })

    it('renews nothing, however late it is', async (t) => {
      const shop = await openShop(t, storage)
      await shop.post('/cart/items', { bookId: '1' })
      await shop.get('/cart')
      const { expiresAt } = await shop.json()
      shop.clock.now += 4 * 24 * HOUR
      const look = await shop.get('/session')
      assert.deepEqual(look.headers.getSetCookie(), [])
      assert.equal((await shop.json()).expiresAt, expiresAt)
      const visit = await shop.get('/cart')
      assert.equal(visit.headers.getSetCookie().length, 1, 'a visit does renew it')
    })

    it('keeps the id from before the login, and tells what the login did', async (t) => {
      const shop = await openShop(t, storage)
      await shop.post('/cart/items', { bookId: '1' })
      const before = await shop.json()
      await shop.post('/login', { ...reader })
      const after = await shop.json()
      assert.notEqual(after.id, before.id)
      const panel = await shop.page('/')
      assert.match(panel, new RegExp(`Before login ${before.id.slice(0, 8)}…`))
      assert.doesNotMatch(panel, new RegExp(before.id))
      assert.match(panel, /POST \/login answered 303/)
      assert.match(
        panel,
        new RegExp(`regenerateId\\(\\) ${before.id.slice(0, 8)} → ${after.id.slice(0, 8)}`),
      )
    })

    it('lists on a page what its own request did, the flash that it read included', async (t) => {
      const shop = await openShop(t, storage)
      await shop.post('/cart/items', { bookId: '1' })
      const panel = await shop.page('/cart')
      assert.match(panel, /get\("notice"\) a flash: read, and gone with it/)
      assert.match(panel, /Then, with the response: the change is saved/)
      assert.match(await shop.page('/cart'), /nothing is saved and no cookie is sent/)
    })

    it('leaves a flash that the page did not read to the page that does', async (t) => {
      const shop = await openShop(t, storage)
      await shop.post('/login', { email: 'somebody@example.com', password: 'not the password' })
      const panel = await shop.page('/books')
      assert.match(panel, /loginForm flash, unread/)
      assert.deepEqual((await shop.json()).flash, ['loginForm'])
      const form = await (await shop.get('/login')).text()
      assert.match(form, /value="somebody@example.com"/)
    })

    it('tells after the logout how the session ended', async (t) => {
      const shop = await openShop(t, storage)
      await shop.post('/login', { ...reader })
      await shop.post('/logout')
      const panel = await shop.page('/login?signed-out')
      assert.match(panel, /POST \/logout answered 303: .* destroy\(\)/)
      assert.match(panel, /Set-Cookie: session-44100=; Path=\/; Max-Age=0/)
    })

    it('does not exist in production, nor does its panel', async (t) => {
      const shop = await openShop(t, storage, {
        NODE_ENV: 'production',
        PUBLIC_URL: 'https://shop.example',
      })
      for (const accept of ['text/html', 'application/json']) {
        assert.equal((await shop.get('/session', { Accept: accept })).status, 404)
      }
      assert.equal((await shop.post('/session')).status, 404)
      assert.doesNotMatch(await (await shop.get('/')).text(), /inspector/)
    })
  })
}

describe('the session inspector', () => {
  it('shows the name and the content of the session file', async (t) => {
    const shop = await openShop(t, 'fs')
    await shop.post('/cart/items', { bookId: '1' })
    const { id } = await shop.json()
    const file = `${shop.sessionDirectory}/${id}.json`
    const page = await shop.page('/session')
    assert.ok(page.includes(file))
    const record = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')), null, 2)
    assert.ok(page.includes(record.replaceAll(/\s+/g, ' ')))
  })

  it('only reads: the storage is never asked to save', async (t) => {
    const shop = await openShop(t, 'memory')
    await shop.post('/cart/items', { bookId: '1' })
    const saved: Session[] = []
    const { save } = shop.sessions.storage
    t.mock.method(shop.sessions.storage, 'save', (session: Session) => {
      saved.push(session)
      return save(session)
    })
    await shop.get('/session')
    await shop.get('/session', { Accept: 'application/json' })
    assert.equal(saved.length, 0)
  })

  it('makes no login last longer, and takes no cookie of a device away', async () => {
    const shop = await openTestShop({ publicOrigin: 'https://shop.example' })
    const browser = shop.browser()
    await new BindingBrowser(browser).login(reader)
    // As on a computer whose clock is slow.
    browser.receive(/\bbound-[^;]*/.exec(browser.cookieHeader)![0])
    for (const signedIn of [true, false]) {
      shop.pass(8 * 60)
      const writes = shop.databaseWrites()
      const page = await browser.get('/session', { Accept: 'text/html' })
      assert.equal(page.signedIn, signedIn)
      assert.deepEqual(page.setCookies, [])
      assert.equal(shop.databaseWrites(), writes)
    }
  })

  it('answers HTML unless JSON is what the client would rather have', async (t) => {
    const shop = await openShop(t, 'memory')
    async function typeFor(accept: string): Promise<string> {
      const response = await shop.get('/session', { Accept: accept })
      return response.headers.get('Content-Type')!.replace(/;.*/, '')
    }
    assert.equal(await typeFor('*/*'), 'text/html')
    assert.equal(await typeFor('text/html,application/xhtml+xml,*/*;q=0.8'), 'text/html')
    assert.equal(await typeFor('application/json'), 'application/json')
    assert.equal(await typeFor('application/json, text/html;q=0.9'), 'application/json')
    assert.equal(await typeFor('text/html, application/json;q=0.9'), 'text/html')
  })

  it('escapes what the session holds', async (t) => {
    const shop = await openShop(t, 'memory')
    await shop.post('/login', { email: '<script>alert(1)</script>', password: 'wrong' })
    const html = await (await shop.get('/session')).text()
    assert.match(html, /&lt;script&gt;alert\(1\)/)
    assert.doesNotMatch(html, /<script>alert/)
  })
})
