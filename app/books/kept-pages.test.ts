import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listFeaturedBooks } from '../../db/book-lists.ts'
import { openTestShop } from '../testing/shop.ts'

it('has the form key and the address of this very page in each form, however often it is shown', async () => {
  const shop = await openTestShop({ production: true })
  const { slug } = (await listFeaturedBooks(shop.db, 1))[0]!
  const keys = new Set<string>()
  for (const path of ['/', '/books', '/books?campaign=1', `/books/${slug}`, '/books', '/']) {
    const { html } = await shop.browser().get(path)
    assert.doesNotMatch(html, /<gap/)
    const shown = new Set(
      [...html.matchAll(/name="formKey" value="([^"]+)"/g)].map(([, key]) => key),
    )
    assert.equal(shown.size, 1, path)
    for (const key of shown) keys.add(key!)
    for (const [, back] of html.matchAll(/name="returnTo" value="([^"#]+)#book-\d+"/g)) {
      assert.equal(back, path)
    }
  }
  assert.equal(keys.size, 6)
})

it('shows each visitor the number of their own books on pages that everybody sees', async () => {
  const shop = await openTestShop({ production: true })
  const [book] = await listFeaturedBooks(shop.db, 1)
  const visitors = [0, 1, 2].map((copies) => ({ copies, browser: shop.browser() }))
  for (const { copies, browser } of visitors) {
    const form = { bookId: String(book!.id), quantity: String(copies) }
    if (copies > 0) await browser.submit('/cart/items', form)
    await browser.get('/cart')
  }
  for (let round = 0; round < 3; round++) {
    for (const path of ['/', '/books', `/books/${book!.slug}`]) {
      for (const { copies, browser } of visitors) {
        const { html } = await browser.get(path)
        assert.match(html, new RegExp(`aria-label="Cart, ${copies} items?"`), path)
      }
    }
  }
})
