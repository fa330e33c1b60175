import assert from 'node:assert/strict'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { it } from 'node:test'
import { insertTestBook } from '../db/testing.ts'
import { openSessions } from './session.ts'
import { onEachStorage, openTestShop, reader } from './testing/shop.ts'

const everyPage = [
  '/',
  '/books',
  '/books?q=the&genre=Poetry&sort=price&page=2',
  '/cart',
  '/login',
  '/login?signed-out',
  '/login?returnTo=%2Forders',
  '/register',
  '/checkout',
  '/orders',
  '/orders/1',
  '/account',
  '/admin/books',
  '/admin/books/new',
  '/admin/books/1',
  '/reset-password',
  '/reset-password?sent',
  '/reset-password/some-token',
  '/register?sent',
  '/register/some-token',
  '/confirm-email/some-token',
  '/account/email',
  '/outbox',
  '/healthz',
  '/styles.css',
  '/no/such/page',
  '/logout',
]

it('has a cookie whose name tells the port, which cookies do not know', async () => {
  const { config } = await openTestShop()
  const nameAt = (publicOrigin: string, production = false) =>
    openSessions({ ...config, publicOrigin, production }).cookie.name
  assert.equal(nameAt('http://localhost:44100'), 'session-44100')
  assert.equal(nameAt('http://localhost:44200'), 'session-44200')
  assert.equal(nameAt('http://localhost'), 'session')
  assert.equal(nameAt('https://shop.example', true), '__Host-session')
  assert.equal(nameAt('https://shop.example:8443', true), '__Host-session')
})

