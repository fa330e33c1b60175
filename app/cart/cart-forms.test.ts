import assert from 'node:assert/strict'
import { it } from 'node:test'
import { updateBook } from '../../db/books.ts'
import { insertTestBook, rowsOf } from '../../db/testing.ts'
import { onEachStorage, openTestShop, reader } from '../testing/shop.ts'
import { queriesOf } from '../testing/queries.ts'
import type { TestBrowser } from '../testing/browser.ts'

const visitors: Record<string, (browser: TestBrowser) => Promise<unknown>> = {
  'a guest': (browser) => browser.get('/'),
  'a customer': (browser) => browser.login(reader),
}

onEachStorage('a form of the cart', (open) => {
  for (const [visitor, enter] of Object.entries(visitors)) {
    async function openAs() {
      const shop = await open()
      const one = await insertTestBook(shop.db, { title: 'One', priceCents: 1000, stock: 9 })
      const two = await insertTestBook(shop.db, { title: 'Two', priceCents: 1000, stock: 9 })
      const browser = shop.browser()
      await enter(browser)
      return { shop, one, two, browser }
    }

    it(`of ${visitor} adds once when it is sent twice, and again from the next page`, async () => {
      const { one, two, browser } = await openAs()
      for (const copies of [1, 2]) {
        const formKey = (await browser.get(`/books/${one.slug}`)).field('formKey')!.value!
        for (let times = 0; times < 2; times++) {
          const page = await browser.submit('/cart/items', { bookId: one.id, formKey })
          assert.equal(page.cart, `Cart, ${copies} item${copies === 1 ? '' : 's'}`)
          assert.match(page.notices.join(), /^One (is|\(2 copies\) is) in your cart\.$/)
        }
      }
      // Of a list, all forms of one page have the same key.
      const formKey = (await browser.get('/books')).field('formKey')!.value!
      await browser.submit('/cart/items', { bookId: one.id, formKey })
      const both = await browser.submit('/cart/items', { bookId: two.id, formKey })
      assert.equal(both.cart, 'Cart, 4 items')
      // Who removed a book and sends the form again wants it.
      await browser.submit(`/cart/items/${two.id}/remove`)
      const again = await browser.submit('/cart/items', { bookId: two.id, formKey })
      assert.equal(again.cart, 'Cart, 4 items')
    })

    it(`of ${visitor} leads from a list to the cart`, async () => {
      const { one, browser } = await openAs()
      const page = await browser.submit('/cart/items', { bookId: one.id, returnTo: '/books' })
      assert.match(
        page.html,
        /<span><bdi>One<\/bdi> is in <a href="\/cart">your cart<\/a>\.<\/span>/,
      )
    })

    it(`of ${visitor} loses nothing that was typed, whichever button sends it`, async () => {
      const { one, two, browser } = await openAs()
      for (const book of [one, two]) await browser.submit('/cart/items', { bookId: book.id })
      const madeFor = (await browser.get('/cart')).field('madeFor')?.value
      const shown = { shown: `${one.id}=1&${two.id}=1`, ...(madeFor && { madeFor }) }
      const typed = { ...shown, [`quantity-${one.id}`]: 3, [`quantity-${two.id}`]: 1 }

      const updated = await browser.post('/cart', typed)
      assert.equal(updated.location, `/cart#line-${one.id}`)
      assert.equal((await browser.get('/cart')).cart, 'Cart, 4 items')
      const checkout = await browser.post('/cart', {
        ...typed,
        [`quantity-${one.id}`]: 5,
        checkout: '',
      })
      assert.equal(checkout.location, '/checkout')
      assert.equal((await browser.get('/cart')).cart, 'Cart, 6 items')
      const removed = await browser.submit(`/cart/items/${two.id}/remove`, {
        ...typed,
        [`quantity-${one.id}`]: 7,
      })
      assert.equal(removed.cart, 'Cart, 7 items')
      // What cannot be had does not go on to the checkout without a word.
      const tooMany = { ...shown, [`quantity-${one.id}`]: 20, checkout: '' }
      const page = await browser.submit('/cart', tooMany)
      assert.deepEqual(page.alerts, ['One: your cart holds 9, and no more can be added.'])
    })

    it(`of ${visitor} leaves alone what it only repeats`, async () => {
      const { one, two, browser } = await openAs()
      for (const book of [one, two]) await browser.submit('/cart/items', { bookId: book.id })
      await browser.submit('/cart', { [`quantity-${one.id}`]: 6 })
      const page = await browser.submit('/cart', {
        shown: `${one.id}=1&${two.id}=1`,
        [`quantity-${one.id}`]: 1,
        [`quantity-${two.id}`]: 2,
      })
      assert.equal(page.cart, 'Cart, 8 items')
    })

    it(`of ${visitor} is small enough for a cart with as many books as it may have`, async () => {
      const { shop, browser } = await openAs()
      const books = await rowsOf(shop.db, 'select id from books where stock > 2 limit 50')
      for (const { id } of books) await browser.post('/cart/items', { bookId: Number(id) })
      const page = await browser.get('/cart')
      const [form] = /<form class="with-aside".*?<\/form>/s.exec(page.html)!
      const names = [...form.matchAll(/ name="([^"]+)"/g)].map(([, name]) => name!)
      const fields = names.map((name) => [name, page.field(name)?.value ?? ''])
      const last = names.findLast((name) => name.startsWith('quantity-'))!
      const typed = { ...Object.fromEntries(fields), [last]: 2 }
      assert.equal((await browser.post('/cart', typed)).location, '/checkout')
      assert.equal((await browser.get('/cart')).cart, 'Cart, 51 items')
    })

    it(`of ${visitor} tells of a few of many lines, those with an error first`, async () => {
      const { shop, browser } = await openAs()
      const books = await Array.fromAsync({ length: 50 }, (_, number) =>
        insertTestBook(shop.db, { title: `${number} ${'Война и мир '.repeat(15)}`, stock: 5 }),
      )
      for (const { id } of books) await browser.post('/cart/items', { bookId: id })
      // The last three ask for more than there is.
      const quantities = books.map(({ id }, number) => [`quantity-${id}`, number < 47 ? 3 : 9])
      const page = await browser.submit('/cart', Object.fromEntries(quantities))
      assert.equal(page.cart, 'Cart, 156 items')
      const [alert] = page.alerts
      const named = [...alert!.matchAll(/(\d+) Война[^…]*…/g)].map(([, number]) => number)
      assert.deepEqual(named, ['47', '48', '49', '0'])
      assert.match(alert!, /Your cart shows what has changed for 46 more books\.$/)

      const gone = await browser.submit(
        `/cart/items/${books[0]!.id}/remove`,
        Object.fromEntries(quantities.map(([name]) => [name, 2])),
      )
      assert.equal(gone.cart, 'Cart, 98 items')
    })

    it(`of ${visitor} is told once what became of a book, and by no page that nobody sees`, async () => {
      const { shop, one, two, browser } = await openAs()
      for (const book of [one, two]) {
        await browser.submit('/cart/items', { bookId: book.id, quantity: 4 })
      }
      await updateBook(shop.db, one.id, { priceCents: 1234, stock: 3 })
      await updateBook(shop.db, two.id, { priceCents: 999 })
      await browser.request('/cart', { method: 'HEAD' })
      await browser.get('/cart', { 'Sec-Purpose': 'prefetch' })
      const { text } = await browser.get('/cart')
      assert.equal(text.match(/The price has changed/g)?.length, 2)
      assert.match(text, /Only 3 copies left/)
      const again = await browser.get('/cart')
      assert.doesNotMatch(again.text, /The price has changed|copies left/)
      assert.equal(again.cart, 'Cart, 7 items')
      // As it was told, the cart holds three, also when there are more again.
      await updateBook(shop.db, one.id, { stock: 9 })
      assert.equal((await browser.get('/cart')).cart, 'Cart, 7 items')
    })
  }
})

it('the page of the cart takes as few queries as it needs', async () => {
  const shop = await openTestShop()
  const [guest, customer] = [shop.browser(), shop.browser()]
  await customer.login(reader)
  for (const browser of [guest, customer]) await browser.submit('/cart/items', { bookId: 1 })
  // What was taken out of the cart, and its books.
  assert.equal((await queriesOf(shop.db, () => guest.get('/cart'))).length, 2)
  // Login, and the cart with its books.
  assert.equal((await queriesOf(shop.db, () => customer.get('/cart'))).length, 2)
})
