import assert from 'node:assert/strict'
import { it } from 'node:test'
import { insertTestBook } from '../../db/testing.ts'
import { openTestShop, reader } from '../testing/shop.ts'
import type { TestPage } from '../testing/page.ts'

const delivery = {
  name: 'Robin',
  address: '12 Window Seat',
  city: 'Lisbon',
  postcode: '1100-148',
  country: 'Portugal',
}

const promise =
  /\bwe (have |will )?(sen[dt]|writ|told)|\b(the|a|by) mail\b(?!, and our shop cannot)/i

async function visitAll(mailLeaves: boolean): Promise<Record<string, TestPage>> {
  const shop = await openTestShop({ mailLeaves })
  const browser = shop.browser()
  await browser.submit('/cart/items', { bookId: (await insertTestBook(shop.db)).id })
  const checkout = await browser.get('/checkout')
  const [total, checkoutKey] = ['total', 'checkoutKey'].map((name) => checkout.field(name)!.value!)
  const form = { email: reader.email, ...delivery, total: total!, checkoutKey: checkoutKey! }
  const order = await browser.submit('/checkout', form)
  const strange = await shop.browser().submit('/checkout', form)
  const forgotten = await browser.get('/reset-password')
  const sent = await browser.post('/reset-password', { email: reader.email })
  await browser.login(reader)
  const address = await browser.get('/account/email')
  const newAddress = await browser.post('/account/email', { email: 'new@example.com' })
  const mails = (await shop.mails()).map(({ subject }) => subject)
  assert.equal(
    mails.some((subject) => /password/i.test(subject)),
    mailLeaves,
  )
  return { checkout, order, strange, forgotten, sent, address, newAddress }
}

it('promises no mail where none leaves the shop', async () => {
  const pages = await visitAll(false)
  for (const [name, { text }] of Object.entries(pages)) assert.doesNotMatch(text, promise, name)
  for (const name of ['forgotten', 'sent', 'address', 'newAddress']) {
    assert.equal(pages[name]!.status, 503, name)
    assert.match(pages[name]!.text, /We cannot write to you/)
  }
})

it('tells of it where it does', async () => {
  const { sent, newAddress, ...pages } = await visitAll(true)
  for (const [name, { text }] of Object.entries(pages)) assert.match(text, promise, name)
  for (const { status } of [sent!, newAddress!]) assert.equal(status, 303)
})
