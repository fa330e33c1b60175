import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listFeaturedBooks } from '../../db/book-lists.ts'
import { openTestShop, reader } from '../testing/shop.ts'

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

it('shows a guest nothing of whoever logs in, puts something into the cart and logs out beside', async () => {
  const shop = await openTestShop({ production: true })
  const [book] = await listFeaturedBooks(shop.db, 1)
  const paths = ['/', '/books', `/books/${book!.slug}`]
  const guest = shop.browser()
  const asGuest = async () => {
    for (const path of paths) {
      const page = await guest.get(path)
      assert.equal(page.signedIn, false, path)
      assert.equal(page.cart, 'Cart, 0 items', path)
      assert.deepEqual(page.notices, [], path)
      assert.doesNotMatch(page.html, new RegExp(reader.name), path)
    }
  }
  const customer = shop.browser()
  await asGuest()
  await customer.login(reader)
  for (const path of [...paths, ...paths]) {
    assert.equal((await customer.get(path)).signedIn, true, path)
    await asGuest()
  }
  const returnTo = { bookId: String(book!.id), quantity: '2', returnTo: '/books' }
  const added = await customer.submit('/cart/items', returnTo)
  assert.equal(added.notices.length, 1)
  await asGuest()
  const after = await customer.get('/books')
  assert.deepEqual([after.notices, after.cart], [[], 'Cart, 2 items'])
  await customer.submit('/logout')
  for (const path of paths) {
    const page = await customer.get(path)
    assert.equal(page.signedIn, false, path)
    assert.equal(page.cart, 'Cart, 0 items', path)
  }
  await asGuest()
})
