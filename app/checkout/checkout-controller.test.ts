import assert from 'node:assert/strict'
import { it } from 'node:test'
import { retireBook, findBooksByIds, updateBook } from '../../db/books.ts'
import type { Database } from '../../db/database.ts'
import { listOrders } from '../../db/orders.ts'
import type { Book } from '../../db/schema-books.ts'
import { insertTestBook } from '../../db/testing.ts'
import { findUserByEmail, insertUser } from '../../db/users.ts'
import { admin, onEachStorage, openTestShop, reader } from '../testing/shop.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestPage } from '../testing/page.ts'
import { address } from './testing-address.ts'

const placedBefore = 'Your order has been placed. The form was sent twice, but it is one order.'

/** The form as a browser sends it, with what is hidden in it. */
function filled(form: TestPage): Record<string, string> {
  const [total, checkoutKey] = ['total', 'checkoutKey'].map((name) => form.field(name)!.value!)
  return { ...address, total: total!, checkoutKey: checkoutKey! }
}

async function fillCart(browser: TestBrowser, ...books: Book[]): Promise<void> {
  for (const { id } of books) await browser.submit('/cart/items', { bookId: id })
}

async function ordersOf(db: Database, { email }: { email: string }) {
  return await listOrders(db, (await findUserByEmail(db, email))!.id)
}

async function stockOf(db: Database, { id }: Book): Promise<number> {
  return (await findBooksByIds(db, [id]))[0]!.stock
}

