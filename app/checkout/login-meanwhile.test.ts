import assert from 'node:assert/strict'
import { it } from 'node:test'
import { insertTestBook, rowsOf } from '../../db/testing.ts'
import { admin, onEachStorage, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import type { TestPage } from '../testing/page.ts'
import { address } from './testing-address.ts'

function filled(form: TestPage): Record<string, string> {
  const [total, checkoutKey] = ['total', 'checkoutKey'].map((name) => form.field(name)!.value!)
  return { ...address, total: total!, checkoutKey: checkoutKey! }
}

async function openCheckout(shop: TestShop) {
  const book = await insertTestBook(shop.db, { title: 'Dunes' })
  const browser = shop.browser()
  await browser.submit('/cart/items', { bookId: book.id })
  const form = filled(await browser.get('/checkout'))
  return { browser, form: { ...form, email: 'robin@example.com' } }
}

onEachStorage('a login while a guest checks out', (open) => {
  it('takes along the cart, and what was typed into the form before', async () => {
    const shop = await open()
    const { browser, form } = await openCheckout(shop)
    const checkout = await browser.submit('/login', { ...reader, returnTo: '/checkout' })
    assert.equal(checkout.heading, 'Check out')
    assert.equal(checkout.field('email'), undefined)
    const page = await browser.post('/checkout', form)
    assert.equal(page.status, 422)
    const told = 'You have logged in since this form was opened, so nothing was ordered yet.'
    assert.deepEqual(page.alerts, [`${told} If all is right, place the order again.`])
    assert.deepEqual(await rowsOf(shop.db, 'select * from orders'), [])
    for (const [name, value] of Object.entries(address)) {
      assert.equal(page.field(name)!.value, value)
    }
    assert.equal(page.field('email'), undefined)

    const own = { ...filled(page), madeFor: page.field('madeFor')!.value! }
    const order = (await browser.post('/checkout', own)).location!
    assert.match(order, /^\/orders\/\d+$/)
    const { id } = await insertTestBook(shop.db, { title: 'Tides' })
    await browser.submit('/cart/items', { bookId: id })
    assert.equal((await browser.post('/checkout', form)).location, order, 'and offers nothing else')
    assert.equal((await rowsOf(shop.db, 'select * from orders')).length, 1)
  })

  it('tells what else the cart of the account holds before that is ordered', async () => {
    const shop = await open()
    const { browser, form } = await openCheckout(shop)
    const elsewhere = shop.browser()
    await elsewhere.login(reader)
    const { id } = await insertTestBook(shop.db, { title: 'Tides' })
    await elsewhere.submit('/cart/items', { bookId: id })
    await browser.login(reader)
    const page = await browser.post('/checkout', form)
    assert.match(page.alerts.join(), / is €20\.00 now\. Tides is new\. Nothing was ordered yet\./)
    assert.equal(page.field('city')!.value, address.city)

    await browser.login(admin)
    await browser.submit('/cart/items', { bookId: id })
    const strange = await browser.post('/checkout', form)
    assert.equal(strange.location, '/cart', 'nobody else who logs in there')
  })
})
