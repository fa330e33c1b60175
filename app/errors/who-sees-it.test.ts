import assert from 'node:assert/strict'
import { it } from 'node:test'
import { closeDatabase } from '../../db/connect.ts'
import { sqliteOf } from '../../db/testing.ts'
import { lockFromAnotherProcess } from '../../db/testing-lock.ts'
import { onEachStorage, openTestShop, passwords, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestPage } from '../testing/page.ts'

const own = { Origin: 'http://localhost:44100', 'Sec-Fetch-Site': 'same-origin' }
const tooLarge = new URLSearchParams({ email: 'x'.repeat(70_000) })
const damaged = {
  headers: { ...own, 'Content-Type': 'multipart/form-data; boundary=x' },
  body: '--x\r\nno form',
}

/** Requests that fail before anybody asks for the session, and after. */
const refusals: Record<number, [path: string, init: RequestInit][]> = {
  400: [['/login', { method: 'POST', ...damaged }]],
  403: [['/cart/items', { method: 'POST', headers: { 'Sec-Fetch-Site': 'same-site' } }]],
  404: [
    ['/nothing', {}],
    ['/orders/99', {}],
  ],
  405: [['/cart', { method: 'DELETE' }]],
  413: [['/login', { method: 'POST', headers: own, body: tooLarge }]],
  415: [['/login', { method: 'POST', headers: own, body: 'text' }]],
  501: [['/', { method: 'PROPFIND' }]],
}

function assertHeader(page: TestPage, header: { name: string | null; cart: string }): void {
  const about = `${page.status} ${page.heading}`
  assert.equal(page.signedIn, header.name !== null, about)
  assert.equal(page.html.includes('>Log in</a'), header.name === null, about)
  if (header.name !== null) assert.match(page.text, new RegExp(header.name), about)
  assert.equal(page.cart, header.cart, about)
}

/** Neither that somebody is logged in nor that nobody is, and no number of books. */
function assertNoClaim(page: TestPage): void {
  const about = `${page.status} ${page.heading}`
  assert.match(page.html, /href="\/account"\s*>Your account</, about)
  assert.equal(page.signedIn, false, about)
  assert.doesNotMatch(page.html, /href="\/(login|register)"|cart-count/, about)
  assert.equal(page.cart, 'Cart', about)
}

async function shopWithCustomer(shop: TestShop): Promise<TestBrowser> {
  const browser = shop.browser()
  await browser.login(reader)
  await browser.submit('/cart/items', { bookId: 1, quantity: 2 })
  return browser
}

const customer = { name: reader.name, cart: 'Cart, 2 items' }

