import assert from 'node:assert/strict'
import { it } from 'node:test'
import { onEachDatabase, rowsOf } from '../../db/testing.ts'
import { openTestShop, reader } from '../testing/shop.ts'
import { address } from './testing-address.ts'

onEachDatabase(({ newUrl }) => {
  it('an order keeps nothing of an address that nobody sees, and takes nothing that is no more', async () => {
    const shop = await openTestShop({ databaseUrl: await newUrl() })
    const browser = shop.browser()
    await browser.login(reader)
    await browser.submit('/cart/items', { bookId: 1 })
    const page = await browser.get('/checkout')
    const [total, checkoutKey] = ['total', 'checkoutKey'].map((name) => page.field(name)!.value!)
    const form = { ...address, total: total!, checkoutKey: checkoutKey! }
    const blank = {
      name: '\u200d',
      city: '\u2800',
      postcode: '\u200b',
      country: '\u0000\u202e',
    }
    const refused = await browser.post('/checkout', { ...form, ...blank })
    assert.equal(refused.status, 422)
    for (const name of Object.keys(blank)) {
      assert.match(refused.field(name)!.errors[0]!, /^Enter /, name)
    }
    const hidden = {
      name: 'Robin \u202eReader\u0000',
      address: '12\u0007 Window\r\nSeat\u2066',
      city: '\u2800Lisbon\u200b',
    }
    assert.match((await browser.post('/checkout', { ...form, ...hidden })).location!, /^\/orders\//)
    const kept = await rowsOf(shop.db, 'select name, address, city, postcode, country from orders')
    assert.deepEqual({ ...kept[0] }, address)
  })
})