onEachStorage('checkout', (open) => {
  it('leads to login and registration, and comes back with the cart', async () => {
    const shop = await open()
    const browser = shop.browser()
    await fillCart(browser, await insertTestBook(shop.db))
    const guests = await browser.get('/checkout')
    const [, href] = /href="(\/login\?returnTo=%2Fcheckout)"/.exec(guests.html)!
    assert.equal((await browser.get(href!)).field('returnTo')!.value, '/checkout')
    const checkout = await browser.submit('/login', { ...reader, returnTo: '/checkout' })
    assert.equal(checkout.heading, 'Check out')
    assert.equal(checkout.field('total')!.value, '1000')
    assert.equal(checkout.field('name')!.value, reader.name)

    const newcomer = shop.browser()
    await fillCart(newcomer, await insertTestBook(shop.db))
    const [link] = /\/register\?[^"]+/.exec((await newcomer.get('/checkout')).html)!
    const returnTo = (await newcomer.get(link)).field('returnTo')!.value!
    const account = { name: 'Nell', email: 'nell@example.com', password: 'a tree of many words' }
    const welcome = await newcomer.submit('/register', { ...account, returnTo })
    assert.deepEqual([welcome.heading, welcome.cart], ['Check out', 'Cart, 1 item'])
  })

  it('makes one order, takes the copies from the stock and empties the cart in the same response', async () => {
    const shop = await open()
    const book = await insertTestBook(shop.db, { title: 'Dunes', priceCents: 1250, stock: 5 })
    const browser = shop.browser()
    await browser.login(reader)
    await browser.submit('/cart/items', { bookId: book.id, quantity: 2 })

    const answer = await browser.post('/checkout', filled(await browser.get('/checkout')))
    assert.equal(answer.status, 303)
    assert.match(answer.location!, /^\/orders\/\d+$/)
    const order = await browser.follow(answer)
    assert.deepEqual(order.notices, ['Thank you. Your order has been placed.'])
    assert.equal(order.cart, 'Cart, 0 items')
    assert.match(order.text, /Dunes 2 copies at €12\.50 €25\.00 Delivery Free Total €25\.00/)
    assert.match(order.text, /Robin Reader 12 Window Seat 1100-148 Lisbon Portugal/)
    assert.deepEqual((await browser.get(answer.location!)).notices, [])
    assert.equal(await stockOf(shop.db, book), 3)
  })

  it('makes one order of 20 simultaneous posts of one form, and every response leads to it', async () => {
    const shop = await open()
    const book = await insertTestBook(shop.db, { stock: 30 })
    const browser = shop.browser()
    await browser.login(reader)
    await fillCart(browser, book)
    const form = filled(await browser.get('/checkout'))

    const posts = Array.from({ length: 20 }, () => browser.copy().post('/checkout', form))
    const answers = await Promise.all(posts)
    const [order, ...more] = await ordersOf(shop.db, reader)
    assert.deepEqual(more, [])
    for (const { status, location } of answers) {
      assert.equal(status, 303)
      assert.equal(location, `/orders/${order!.id}`)
    }
    assert.equal(await stockOf(shop.db, book), 29)
  })

  it('leaves a newly filled cart alone when an old form is sent again', async () => {
    const shop = await open()
    const [first, second] = [await insertTestBook(shop.db), await insertTestBook(shop.db)]
    const browser = shop.browser()
    await browser.login(reader)
    await fillCart(browser, first)
    const form = filled(await browser.get('/checkout'))
    const { location } = await browser.post('/checkout', form)
    await fillCart(browser, first, second)

    const again = await browser.post('/checkout', form)
    assert.equal(again.location, location)
    const order = await browser.follow(again)
    assert.deepEqual(order.notices, [placedBefore])
    assert.equal(order.cart, 'Cart, 2 items')
    assert.equal((await ordersOf(shop.db, reader)).length, 1)

    // The order comes before what is wrong in the fields: nothing is asked for again.
    assert.equal((await browser.post('/checkout', { ...form, city: '' })).location, location)
  })

  it('shows the old and the new total when it changed, and asks again', async () => {
    const shop = await open()
    const book = await insertTestBook(shop.db, { priceCents: 1000 })
    const browser = shop.browser()
    await browser.login(reader)
    await fillCart(browser, book)
    const form = filled(await browser.get('/checkout'))
    await updateBook(shop.db, book.id, { priceCents: 1500 })

    const wrongToo = await browser.post('/checkout', { ...form, city: '' })
    assert.match(wrongToo.alerts.join(), /It was €10\.00 and is €15\.00 now/)
    const changed = await browser.post('/checkout', form)
    assert.equal(changed.status, 422)
    assert.match(changed.alerts.join(), /It was €10\.00 and is €15\.00 now/)
    assert.equal(changed.field('address')!.value, address.address)
    assert.match(changed.alerts.join(), /A Book: €10\.00 before, €15\.00 now/)
    assert.deepEqual(await ordersOf(shop.db, reader), [])

    await browser.submit('/checkout', filled(changed))
    assert.equal((await ordersOf(shop.db, reader))[0]!.totalCents, 1500)
  })

  it('orders no more than there is left, and asks again first', async () => {
    const shop = await open()
    const book = await insertTestBook(shop.db, { priceCents: 1000, stock: 3 })
    const browser = shop.browser()
    await browser.login(reader)
    await browser.submit('/cart/items', { bookId: book.id, quantity: 3 })
    const form = filled(await browser.get('/checkout'))
    await updateBook(shop.db, book.id, { stock: 1 })

    const changed = await browser.post('/checkout', form)
    assert.equal(changed.status, 422)
    assert.match(changed.alerts.join(), /It was €30\.00 and is €10\.00 now/)
    assert.match(changed.alerts.join(), /A Book: 3 copies before, 1 now/)
    await browser.submit('/checkout', filled(changed))
    assert.equal((await ordersOf(shop.db, reader))[0]!.bookCount, 1)
    assert.equal(await stockOf(shop.db, book), 0)
  })

  it('leads back to the cart when everything was sold or retired meanwhile', async () => {
    const shop = await open()
    const [sold, retired] = [await insertTestBook(shop.db), await insertTestBook(shop.db)]
    const browser = shop.browser()
    await browser.login(reader)
    await fillCart(browser, sold, retired)
    const form = filled(await browser.get('/checkout'))
    await updateBook(shop.db, sold.id, { stock: 0 })
    await retireBook(shop.db, retired.id, new Date())

    const answer = await browser.post('/checkout', form)
    assert.equal(answer.location, '/cart')
    const cart = await browser.follow(answer)
    assert.match(cart.alerts.join(), /sold in the meantime/)
    assert.equal(cart.cart, 'Cart, 0 items')
    assert.equal((await browser.get('/checkout')).location, '/cart')
    assert.deepEqual(await ordersOf(shop.db, reader), [])
  })

  it('keeps what was typed when a field is wrong, with the message at the field', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    await fillCart(browser, await insertTestBook(shop.db))
    const form = filled(await browser.get('/checkout'))

    const page = await browser.post('/checkout', { ...form, city: '  ', postcode: 'x'.repeat(21) })
    assert.equal(page.status, 422)
    assert.deepEqual(page.field('city')!.errors, ['Enter the town or city.'])
    assert.match(page.field('postcode')!.errors.join(), /^Use at most 20 .* for the postcode\.$/)
    assert.deepEqual(page.field('country')!.errors, [])
    assert.equal(page.field('country')!.value, 'Portugal')
    assert.equal(page.field('checkoutKey')!.value, form['checkoutKey'])
    assert.deepEqual(await ordersOf(shop.db, reader), [])
    assert.equal(page.cart, 'Cart, 1 item')
  })

  it('orders nothing by a damaged form or with an empty cart', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const empty = await browser.follow(await browser.get('/checkout'))
    assert.deepEqual(empty.alerts, ['There is nothing in your cart to check out.'])

    await fillCart(browser, await insertTestBook(shop.db))
    const form = filled(await browser.get('/checkout'))
    for (const damage of [
      ...['', '-1', '1e3', '0x3e8', ' 1000', '１０００', 'NaN', '9'.repeat(13)].map((total) => ({
        total,
      })),
      ...['', 'x', `0${form['checkoutKey']}`, `${form['checkoutKey']}-0`].map((checkoutKey) => ({
        checkoutKey,
      })),
    ]) {
      const answer = await browser.post('/checkout', { ...form, ...damage })
      assert.equal(answer.location, '/cart', JSON.stringify(damage))
    }
    assert.equal((await browser.post('/checkout', address)).location, '/cart')
    assert.deepEqual(await ordersOf(shop.db, reader), [])
  })

  it('tells what the cart holds now where it is not what the form showed, also for the same money', async () => {
    const shop = await open()
    const [one, other, more] = await Array.fromAsync(['One', 'Other', 'More'], (title) =>
      insertTestBook(shop.db, { title, priceCents: 1000 }),
    )
    const browser = shop.browser()
    await browser.login(reader)
    await browser.submit('/cart/items', { bookId: one!.id, quantity: 2 })
    const form = filled(await browser.get('/checkout'))
    await browser.submit(`/cart/items/${one!.id}/remove`)
    await fillCart(browser, other!, more!)

    const changed = await browser.post('/checkout', form)
    assert.equal(changed.status, 422)
    const told = changed.alerts.join()
    assert.match(told, /Your order has changed One is no longer in it\./)
    assert.match(told, /More is new\. Other is new\. Nothing was ordered yet\./)
    assert.equal(changed.field('address')!.value, address.address)
    assert.deepEqual(await ordersOf(shop.db, reader), [])

    const order = await browser.submit('/checkout', filled(changed))
    assert.match(order.text, /More 1 copy at €10\.00 €10\.00 Other 1 copy/)
    assert.equal((await ordersOf(shop.db, reader)).length, 1)
  })

  it('orders nothing by a form that was opened by somebody else, and shows nothing of it', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    await fillCart(browser, await insertTestBook(shop.db))
    const page = await browser.get('/checkout')
    const madeFor = page.field('madeFor')!.value!
    const form = { ...filled(page), name: 'Rosa Reader', city: '' }
    await browser.login(admin)
    await fillCart(browser, await insertTestBook(shop.db))

    for (const fields of [form, { ...form, city: 'Lisbon' }]) {
      for (const [sent, told] of [
        [{ madeFor, ...fields }, /opened while somebody else was logged in/],
        [fields, /That form was opened on an earlier visit/],
      ] as const) {
        const next = await browser.submit('/checkout', sent)
        assert.match(next.alerts.join(), told)
        assert.doesNotMatch(next.html, /Rosa|Window Seat/)
      }
    }
    for (const user of [reader, admin]) assert.deepEqual(await ordersOf(shop.db, user), [])
  })
})

