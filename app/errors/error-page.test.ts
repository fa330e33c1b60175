import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isUnseen } from '../forms/unseen-field.ts'
import { admin, openTestShop, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

/** The page of a form that came while the store is full. */
async function refused(shop: TestShop, path: string, fields: Record<string, string>) {
  const browser = shop.browser()
  await browser.login(reader)
  shop.savesFail = true
  const page = await browser.post(path, fields)
  assert.equal(page.status, 503)
  return page
}

it('tells that what was typed is kept, where something was', async () => {
  const formKey = 'A'.repeat(22)
  const passwords = { formKey, currentPassword: reader.password, newPassword: 'a chair by the sea' }
  const secret = await refused(await openTestShop(), '/account/password', passwords)
  assert.doesNotMatch(secret.text, /is kept/)
  const button = await refused(await openTestShop(), '/account/logins/others/remove', { formKey })
  assert.doesNotMatch(button.text, /is kept/)
  const typed = await refused(await openTestShop(), '/cart/items', { bookId: '1', quantity: '2' })
  assert.match(typed.text, / What you entered is kept\./)
  const both = await refused(await openTestShop(), '/login', { ...reader })
  assert.match(both.text, / What else you entered is kept\. Password Never kept/)
})

it('knows which fields of all forms go along unseen', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.submit('/cart/items', { bookId: 1 })
  await browser.login(admin)
  const seen: string[] = []
  for (const path of [
    '/',
    '/books',
    '/cart',
    '/checkout',
    '/account',
    '/account/email',
    '/account/passkeys',
    '/account/second-factor',
    '/admin/books/1',
    '/admin/books/new',
    '/admin/customers',
    '/login?returnTo=/cart',
    '/register?returnTo=/cart',
    '/reset-password?returnTo=/cart',
    '/confirm?returnTo=/cart&form=again',
  ]) {
    if (path.startsWith('/login')) await browser.post('/logout')
    if (path.startsWith('/confirm')) {
      await browser.login(admin)
      shop.pass(15 * 60 + 1)
    }
    const { status, forms } = await browser.get(path)
    assert.equal(status, 200, path)
    const posted = forms.filter(
      ({ actions }) => !/^\/(admin\/)?(books|customers)$/.test(actions[0]!),
    )
    for (const { name, type } of posted.flatMap(({ controls }) => controls)) {
      if (name === '') continue
      assert.equal(isUnseen(name), type === 'hidden', `${path}: ${name}`)
      seen.push(name)
    }
  }
  for (const name of ['madeFor', 'checkoutKey', 'seen-stock', 'form'])
    assert.ok(seen.includes(name))
})

it('offers a page again that could not be shown', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(reader)
  shop.readsFail = true
  const page = await browser.get('/books?q=%22%3E%3Cb%3E&page=2')
  assert.equal(page.status, 503)
  assert.match(page.html, /href="\/books\?q=%22%3E%3Cb%3E&amp;page=2"\s*>Try again</)
  assert.match(page.text, / Go to the home page /)
  shop.readsFail = false
  assert.doesNotMatch((await browser.get('/nothing')).text, /Try again/)
})
