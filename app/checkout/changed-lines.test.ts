import assert from 'node:assert/strict'
import { it } from 'node:test'
import { updateBook } from '../../db/books.ts'
import { insertTestBook } from '../../db/testing.ts'
import { onBothKinds, reader } from '../testing/shop.ts'
import { address } from './testing-address.ts'

onBothKinds('the summary of an order', (open) => {
  for (const buyer of ['a customer', 'a guest']) {
    it(`marks for ${buyer} what is not as it was shown before, and nothing else`, async () => {
      const shop = await open()
      const [same, dearer, fewer, both, gone, late] = await Array.fromAsync(
        ['Same', 'Dearer', 'Fewer', 'Both', 'Gone', 'Late'],
        (title) => insertTestBook(shop.db, { title, priceCents: 1000, stock: 9 }),
      )
      const browser = shop.browser()
      if (buyer === 'a customer') await browser.login(reader)
      for (const book of [same, dearer, fewer, both, gone]) {
        await browser.submit('/cart/items', { bookId: book!.id, quantity: 3 })
      }
      const form = await browser.get('/checkout')
      assert.doesNotMatch(form.html, /ticket-change/)

      await updateBook(shop.db, dearer!.id, { priceCents: 1500 })
      await updateBook(shop.db, fewer!.id, { stock: 1 })
      await updateBook(shop.db, both!.id, { priceCents: 500, stock: 2 })
      await updateBook(shop.db, gone!.id, { stock: 0 })
      await browser.submit('/cart/items', { bookId: late!.id })
      const sent = {
        email: 'robin@example.com',
        ...address,
        total: form.field('total')!.value!,
        checkoutKey: form.field('checkoutKey')!.value!,
      }
      const changed = await browser.post('/checkout', sent)

      assert.equal(changed.status, 422)
      assert.match(changed.html, /<title>Error: Check out /)
      assert.match(changed.html, /role="alert"\s+tabindex="-1"\s+autofocus\s*>.*<h2>The total has/s)
      const wrongToo = await browser.post('/checkout', { ...sent, city: '' })
      assert.match(wrongToo.html, / autofocus\s*>.*<h2>Please check 1 field.*<h2>The total has/s)
      assert.equal(wrongToo.html.match(/ autofocus/g)!.length, 1, 'the first of them')
      const [, summary] = /Your order (.* Total €[\d.]+) Place order/.exec(changed.text)!
      const lines = [
        '3 × Same €30.00',
        '3 × Dearer €45.00 Changed: €10.00 each before',
        'Fewer €10.00 Changed: 3 copies before',
        '2 × Both €10.00 Changed: 3 copies at €10.00 each before',
        'Late €10.00 New',
        'Gone No longer in it',
        'Delivery Free Total €105.00',
      ]
      assert.deepEqual(split(summary!), split(lines.join(' ')))
    })
  }
})

/** The lines in any order: a cart has its own. */
function split(summary: string): string[] {
  return summary
    .split(/ (?=(?:\d × )?(?:Same|Dearer|Fewer|Both|Late|Gone|Delivery)\b)/)
    .map((line) => line.trim())
    .sort()
}
