import assert from 'node:assert/strict'
import { it } from 'node:test'
import { closeDatabase } from '../db/connect.ts'
import { insertTestBook } from '../db/testing.ts'
import { admin, onEachStorage, openTestShop, reader } from './testing/shop.ts'

const form = 'application/x-www-form-urlencoded'

const production = { production: true, publicOrigin: 'https://shop.example' }

const pages = [
  '/',
  '/books',
  '/books/zz',
  '/covers/zz.svg',
  '/cart',
  '/register',
  '/login',
  '/checkout',
  '/orders',
  '/account',
  '/reset-password',
  '/reset-password/token',
  '/admin/books',
  '/admin/books/new',
  '/admin/books/1',
  '/healthz',
  '/styles.css',
]

it('sends the security headers on every kind of response', async () => {
  const shop = await openTestShop(production)
  const browser = shop.browser()
  const foreign = { method: 'POST', headers: { Origin: 'https://evil.example' } }
  const huge = { method: 'POST', body: new URLSearchParams({ email: 'x'.repeat(70_000) }) }
  const answers = {
    page: await browser.get('/'),
    redirect: await browser.post('/cart/items', { bookId: 1 }),
    file: await browser.get('/styles.css'),
    json: await browser.get('/healthz'),
    'wrong form': await browser.post('/register'),
    'wrong host': await browser.get('/', { Host: 'evil.example' }),
    'not found': await browser.get('/nothing'),
    'wrong method': await browser.request('/cart', { method: 'DELETE' }),
    foreign: await browser.request('/logout', foreign),
    'too large': await browser.request('/login', huge),
    'unknown method': await browser.request('/', { method: 'PROPFIND' }),
    options: await browser.request('/', { method: 'OPTIONS' }),
    head: await browser.request('/', { method: 'HEAD' }),
  }
  await closeDatabase(shop.db)
  const fault = await browser.get('/books')

  const statuses = Object.values(answers).map(({ status }) => status)
  assert.deepEqual(statuses, [200, 303, 200, 200, 422, 421, 404, 405, 403, 413, 501, 204, 200])
  assert.equal(fault.status, 500)
  for (const [kind, { headers }] of Object.entries({ ...answers, fault })) {
    const policy = headers.get('Content-Security-Policy') ?? ''
    assert.match(policy, /default-src 'none'.*frame-ancestors 'none'.*base-uri 'none'/, kind)
    assert.doesNotMatch(policy, /unsafe|\*|data:/, kind)
    assert.equal(headers.get('X-Content-Type-Options'), 'nosniff', kind)
    assert.equal(headers.get('Cross-Origin-Opener-Policy'), 'same-origin', kind)
    assert.equal(headers.get('Cross-Origin-Resource-Policy'), 'same-origin', kind)
    assert.ok(headers.has('Referrer-Policy'), kind)
    assert.ok(headers.has('Permissions-Policy'), kind)
    assert.match(headers.get('Strict-Transport-Security') ?? '', /max-age=31536000/, kind)
    assert.match(headers.get('X-Request-Id') ?? '', /^[0-9a-f-]{36}$/, kind)
  }
})

it('shows nothing of the inside when something breaks, and logs it under the id of the request', async () => {
  const shop = await openTestShop(production)
  await closeDatabase(shop.db)
  const page = await shop.browser().get('/books?q=private')
  assert.equal(page.status, 500)
  assert.doesNotMatch(page.html, /database|sqlite|at .*\.ts/i)
  const entry = shop.log.find(({ event }) => event === 'error')!
  assert.equal(entry['requestId'], page.headers.get('X-Request-Id'))
  const request = shop.log.findLast(({ event }) => event === 'request')!
  assert.equal(request['path'], '/books')
})

