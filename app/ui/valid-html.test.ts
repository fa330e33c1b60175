import assert from 'node:assert/strict'
import { it } from 'node:test'
import { HtmlValidate } from 'html-validate'
import { updateBook } from '../../db/books.ts'
import { insertTestBook } from '../../db/testing.ts'
import { setUpSecondFactor } from '../testing/authenticator.ts'
import { addPasskey, PasskeyAuthenticator } from '../testing/passkey-authenticator.ts'
import { admin, openTestShop, reader } from '../testing/shop.ts'
import type { TestPage } from '../testing/page.ts'

// What the standard forbids; taste is left to the formatter.
const checker = new HtmlValidate({ root: true, extends: ['html-validate:standard'] })

async function assertValid(page: TestPage | Promise<TestPage>, name: string): Promise<void> {
  const { html } = await page
  assert.match(html, /^<!doctype html>/, name)
  const { results } = await checker.validateString(html)
  const problems = results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line }) => {
      return `${ruleId}: ${message} ${html.split('\n')[line - 1]!.trim()}`
    }),
  )
  assert.deepEqual(problems, [], name)
  const wrongFields = [...html.matchAll(/<li><a href="#(field-\w+)"/g)].map(([, id]) => id!)
  const places = wrongFields.map((id) => html.indexOf(`id="${id}"`))
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
    `${name}: errors in its order`,
  )
  for (const [form] of html.matchAll(/<form\b[^]*?<\/form>/g)) {
    const [first, another] = form.match(/<button\b[^>]*type="submit"[^>]*>/g) ?? []
    if (another) assert.doesNotMatch(first!, /formaction|name=/, `${name}: Enter presses the first`)
  }
}

it('every page is valid HTML, for guests, customers and the admin, and when a form is wrong', async () => {
  const shop = await openTestShop()
  const { id, slug } = await insertTestBook(shop.db, { title: 'Salt', stock: 2 })
  const few = await insertTestBook(shop.db, { title: 'Pepper', stock: 9 })
  const guest = shop.browser()
  for (const path of [
    '/',
    '/books',
    '/books?page=2&sort=price',
    '/books?genre=Poetry',
    '/books?q=nothing+matches',
    '/books?genre=Nope',
    `/books/${slug}`,
    '/cart',
    '/login',
    '/register',
    '/reset-password',
    '/reset-password?sent',
    '/reset-password/no-such-token',
    '/register?sent',
    '/register/no-such-token',
    '/confirm-email/no-such-token',
    '/outbox',
    '/session',
    '/no-such-page',
  ]) {
    await assertValid(guest.get(path), path)
  }
  await assertValid(guest.post('/register', { email: 'x' }), 'registration that is wrong')
  await assertValid(guest.submit('/login', { email: 'x' }), 'login that is wrong')
  await assertValid(guest.post('/reset-password', { email: 'x' }), 'reset that is wrong')
  await assertValid(guest.request('/cart', { method: 'DELETE' }), 'an error')

  const customer = shop.browser()
  await customer.login(reader)
  await assertValid(customer.get('/account/email'), 'another address')
  await assertValid(customer.post('/account/email', { email: 'x' }), 'an address that is wrong')
  await assertValid(customer.submit('/account/email', { email: 'r@example.com' }), 'one asked for')
  const [mail] = await shop.mails()
  const link = /\/confirm-email\/[\w-]+/.exec(mail!.text)![0]
  await assertValid(customer.get(link), 'the page of its link')
  await assertValid(customer.submit('/cart/items', { bookId: id, quantity: 2 }), 'a cart')
  await customer.submit('/cart/items', { bookId: few.id, quantity: 3 })
  const checkout = await customer.get('/checkout')
  await assertValid(checkout, 'the checkout')
  const hidden = ['total', 'checkoutKey', 'madeFor'].map((name) => [
    name,
    checkout.field(name)!.value!,
  ])
  const address = {
    name: 'R',
    address: 'Mill Lane 1',
    postcode: 'YO1',
    city: 'York',
    country: 'UK',
  }
  const order = { ...address, ...Object.fromEntries(hidden) }
  await assertValid(
    customer.post('/checkout', { ...order, city: '', postcode: '' }),
    'a checkout that is wrong',
  )
  await assertValid(customer.get('/account'), 'an account')
  await assertValid(customer.post('/account/password', { newPassword: '1' }), 'a weak password')
  await assertValid(customer.submit('/checkout', order), 'a receipt')
  await assertValid(customer.get('/orders'), 'the orders')
  await assertValid(customer.get('/account/second-factor'), 'a second factor to set up')
  await assertValid(customer.post('/account/second-factor', { code: '1' }), 'a code that is wrong')
  await assertValid((await setUpSecondFactor(shop, customer)).page, 'recovery codes')
  await assertValid(customer.get('/account/second-factor'), 'a second factor')
  await assertValid(shop.browser().submit('/login', { ...reader }), 'a login that waits')
  shop.pass(16 * 60)
  await assertValid(customer.get('/account'), 'an account a while after the login')
  await assertValid(customer.submit('/account/logins/others/remove'), 'a login to confirm')
  await assertValid(customer.post('/confirm', { password: '' }), 'a login that is not confirmed')

  const staff = shop.browser()
  await staff.login(admin)
  const book = `/admin/books/${id}`
  for (const path of ['/admin/books', '/admin/books/new', book, `${book}/retire`]) {
    await assertValid(staff.get(path), path)
  }
  for (const email of [reader.email, 'nobody']) {
    await assertValid(staff.get(`/admin/customers?email=${email}`), `the logins of ${email}`)
  }
  await assertValid(staff.post('/admin/books/new', { title: '' }), 'a new book that is wrong')
})