it('sells the last copy to one of 50 who order it at once', async () => {
  const shop = await openTestShop({ storage: 'fs' })
  const book = await insertTestBook(shop.db, { stock: 1 })
  const { passwordHash } = (await findUserByEmail(shop.db, reader.email))!
  const buyers = await Array.fromAsync({ length: 50 }, async (_, n) => {
    const email = `buyer${n}@example.com`
    await insertUser(shop.db, { name: `Buyer ${n}`, email, passwordHash, now: new Date() })
    return { email, browser: shop.browser({ address: `198.51.${n}.1` }) }
  })
  const forms = await Promise.all(
    buyers.map(async ({ email, browser }) => {
      await browser.login({ email, password: reader.password })
      await fillCart(browser, book)
      return filled(await browser.get('/checkout'))
    }),
  )

  const answers = await Promise.all(
    buyers.map(({ browser }, n) => browser.post('/checkout', forms[n])),
  )
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [303])
  const winners = answers.filter(({ location }) => location!.startsWith('/orders/'))
  assert.equal(winners.length, 1)
  assert.equal(answers.filter(({ location }) => location === '/cart').length, 49)
  const orders = await Array.fromAsync(buyers, (buyer) => ordersOf(shop.db, buyer))
  assert.equal(orders.flat().length, 1)
  assert.equal(await stockOf(shop.db, book), 0)
})