onEachStorage('every response that depends on the session', (open) => {
  it('stays out of shared caches', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(admin)
    for (const path of ['/', '/books', '/cart', '/account', '/admin/books', '/nothing', '/login']) {
      const { headers } = await browser.get(path)
      assert.equal(headers.get('Cache-Control'), 'private, no-store', path)
      assert.match(headers.get('Vary') ?? '', /\bCookie\b/, path)
    }
    const { headers } = await browser.post('/cart/items', { bookId: 1 })
    assert.equal(headers.get('Cache-Control'), 'private, no-store')
  })

  it('answers HEAD as GET, without the body', async () => {
    const shop = await open()
    await insertTestBook(shop.db, { title: 'Zz' })
    const browser = shop.browser()
    await browser.login(admin)
    await browser.get('/')
    for (const path of [...pages, '/outbox', '/session']) {
      const get = await browser.get(path)
      const head = await browser.request(path, { method: 'HEAD' })
      assert.equal(head.status, get.status, path)
      assert.equal(head.html, '', path)
      for (const name of ['Content-Type', 'Location', 'Cache-Control']) {
        assert.equal(head.headers.get(name), get.headers.get(name), `${name} of ${path}`)
      }
    }
  })
})

it('answers a wrong method on a known path with 405, Allow and a page of the shop', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  for (const [path, allow] of Object.entries({
    '/': 'GET, HEAD, OPTIONS',
    '/login': 'GET, HEAD, OPTIONS, POST',
    '/checkout': 'GET, HEAD, OPTIONS, POST',
    '/covers/zz.svg': 'GET, HEAD, OPTIONS',
    '/logout': 'OPTIONS, POST',
    '/cart/items': 'OPTIONS, POST',
    '/cart/items/1/remove': 'OPTIONS, POST',
    '/account/password': 'GET, HEAD, OPTIONS, POST',
    '/account/logins/others/remove': 'OPTIONS, POST',
    '/admin/books/1/retire': 'GET, HEAD, OPTIONS, POST',
    '/admin/books/1/restore': 'OPTIONS, POST',
  })) {
    const wrong = allow.includes('GET') ? 'DELETE' : 'GET'
    const page = await browser.request(path, { method: wrong })
    assert.equal(page.status, 405, path)
    assert.equal(page.headers.get('Allow'), allow, path)
    assert.equal(page.heading, 'That does not work here')
    assert.deepEqual(page.setCookies, [])
  }
  assert.equal((await browser.post('/orders/1')).status, 405)
  assert.equal((await browser.post('/nothing')).status, 404)
})

it('hides the pages for development in production', async () => {
  const shop = await openTestShop(production)
  const browser = shop.browser()
  const demo = await browser.get('/login')
  assert.doesNotMatch(demo.html, /demo-password/)
  for (const path of ['/outbox', '/session']) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      assert.equal((await browser.request(path, { method })).status, 404, `${method} ${path}`)
    }
  }
  assert.doesNotMatch((await browser.get('/reset-password?sent')).html, /outbox/)
})

it('refuses forms that come from another site, logging in and out included, and changes nothing', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(reader)
  const before = shop.databaseWrites()
  const origin = 'http://localhost:44100'
  const foreign: Record<string, string>[] = [
    { 'Sec-Fetch-Site': 'cross-site', Origin: origin },
    { 'Sec-Fetch-Site': 'same-site', Origin: origin },
    { Origin: 'null' },
    { Origin: 'http://localhost' },
    { Origin: 'http://localhost:44101' },
    { Origin: 'https://localhost:44100' },
    { Origin: 'http://localhost:44100.evil.example' },
    { Origin: 'http://evil.example' },
  ]
  for (const headers of foreign) {
    for (const path of ['/login', '/logout', '/cart/items', '/account/logins/others/remove']) {
      const body = new URLSearchParams({ bookId: '1', ...reader })
      const page = await browser.request(path, { method: 'POST', headers, body })
      assert.equal(page.status, 403, `${JSON.stringify(headers)} ${path}`)
      assert.equal(page.heading, 'Not from there')
      assert.deepEqual(page.setCookies, [])
    }
  }
  const huge = new URLSearchParams({ email: 'x'.repeat(70_000) })
  const unread = { method: 'POST', headers: foreign[0]!, body: huge }
  assert.equal((await browser.request('/login', unread)).status, 403, 'before it is read')
  assert.equal(shop.databaseWrites(), before)
  const page = await browser.get('/')
  assert.equal(page.signedIn, true)
  assert.equal(page.cart, 'Cart, 0 items')
})