it('the pages of a guest who orders are valid HTML, also where the order has changed', async () => {
  const shop = await openTestShop()
  const [book, gone] = [await insertTestBook(shop.db), await insertTestBook(shop.db)]
  const guest = shop.browser()
  for (const { id } of [book, gone]) await guest.submit('/cart/items', { bookId: id, quantity: 2 })
  const form = await guest.get('/checkout')
  await assertValid(form, 'the checkout of a guest')
  await updateBook(shop.db, book.id, { priceCents: 1500 })
  await updateBook(shop.db, gone.id, { stock: 0, title: 'A' })
  await assertValid(guest.get('/cart'), 'a cart that has changed')
  const address = { name: 'R', address: 'Mill Lane 1', postcode: 'Y1', city: 'York', country: 'UK' }
  const send = ({ field }: TestPage): Promise<TestPage> =>
    guest.post('/checkout', {
      ...address,
      email: 'r@example.com',
      total: field('total')!.value!,
      checkoutKey: field('checkoutKey')!.value!,
    })
  const changed = await send(form)
  assert.equal(changed.status, 422)
  await assertValid(changed, 'an order that has changed')
  await assertValid(guest.follow(await send(changed)), 'the order of a guest')
  const [mail] = await shop.mails()
  const [link] = /\/orders\/guest\/[\w-]+/.exec(mail!.text)!
  const customer = shop.browser()
  await customer.login(reader)
  await assertValid(customer.get(link), 'the order of a guest, for who is logged in')
  await assertValid(customer.get('/orders/guest/no-such-token'), 'no order')
})

it('the pages of passkeys are valid HTML', async () => {
  const shop = await openTestShop()
  const customer = shop.browser()
  await customer.login(reader)
  await assertValid(customer.get('/account/passkeys'), 'no passkey')
  const authenticator = new PasskeyAuthenticator(shop.config.publicOrigin)
  await assertValid(addPasskey(customer, authenticator, 'My <b> phone'), 'a passkey')
  shop.pass(16 * 60)
  await assertValid(
    customer.follow(await customer.get('/account/passkeys')),
    'a passkey to confirm by',
  )
  const { location } = await customer.post('/account/logins/others/remove')
  await customer.login(reader)
  await assertValid(customer.get(location!), 'a form to carry on with')
})
