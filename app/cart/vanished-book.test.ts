import assert from 'node:assert/strict'
import { it } from 'node:test'
import { eq } from '#drizzle-orm'
import { books } from '../../db/schema-books.ts'
import { insertTestBook } from '../../db/testing.ts'
import { onEachStorage } from '../testing/shop.ts'

onEachStorage('a book that vanished from a cart', (open) => {
  it('is dropped once its owner is told', async () => {
    const shop = await open()
    const [kept, gone] = [await insertTestBook(shop.db), await insertTestBook(shop.db)]
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: kept.id })
    await browser.submit('/cart/items', { bookId: gone.id, quantity: 5 })
    await shop.db.delete(books).where(eq(books.id, gone.id))

    // What nobody has seen yet drops nothing.
    assert.deepEqual((await browser.request('/cart', { method: 'HEAD' })).setCookies, [])
    const ahead = await browser.get('/cart', { 'Sec-Purpose': 'prefetch' })
    assert.match(ahead.alerts.join(), /left the shop/)
    assert.deepEqual(ahead.setCookies, [])
    const cart = await browser.get('/cart')
    assert.equal(cart.status, 200)
    assert.match(cart.alerts.join(), /left the shop/)
    assert.equal(cart.cart, 'Cart, 1 item')
    const again = await browser.get('/cart')
    assert.deepEqual(again.alerts, [])
    assert.deepEqual(again.setCookies, [])
    assert.equal((await browser.get('/')).cart, 'Cart, 1 item')
  })

  it('is told of beside what was just done', async () => {
    const shop = await open()
    const [gone, added] = [await insertTestBook(shop.db), await insertTestBook(shop.db)]
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: gone.id })
    await shop.db.delete(books).where(eq(books.id, gone.id))

    const cart = await browser.submit('/cart/items', { bookId: added.id })
    assert.match(cart.notices.join(), /is in your cart/)
    assert.match(cart.alerts.join(), /left the shop/)
    const again = await browser.get('/cart')
    assert.deepEqual([again.notices, again.alerts], [[], []])
  })
})