it('answers only at its own address', async () => {
  const shop = await openTestShop(production)
  for (const Host of ['evil.example', 'shop.example.evil.example', 'shop.example:8080']) {
    const page = await shop.browser().get('/', { Host })
    assert.equal(page.status, 421, Host)
    assert.doesNotMatch(page.html, /evil/)
  }
  const upper = await shop.browser().get('/', { Host: 'SHOP.example:443' })
  assert.equal(upper.status, 200)
})

it('tells how it is opened at another address, in development alone', async () => {
  const Host = 'forwarded.example:8080'
  const hint = 'PUBLIC_URL=http://forwarded.example:8080 npm start'
  const [here, shop] = [await openTestShop(), await openTestShop(production)]
  assert.ok((await here.browser().get('/', { Host })).text.includes(hint))
  assert.ok(!(await shop.browser().get('/', { Host })).text.includes(hint))
})

it('refuses another host before it looks for a file, a page, a method or a sender', async () => {
  const shop = await openTestShop(production)
  const Host = 'evil.example'
  for (const path of ['/styles.css', '/covers/zz.svg', '/nothing']) {
    assert.equal((await shop.browser().get(path, { Host })).status, 421, path)
  }
  for (const method of ['POST', 'DELETE', 'OPTIONS', 'PROPFIND']) {
    const headers = { Host, Origin: 'https://evil.example' }
    const { status } = await shop.browser().request('/login', { method, headers })
    assert.equal(status, 421, method)
  }
})

it('believes as many proxies as TRUST_PROXY says', async () => {
  const shop = await openTestShop(production)
  const headers = { Host: '10.0.0.7:44100', 'X-Forwarded-Host': 'evil.example, shop.example' }
  assert.equal((await shop.browser().get('/', headers)).status, 421)
  await shop.restart({ trustProxy: 1 })
  assert.equal((await shop.browser().get('/', headers)).status, 200)
  await shop.restart({ trustProxy: 2 })
  assert.equal((await shop.browser().get('/', headers)).status, 421)
})

it('believes no forwarding header without a trusted proxy', async () => {
  const shop = await openTestShop()
  const headers = { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' }
  const page = await shop.browser().get('/orders', headers)
  assert.equal(page.location, '/login?returnTo=%2Forders')
  assert.equal(page.headers.has('Strict-Transport-Security'), false)
})

it('meets the session as it is when a slow form has arrived', async () => {
  const shop = await openTestShop({ storage: 'memory' })
  const browser = shop.browser()
  await browser.submit('/cart/items', { bookId: 1, quantity: 3 })
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const init = { method: 'POST', headers: { 'Content-Type': form }, body: readable, duplex: 'half' }
  const answer = browser.request('/cart/items', init as RequestInit)
  await writer.write(Buffer.from('bookId=2&quan'))

  await browser.copy().post('/logout')
  await writer.write(Buffer.from('tity=5'))
  await writer.close()
  await answer
  assert.equal((await browser.get('/cart')).cart, 'Cart, 5 items')
})

it('changes nothing for bodies that are too large, of another type, or damaged', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.submit('/cart/items', { bookId: 1 })
  const send = (body: string | FormData, type?: string) =>
    browser.request('/cart/items', {
      method: 'POST',
      body,
      headers: type === undefined ? {} : { 'Content-Type': type },
    })
  const file = new FormData()
  file.set('bookId', new File(['2'], 'book.txt'))
  assert.equal((await send(`bookId=2&x=${'x'.repeat(66_000)}`, form)).status, 413)
  assert.equal((await send('bookId=2&'.repeat(5000), form)).status, 413)
  assert.equal((await send(file)).status, 413)
  assert.equal((await send('{"bookId":2}', 'application/json')).status, 415)
  assert.equal((await send('--x', 'multipart/form-data; boundary=x')).status, 400)
  assert.equal((await browser.get('/cart')).cart, 'Cart, 1 item')
})
