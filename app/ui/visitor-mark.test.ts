import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { TestBrowser } from '../testing/browser.ts'
import { openTestShop, reader } from '../testing/shop.ts'

async function markOf(browser: TestBrowser, path = '/login'): Promise<string> {
  const { html } = await browser.get(path)
  const [, mark] = /<html lang="en" data-visitor="([\w-]{22})"/.exec(html) ?? []
  assert.ok(mark, path)
  return mark
}

it('is the same on all pages of a visitor, and another one with each login', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  const guest = await markOf(browser)
  assert.equal(await markOf(browser, '/register'), guest)
  assert.equal(await markOf(shop.browser(), '/no-such-page'), guest)
  const marks = new Set([guest])
  for (const times of [2, 3]) {
    await browser.login(reader)
    marks.add(await markOf(browser, '/account'))
    assert.equal(marks.size, times)
    assert.ok(marks.has(await markOf(browser, '/session')))
    await browser.submit('/logout')
    assert.equal(await markOf(browser), guest)
  }
})

it('changes with what is in the cart, and tells nobody what that is', async () => {
  const shop = await openTestShop()
  const [one, other] = [shop.browser(), shop.browser()]
  const marks = new Set([await markOf(one)])
  for (const [bookId, quantity] of [
    [1, 2],
    [1, 1],
    [2, 1],
  ]) {
    for (const browser of [one, other]) {
      await browser.submit('/cart/items', { bookId: bookId!, quantity: quantity! })
      marks.add(await markOf(browser))
      marks.add(await markOf(browser, '/cart'))
    }
  }
  assert.equal(marks.size, 7)
  await one.submit('/cart/items/1/remove')
  await one.submit('/cart/items', { bookId: 2, quantity: 3 })
  marks.add(await markOf(one))
  assert.equal(marks.size, 8, 'of as many copies')
})
