import assert from 'node:assert/strict'
import { it } from 'node:test'
import { breakInserts } from '../../db/testing.ts'
import { onBothKinds, openTestShop, reader } from '../testing/shop.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestShop } from '../testing/shop.ts'
import { shop as words } from '../ui/shop.ts'

const newPassword = 'an evening on the balcony'
const address = {
  name: 'Call 0800 555 666',
  address: 'Spam Street 1',
  city: 'Scamtown',
  postcode: '1',
  country: 'Nowhere',
}

async function subjectsOf(shop: TestShop): Promise<string[]> {
  return (await shop.mails()).map(({ to, subject }) => `${subject}, to ${to}`)
}

async function placeOrder(browser: TestBrowser) {
  await browser.submit('/cart/items', { bookId: 1, quantity: 2 })
  const form = await browser.get('/checkout')
  const [total, checkoutKey] = ['total', 'checkoutKey'].map((name) => form.field(name)!.value!)
  const fields = { ...address, total: total!, checkoutKey: checkoutKey! }
  return { fields, answer: await browser.post('/checkout', fields) }
}

onBothKinds('a notice by mail', (open) => {
  it('tells of a login in a browser that was not logged in before, and of no other one', async () => {
    const shop = await open()
    const browser = shop.browser({ userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0' })
    await browser.login(reader)
    assert.deepEqual(await subjectsOf(shop), [`A new login at ${words.name}, to ${reader.email}`])
    assert.match(
      (await shop.mails())[0]!.text,
      /Firefox on Linux, from an address that starts with 192\.0\.2, on /,
    )

    await browser.post('/logout')
    await browser.login(reader)
    await shop.browser().post('/login', { ...reader, password: 'not the password' })
    assert.equal((await shop.mails()).length, 1)
    await shop.browser().login(reader)
    assert.equal((await shop.mails()).length, 2)
  })

  it('tells of a new password, chosen in the account or by a link', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const change = { currentPassword: reader.password, newPassword }
    await browser.post('/account/password', { ...change, currentPassword: 'wrong, this one' })
    assert.equal((await shop.mails()).length, 1)
    await browser.post('/account/password', change)
    const changed = `Your password at ${words.name} was changed, to ${reader.email}`
    assert.equal((await subjectsOf(shop))[0], changed)

    await browser.post('/reset-password', { email: reader.email })
    const link = /\/reset-password\/[\w-]+/.exec((await shop.mails())[0]!.text)![0]
    await browser.post(link, { password: 'a rainy day, and tea' })
    assert.equal((await subjectsOf(shop))[0], changed)
    assert.equal((await shop.mails()).length, 4)
  })

  it('tells of an order, once, without a word that the customer wrote', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const { fields, answer } = await placeOrder(browser)
    assert.match(answer.location!, /^\/orders\/\d+$/)
    await browser.post('/checkout', fields)
    const [mail, ...others] = await shop.mails()
    assert.equal(others.length, 1)
    assert.ok(mail!.text.includes(`http://localhost:44100${answer.location}\n`))
    assert.match(mail!.text, /2 × /)
    assert.doesNotMatch(mail!.text, /0800|Spam|Scam|Robin/)
  })
})

it('is not written to an address that nobody has confirmed', async () => {
  const shop = await openTestShop()
  const newcomer = { name: 'Nora', email: 'nora@example.com', password: 'a chair by the sea' }
  const browser = shop.browser()
  await browser.submit('/register', newcomer)
  const before = await subjectsOf(shop)
  await shop.browser().login(newcomer)
  assert.match((await placeOrder(browser)).answer.location!, /^\/orders\/\d+$/)
  const change = { currentPassword: newcomer.password, newPassword }
  assert.equal((await browser.post('/account/password', change)).status, 303)
  assert.deepEqual(await subjectsOf(shop), before)
})

it('is part of what it tells: without the one there is not the other', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(reader)
  await breakInserts(shop.db, 'mails')
  const { answer } = await placeOrder(browser)
  assert.equal(answer.status, 500)
  assert.match((await browser.get('/orders')).text, /No orders yet/i)
})
