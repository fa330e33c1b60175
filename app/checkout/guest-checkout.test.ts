import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findBooksByIds, retireBook, updateBook } from '../../db/books.ts'
import { insertTestBook, rowsOf } from '../../db/testing.ts'
import { admin, onEachStorage, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestPage } from '../testing/page.ts'
import { address } from './testing-address.ts'

const guest = { email: 'Robin@Example.com', ...address }

const days = 24 * 60 * 60

function filled(form: TestPage): Record<string, string> {
  const [total, checkoutKey] = ['total', 'checkoutKey'].map((name) => form.field(name)!.value!)
  return { ...guest, total: total!, checkoutKey: checkoutKey! }
}

async function openCheckout(shop: TestShop, { quantity = 2, stock = 9 } = {}) {
  const book = await insertTestBook(shop.db, { title: 'Dunes', priceCents: 1000, stock })
  const browser = shop.browser()
  await browser.submit('/cart/items', { bookId: book.id, quantity })
  return { book, browser, form: filled(await browser.get('/checkout')) }
}

async function order(shop: TestShop) {
  const opened = await openCheckout(shop)
  const { location } = await opened.browser.post('/checkout', opened.form)
  return { ...opened, link: location! }
}

async function stockOf({ db }: TestShop, { id }: { id: number }): Promise<number> {
  return (await findBooksByIds(db, [id]))[0]!.stock
}

async function countOrders({ db }: TestShop): Promise<number> {
  return (await rowsOf(db, 'select id from orders')).length
}

/** The form of the checkout again, as it was filled in. */
function assertKept(page: TestPage, email: string): void {
  assert.equal(page.heading, 'Check out')
  for (const [name, value] of Object.entries({ ...guest, email })) {
    assert.equal(page.field(name)!.value, value)
  }
}

/** As the page of the order has the form, or without it. */
async function keep(browser: TestBrowser, link: string): Promise<TestPage> {
  const madeFor = (await browser.get(link)).field('madeFor')?.value
  return browser.post(`${link}/keep`, madeFor === undefined ? {} : { madeFor })
}

async function register(shop: TestShop, email: string): Promise<TestBrowser> {
  const browser = shop.browser()
  const password = 'a password of visitors'
  const page = await browser.submit('/register', { name: 'Robin', email, password })
  assert.ok(page.signedIn)
  return browser
}