onEachStorage('the header of an error page', (open, storage) => {
  for (const [status, requests] of Object.entries(refusals)) {
    it(`tells who is logged in and what is in the cart at ${status}`, async () => {
      const shop = await open()
      const browser = await shopWithCustomer(shop)
      const guest = shop.browser()
      await guest.submit('/cart/items', { bookId: 1 })
      for (const [path, init] of requests) {
        const page = await browser.request(path, init)
        assert.equal(page.status, Number(status))
        assertHeader(page, customer)
        assert.deepEqual(page.setCookies, [])
        if (path !== '/orders/99') {
          assertHeader(await guest.request(path, init), { name: null, cart: 'Cart, 1 item' })
        }
      }
    })
  }

  it('tells of nothing that was not saved', async () => {
    const shop = await open()
    const guest = shop.browser()
    await guest.submit('/cart/items', { bookId: 1 })
    const before = { name: null, cart: 'Cart, 1 item' }
    shop.savesFail = true
    const forms: [path: string, fields: Record<string, number>][] = [
      ['/cart/items', { bookId: 1, quantity: 3 }],
      ['/cart', { 'quantity-1': 3 }],
    ]
    for (const [path, fields] of forms) {
      const page = await guest.post(path, fields)
      assert.equal(page.status, 503)
      assertHeader(page, before)
    }
    assertHeader(await guest.get('/nothing'), before)
  })

  it('tells of the books that an account has got, though the session was not saved', async () => {
    const shop = await open()
    const browser = await shopWithCustomer(shop)
    shop.savesFail = true
    const page = await browser.post('/cart/items', { bookId: 1, quantity: 3 })
    assert.equal(page.status, 503)
    assertHeader(page, { ...customer, cart: 'Cart, 5 items' })
  })

  it('claims nothing while the sessions cannot be read, and keeps the flash for later', async () => {
    const shop = await open()
    const browser = await shopWithCustomer(shop)
    const answer = await browser.post('/cart/items', { bookId: 1 })
    shop.readsFail = true
    for (const path of ['/', '/cart']) {
      const page = await browser.get(path)
      assert.equal(page.status, 503)
      assertNoClaim(page)
    }
    assertNoClaim(await browser.request('/cart', { method: 'DELETE' }))
    shop.readsFail = false
    assertHeader(await browser.request('/cart', { method: 'DELETE' }), {
      ...customer,
      cart: 'Cart, 3 items',
    })
    assert.equal((await browser.follow(answer)).notices.length, 1)
  })

  it('claims nothing when the database fails', async () => {
    const shop = await open()
    const browser = await shopWithCustomer(shop)
    await closeDatabase(shop.db)
    const page = await browser.get('/cart')
    assert.equal(page.status, storage === 'database' ? 503 : 500)
    assertNoClaim(page)
  })
})

it('tells the truth while the database is locked, where the form is refused before the session', async () => {
  const shop = await openTestShop({ storage: 'fs' })
  const browser = await shopWithCustomer(shop)
  const lock = await lockFromAnotherProcess(shop.config.databaseUrl)
  const page = await browser.post('/account/password', { newPassword: 'x' })
  assert.equal(page.status, 503)
  assertHeader(page, customer)
  await lock.release()
})

it('tells who is logged in, and no number, where it is the cart that cannot be counted', async () => {
  const shop = await openTestShop()
  const browser = await shopWithCustomer(shop)
  sqliteOf(shop.db).exec('alter table books rename to gone')
  const page = await browser.get('/cart')
  assert.equal(page.status, 500)
  assertHeader(page, { name: reader.name, cart: 'Cart' })
})

it('tells that a login has ended where a request ended it and failed', async () => {
  let isBroken = false
  const shop = await openTestShop({
    passwords: {
      ...passwords,
      verify: (...args) =>
        isBroken ? Promise.reject(new Error('a test')) : passwords.verify(...args),
    },
  })
  const browser = await shopWithCustomer(shop)
  const elsewhere = browser.copy()
  isBroken = true
  const page = await browser.post('/login', { ...reader })
  assert.equal(page.status, 500)
  assertHeader(page, customer)
  await elsewhere.post('/logout')
  assertHeader(await browser.post('/login', { ...reader }), { name: null, cart: 'Cart, 0 items' })
})

it('claims nothing of whom a page of another site has sent, without the cookie', async () => {
  const shop = await openTestShop()
  await shopWithCustomer(shop)
  const foreign = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }
  for (const path of ['/cart/items', '/books']) {
    assertNoClaim(await shop.browser().request(path, { method: 'POST', headers: foreign }))
  }
})

it('claims nothing of a network that may begin no more sessions', async () => {
  const shop = await openTestShop()
  const browser = await shopWithCustomer(shop)
  const begin = () => shop.browser().post('/cart/items', { bookId: 1 })
  for (let batch = 0; batch < 10; batch++) {
    await Promise.all(Array.from({ length: 100 }, begin))
  }
  const page = await begin()
  assert.equal(page.status, 429)
  assertNoClaim(page)
  assertHeader(await browser.get('/nothing'), customer)
})

it('has no header at a wrong host, where no link would lead to the shop', async () => {
  const shop = await openTestShop()
  const page = await shop.browser().get('/', { Host: 'evil.example' })
  assert.equal(page.status, 421)
  assert.doesNotMatch(page.html, /<header|Cart|Log in/)
})