onEachStorage('a session', (open, storage) => {
  it('is neither stored nor given a cookie for visitors who only look', async () => {
    const shop = await open()
    const browser = shop.browser()
    const { slug } = await insertTestBook(shop.db)
    const before = shop.databaseWrites()
    for (const path of [...everyPage, `/books/${slug}`, `/covers/${slug}.svg`]) {
      assert.deepEqual((await browser.get(path)).setCookies, [], path)
      assert.deepEqual((await browser.request(path, { method: 'HEAD' })).setCookies, [], path)
    }
    assert.deepEqual(shop.sessionFiles(), [])
    assert.equal(shop.databaseWrites(), before)
  })

  it('is not written by visits that only read it', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1 })
    await browser.login(reader)
    await browser.get('/account')
    const { sessionCookie } = browser
    const files = shop.sessionFiles()
    const writes = shop.databaseWrites()
    assert.equal(files.length > 0, storage === 'fs')

    for (const path of everyPage) {
      assert.deepEqual((await browser.get(path)).setCookies, [], path)
      assert.deepEqual((await browser.request(path, { method: 'HEAD' })).setCookies, [], path)
    }
    assert.deepEqual(shop.sessionFiles(), files)
    assert.equal(shop.databaseWrites(), writes)
    assert.equal(browser.sessionCookie, sessionCookie)
  })

  it('carries one message from each form to the next page, and no further', async () => {
    const shop = await open()
    const { id } = await insertTestBook(shop.db)
    const browser = shop.browser()
    const newPassword = 'an evening on the balcony'
    const forms: [string, Record<string, string | number>][] = [
      ['/cart/items', { bookId: id }],
      ['/cart/items', { bookId: id, quantity: 'two' }],
      ['/cart', { [`quantity-${id}`]: 2 }],
      ['/login', { email: reader.email, password: 'wrong' }],
      ['/login', { ...reader }],
      ['/account/logins/others/remove', {}],
      ['/account/logins/unknown/remove', {}],
      ['/account/password', { currentPassword: reader.password, newPassword }],
      [`/cart/items/${id}/remove`, {}],
      ['/register', { name: 'Nora', email: 'nora@example.com', password: newPassword }],
    ]
    for (const [path, fields] of forms) {
      const answer = await browser.post(path, fields)
      const page = await browser.follow(answer)
      assert.equal(page.notices.length + page.alerts.length, 1, path)
      const reloaded = await browser.get(answer.location!)
      assert.deepEqual([...reloaded.notices, ...reloaded.alerts], [], path)
    }
  })

  it('shows a message once, and not to HEAD requests and prefetches before', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.post('/cart/items', { bookId: 1 })
    await browser.request('/cart', { method: 'HEAD' })
    await browser.get('/cart', { 'Sec-Purpose': 'prefetch' })
    assert.equal((await browser.get('/cart')).notices.length, 1)
    assert.equal((await browser.get('/cart')).notices.length, 0)
  })

  it(`${storage === 'memory' ? 'ends with' : 'outlives'} the process`, async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1, quantity: 2 })
    await browser.login(reader)
    await shop.restart()
    const page = await browser.get('/cart')
    assert.equal(page.signedIn, storage !== 'memory')
    assert.equal(page.cart, storage === 'memory' ? 'Cart, 0 items' : 'Cart, 2 items')
  })

  const skip = storage === 'memory' && 'nothing outlives the process'
  it('outlives a rotation of SESSION_SECRET, and not its replacement', { skip }, async () => {
    const shop = await open({ sessionSecrets: ['the first secret of all the secrets'] })
    const browser = shop.browser()
    await browser.login(reader)

    const rotated = ['the second secret of all the secrets', 'the first secret of all the secrets']
    await shop.restart({ sessionSecrets: rotated })
    assert.equal((await browser.get('/')).signedIn, true)
    await browser.submit('/cart/items', { bookId: 1 })
    assert.equal((await browser.get('/')).signedIn, true)

    await shop.restart({ sessionSecrets: ['a wholly different secret, years later'] })
    const page = await browser.get('/')
    assert.equal(page.status, 200)
    assert.equal(page.signedIn, false)
  })

  it('is anonymous for a cookie that was damaged, cut, moved or made up', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const [name, value] = browser.sessionCookie.split('=') as [string, string]
    const middle = value.length >> 1
    for (const Cookie of [
      `${name}=${value.slice(0, -1)}`,
      `${name}=${value.slice(0, middle)}${value[middle] === 'A' ? 'B' : 'A'}${value.slice(middle + 1)}`,
      `${name}=${value}A`,
      `${name}=`,
      `${name}=${'0'.repeat(64)}`,
      `${name}=../../etc/passwd`,
      `other=${value}`,
      `__Host-${name}=${value}`,
      `${name}="${value}"`,
    ]) {
      const page = await shop.browser().get('/', { Cookie })
      assert.equal(page.status, 200, Cookie)
      assert.equal(page.signedIn, false, Cookie)
    }
    assert.equal((await browser.get('/')).signedIn, true)
  })

  it('never shows in a page or the log, whatever happens', async () => {
    const shop = await open({ production: true, publicOrigin: 'https://shop.example' })
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1 })
    await browser.login(reader)
    const value = browser.sessionCookie.split('=')[1]!
    const id = value.split('.')[0]!
    for (const path of everyPage) {
      assert.ok(!(await browser.get(path)).html.includes(id.slice(0, 16)), path)
    }
    await browser.post('/logout')
    assert.ok(!JSON.stringify(shop.log).includes(id.slice(0, 16)))
  })
})

it('answers 503 and leaves the cookie alone while the session directory cannot be read', async () => {
  const shop = await openTestShop({ storage: 'fs' })
  const browser = shop.browser()
  await browser.login(reader)
  const { sessionDir } = shop.config
  renameSync(sessionDir, `${sessionDir}-away`)
  writeFileSync(sessionDir, 'a file where the directory should be')
  const page = await browser.post('/cart/items', { bookId: 1 })
  const health = await shop.browser().get('/healthz')
  rmSync(sessionDir)
  renameSync(`${sessionDir}-away`, sessionDir)
  assert.equal(page.status, 503)
  assert.deepEqual(page.setCookies, [])
  assert.equal(health.status, 503)
  assert.deepEqual(JSON.parse(health.html), { status: 'unavailable', storage: 'fs' })
  assert.equal((await browser.get('/')).signedIn, true)
})