onEachStorage('a guest', (open) => {
  it('orders with an address and without an account, and finds the order by a link in a mail', async () => {
    const shop = await open()
    const { book, browser, form } = await openCheckout(shop)
    const page = await browser.get('/checkout')
    assert.match(page.html, /href="\/login\?returnTo=%2Fcheckout"/)
    const answer = await browser.post('/checkout', form)
    assert.equal(answer.status, 303)
    assert.match(answer.location!, /^\/orders\/guest\/[\w-]{43}$/)
    const shown = await browser.follow(answer)
    assert.deepEqual(shown.notices, ['Thank you. Your order has been placed.'])
    assert.equal(shown.cart, 'Cart, 0 items')
    assert.match(shown.text, /Dunes 2 copies at €10\.00 €20\.00 Delivery Free Total €20\.00/)
    assert.match(shown.text, /Robin Reader 12 Window Seat 1100-148 Lisbon Portugal/)
    assert.equal(await stockOf(shop, book), 7)

    const [mail, ...more] = await shop.mails()
    assert.deepEqual(more, [])
    assert.equal(mail!.to, 'robin@example.com')
    const link = new RegExp(`${shop.config.publicOrigin}(/orders/guest/\\S+)`).exec(mail!.text)![1]!
    assert.equal(link, answer.location)
    assert.match(mail!.text, /2 × Dunes/)
    for (const typed of Object.values(guest)) {
      assert.ok(!`${mail!.subject} ${mail!.text}`.includes(typed), `${typed} is not repeated`)
    }
    assert.equal((await shop.browser().get(link)).heading, shown.heading)
  })

  it('is led from the order to no book that was retired', async () => {
    const shop = await open()
    const { book, browser, link } = await order(shop)
    const page = `href="/books/${book.slug}"`
    assert.ok((await browser.get(link)).html.includes(page))
    await retireBook(shop.db, book.id, new Date())
    const { html, text } = await browser.get(link)
    assert.ok(!html.includes(page))
    assert.match(text, /Dunes 2 copies/)
  })

  it('has an order whose link neither log nor other sites nor search engines nor caches learn', async () => {
    const shop = await open()
    const { browser, link } = await order(shop)
    const page = await browser.get(link)
    assert.equal(page.headers.get('Referrer-Policy'), 'same-origin')
    assert.match(page.headers.get('Cache-Control')!, /no-store/)
    assert.match(page.html, /<meta name="robots" content="noindex" \/>/)
    await keep(browser, link)
    await browser.get(`${link}/`)
    const token = link.split('/').at(-1)!
    assert.ok(!JSON.stringify(shop.log).includes(token))
    assert.ok(shop.log.some((entry) => 'path' in entry && entry.path === '/orders/guest/***'))
    const rows = JSON.stringify([
      await rowsOf(shop.db, 'select * from orders'),
      await rowsOf(shop.db, 'select * from mails'),
    ])
    assert.ok(!rows.includes(token))
  })

  it('gets the same order by the same form, whatever became of the first answer', async () => {
    const shop = await open()
    const { book, browser, form } = await openCheckout(shop)
    const lost = await browser.copy().post('/checkout', form)
    assert.equal((await browser.get('/cart')).cart, 'Cart, 0 items')
    assert.equal((await browser.get('/checkout')).location, '/cart')
    for (const again of [form, { ...form, city: '' }]) {
      const page = await browser.post('/checkout', again)
      assert.equal(page.location, lost.location)
      assert.match((await browser.follow(page)).notices.join(), /sent twice, but it is one order/)
    }

    await browser.submit('/cart/items', { bookId: book.id })
    assert.equal((await browser.post('/checkout', form)).location, lost.location)
    assert.equal((await browser.get('/')).cart, 'Cart, 1 item')
    const next = await browser.post('/checkout', filled(await browser.get('/checkout')))
    assert.notEqual(next.location, lost.location)
    await browser.submit('/cart/items', { bookId: book.id })
    assert.equal((await browser.post('/checkout', form)).location, lost.location)
    assert.equal(await countOrders(shop), 2)
    assert.equal(await stockOf(shop, book), 6)
    assert.equal((await shop.mails()).length, 2)
  })

  it('gets the same order where the session could not be saved', async () => {
    const shop = await open()
    const { browser, form } = await openCheckout(shop)
    shop.savesFail = true
    assert.equal((await browser.post('/checkout', form)).status, 503)
    shop.savesFail = false
    assert.equal((await browser.get('/')).cart, 'Cart, 0 items')
    assert.match((await browser.post('/checkout', form)).location!, /^\/orders\/guest\//)
    assert.equal(await countOrders(shop), 1)
  })

  it('makes one order of simultaneous posts of one form and of another tab’s', async () => {
    const shop = await open()
    const { book, browser, form } = await openCheckout(shop)
    const otherTab = filled(await browser.get('/checkout'))
    const forms = [...Array.from({ length: 6 }, () => form), otherTab]
    const answers = await Promise.all(forms.map((form) => browser.copy().post('/checkout', form)))
    assert.equal(await countOrders(shop), 1)
    assert.equal(await stockOf(shop, book), 7)
    const links = answers.map(({ location }) => location!).filter((path) => path !== '/cart')
    assert.equal(new Set(links).size, 1)
  })

  it('has every copy of the cart emptied, also an old cookie, and what is added later stays', async () => {
    const shop = await open()
    const { browser, form } = await openCheckout(shop)
    const tides = await insertTestBook(shop.db, { title: 'Tides' })
    const old = browser.copy()
    await browser.post('/checkout', form)
    for (const each of [old, browser]) {
      assert.equal((await each.get('/')).cart, 'Cart, 0 items')
    }
    await old.submit('/cart/items', { bookId: tides.id })
    assert.equal((await old.get('/cart')).cart, 'Cart, 1 item')
  })

  it('is told what is wrong, what has changed and what is sold, and orders nothing by that', async () => {
    const shop = await open()
    const { book, browser, form } = await openCheckout(shop)
    const wrong = await browser.post('/checkout', { ...form, email: 'robin@', city: ' ' })
    assert.equal(wrong.status, 422)
    assert.equal(wrong.field('email')!.errors[0], 'That does not look like an e-mail address.')
    assert.deepEqual(wrong.field('city')!.errors, ['Enter the town or city.'])
    assert.equal(wrong.field('name')!.value, guest.name)

    await updateBook(shop.db, book.id, { priceCents: 1500, stock: 1 })
    const changed = await browser.post('/checkout', form)
    assert.equal(changed.status, 422)
    assert.match(changed.alerts.join(), /It was €20\.00 and is €15\.00 now/)
    assert.equal(changed.field('email')!.value, guest.email)
    const agreed = filled(changed)

    await updateBook(shop.db, book.id, { stock: 0 })
    assert.equal((await browser.post('/checkout', agreed)).location, '/cart')
    assert.equal(await countOrders(shop), 0)
    assert.deepEqual(await shop.mails(), [])
    await updateBook(shop.db, book.id, { stock: 1 })
    assert.match((await browser.post('/checkout', agreed)).location!, /^\/orders\/guest\//)
  })

  it('without a cart is led to the empty one, and told where that of an account is', async () => {
    const shop = await open()
    const browser = shop.browser()
    const answer = await browser.get('/checkout')
    assert.equal(answer.location, '/cart?nothing-to-buy')
    assert.equal(browser.cookieHeader, '', 'as for whoever only looks')
    const cart = await browser.follow(answer)
    assert.match(cart.alerts.join(), /^There is nothing in your cart to check out\. .* log in \.$/)
    assert.ok(cart.html.includes('<a href="/login?returnTo=%2Fcart">log in</a>'))
  })

  for (const way of ['logs in', 'registers']) {
    it(`who ${way} after the answer was lost is led to the order by the form, and nobody else`, async () => {
      const shop = await open()
      const { book, browser, form } = await openCheckout(shop)
      const lost = await browser.copy().post('/checkout', form)
      const signedIn =
        way === 'logs in'
          ? await browser.login(reader)
          : await browser.submit('/register', {
              name: 'Robin',
              email: guest.email,
              password: 'a password of visitors',
            })
      assert.ok(signedIn.signedIn)
      await browser.submit('/cart/items', { bookId: book.id })
      const again = await browser.post('/checkout', form)
      assert.equal(again.location, lost.location)
      const page = await browser.follow(again)
      assert.match(page.notices.join(), /sent twice, but it is one order/)
      assert.match(page.text, /Dunes 2 copies/)
      const kept = await keep(browser, again.location!)
      const afterwards = await browser.follow(await browser.post('/checkout', form))
      assert.equal(afterwards.location, kept.location)

      await browser.login(admin)
      const strange = await browser.post('/checkout', form)
      assert.equal(strange.location, '/cart')
      assert.doesNotMatch((await browser.follow(strange)).html, /Dunes|Window Seat/)
      assert.equal(await countOrders(shop), 1)
    })
  }

  it('orders nothing by the form of another browser, and sees nothing of what that one ordered', async () => {
    const shop = await open()
    const { form } = await order(shop)
    const { browser } = await openCheckout(shop)
    for (const each of [browser, shop.browser()]) {
      const answer = await each.post('/checkout', form)
      assert.equal(answer.location, '/cart')
      assert.match(
        (await each.follow(answer)).alerts.join(),
        /That form was opened on an earlier visit/,
      )
    }
    assert.equal(await countOrders(shop), 1)
  })

  it('is not led to the order of another one by the id of its form', async () => {
    const shop = await open()
    const { form, link } = await order(shop)
    const { browser, form: own } = await openCheckout(shop)
    const checkoutKey = form.checkoutKey!.slice(0, 36) + own.checkoutKey!.slice(36)
    const { location } = await browser.post('/checkout', { ...own, checkoutKey })
    assert.match(location!, /^\/orders\/guest\//)
    assert.notEqual(location, link)
    assert.equal(await countOrders(shop), 2)
  })
})

onEachStorage('the order of a guest', (open) => {
  it('is kept in the account of who has its link and is logged in, once', async () => {
    const shop = await open()
    const { browser, link } = await order(shop)
    const asked = await keep(browser, link)
    assert.match(asked.location!, /^\/login\?returnTo=%2Forders%2Fguest%2F[\w-]{43}&form=again$/)

    const customer = shop.browser()
    const page = await customer.submit('/login', { ...reader, returnTo: link })
    assert.match(page.html, /Keep it in your account/)
    const other = shop.browser()
    await other.login(admin)
    const kept = await keep(customer, link)
    assert.match(kept.location!, /^\/orders\/\d+$/)
    const shown = await customer.follow(kept)
    assert.deepEqual(shown.notices, ['The order is kept in your account now.'])
    assert.match(shown.text, /Dunes 2 copies/)
    assert.match((await customer.get('/orders')).html, new RegExp(`"${kept.location}"`))
    assert.equal((await customer.get(link)).location, kept.location)
    assert.equal((await keep(customer, link)).location, kept.location)

    for (const each of [other, browser, shop.browser()]) {
      const gone = await each.get(link)
      assert.equal(gone.status, 404)
      assert.doesNotMatch(gone.html, /Dunes|Window Seat/)
    }
    assert.equal((await other.post(`${link}/keep`)).status, 404)
    assert.equal((await other.get(kept.location!)).status, 404)
  })

  it('is not claimed by who registers its address, and not by its number', async () => {
    const shop = await open()
    const { link, browser } = await order(shop)
    const stranger = await register(shop, guest.email)
    assert.match((await stranger.get('/orders')).text, /No orders yet/)
    const [{ id }] = (await rowsOf(shop.db, 'select id from orders')) as [{ id: number }]
    assert.equal((await stranger.get(`/orders/${id}`)).status, 404)
    for (const token of [String(id), 'x'.repeat(43), `${link.split('/').at(-1)}x`]) {
      assert.equal((await stranger.get(`/orders/guest/${token}`)).status, 404)
      assert.equal((await stranger.post(`/orders/guest/${token}/keep`)).status, 404)
    }
    assert.equal((await browser.get(link)).status, 200)
  })

  it('is no longer opened or kept by a link that is too old', async () => {
    const shop = await open()
    const { link } = await order(shop)
    shop.pass(89 * days)
    assert.equal((await shop.browser().get(link)).status, 200)
    shop.pass(2 * days)
    const customer = shop.browser()
    await customer.login(reader)
    assert.equal((await customer.get(link)).status, 404)
    assert.equal((await customer.post(`${link}/keep`)).status, 404)
  })

  it('is one of a limited number from one network and to one address', async () => {
    const shop = await open()
    const book = await insertTestBook(shop.db, { stock: 99 })
    async function orderAs(browser: TestBrowser, email: string): Promise<TestPage> {
      await browser.submit('/cart/items', { bookId: book.id })
      const form = filled(await browser.get('/checkout'))
      // What is no order is not counted.
      await browser.post('/checkout', { ...form, total: '1', email })
      const answer = await browser.post('/checkout', { ...form, email })
      assert.equal((await browser.post('/checkout', { ...form, email })).status, answer.status)
      return answer
    }
    const browser = shop.browser({ address: '198.51.100.1' })
    for (let count = 0; count < 10; count++) {
      assert.equal((await orderAs(browser, 'one@example.com')).status, 303, `${count}`)
    }
    const elsewhere = shop.browser({ address: '198.51.101.1' })
    const refused = await orderAs(elsewhere, 'ONE@example.com')
    assert.equal(refused.status, 429)
    assert.ok(Number(refused.headers.get('Retry-After')) > 0)
    assertKept(refused, 'ONE@example.com')
    assert.match(
      refused.field('email')!.errors[0]!,
      /^Ten orders .* to this address, .* try again in 24 hours, or use an account, which has no such limit\.$/,
    )
    for (let count = 0; count < 20; count++) {
      assert.equal((await orderAs(browser, `n${count}@example.com`)).status, 303, `${count}`)
    }
    const last = await orderAs(browser, 'last@example.com')
    assert.equal(last.status, 429)
    assert.match(last.text, /from your network/)
    assert.equal((await shop.mails()).length, 30)
    const customer = shop.browser({ address: '198.51.100.1' })
    await customer.login(reader)
    for (let count = 0; count < 11; count++) {
      assert.match((await orderAs(customer, '')).location!, /^\/orders\/\d+$/)
    }
  })
})
