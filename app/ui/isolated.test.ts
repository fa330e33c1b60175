import assert from 'node:assert/strict'
import { it } from 'node:test'
import { updateBook } from '../../db/books.ts'
import { insertTestBook } from '../../db/testing.ts'
import { findUserByEmail, setRole } from '../../db/users.ts'
import { addPasskey, hiddenFields, PasskeyAuthenticator } from '../testing/passkey-authenticator.ts'
import type { TestPage } from '../testing/page.ts'
import { openTestShop } from '../testing/shop.ts'

const [title, author, name] = ['ספר על חולות 50', 'אנה כהן 7', 'דנה לוי 3']
const description = 'תיאור 1'

/** What stands in a sentence of the page without being kept apart from it. */
function notIsolated({ html }: TestPage): string[] {
  const found: string[] = []
  const open: string[] = []
  for (const [whole, close, tag] of html.matchAll(
    /<(\/?)([a-z]\w*)(?:\s[^>]*)?>|<!doctype[^>]*>|[^<]+/gi,
  )) {
    if (tag === undefined) {
      const isApart = open.some((each) =>
        /^<(bdi|title|script|option|textarea)\b|dir="auto"|visually-hidden/.test(each),
      )
      if (/\p{Script=Hebrew}/u.test(whole) && !isApart) found.push(whole.trim())
    } else if (close === '/') open.splice(open.findLastIndex((each) => each.startsWith(`<${tag}`)))
    else if (
      !/^(input|meta|link|img|br|hr|path|rect|circle|line|use)$/.test(tag) &&
      !whole.endsWith('/>')
    )
      open.push(whole)
  }
  return found
}

it('keeps titles and names apart from the sentences around them, whichever way they are written', async () => {
  const shop = await openTestShop({ production: true })
  const book = await insertTestBook(shop.db, {
    title,
    author,
    description,
    stock: 9,
    featured: true,
  })
  const [other, gone] = [
    await insertTestBook(shop.db, { title: `${title}2` }),
    await insertTestBook(shop.db, { title: `${title}3` }),
  ]
  const browser = shop.browser()
  const account = { name, email: 'dana@example.com', password: 'a chair by the sea' }
  const id = `quantity-${book.id}`
  const pages: Record<string, TestPage> = {}
  const show = (what: string, page: TestPage) => (pages[what] = page)

  show('registered', await browser.submit('/register', account))
  for (const each of [other, gone]) await browser.submit('/cart/items', { bookId: each.id })
  show('added', await browser.submit('/cart/items', { bookId: book.id, quantity: 2 }))
  show(
    'added on its page',
    await browser.submit('/cart/items', { bookId: book.id, quantity: 99, returnTo: '/books' }),
  )
  show('wrong', await browser.post('/cart', { [id]: 'x' }))
  show('changed', await browser.submit('/cart', { [id]: 3 }))
  const checkout = show('checkout', await browser.get('/checkout'))
  const form = { ...account, address: '1', city: '2', postcode: '3', country: '4' }
  const sent = () => {
    const [total, checkoutKey] = ['total', 'checkoutKey'].map(
      (name) => checkout.field(name)!.value!,
    )
    return {
      ...form,
      madeFor: checkout.field('madeFor')!.value!,
      total: total!,
      checkoutKey: checkoutKey!,
    }
  }
  await updateBook(shop.db, book.id, { priceCents: 1, stock: 2 })
  await updateBook(shop.db, gone.id, { stock: 0 })
  const changed = show('total changed', await browser.post('/checkout', sent()))
  assert.match(changed.text, /total has changed.* is no longer in it\./)
  show('cart with notes', await browser.get('/cart'))
  show('removed', await browser.submit(`/cart/items/${gone.id}/remove`))
  const again = await browser.get('/checkout')
  const order = {
    ...sent(),
    total: again.field('total')!.value!,
    checkoutKey: again.field('checkoutKey')!.value!,
  }
  show('order', await browser.submit('/checkout', order))
  show(
    'passkey',
    await addPasskey(browser, new PasskeyAuthenticator(shop.config.publicOrigin), name),
  )
  await browser.post('/logout')
  show('welcome', await browser.login(account))
  await setRole(shop.db, (await findUserByEmail(shop.db, account.email))!.id, 'admin')
  await browser.login(account)
  const edit = await browser.get(`/admin/books/${book.id}`)
  await updateBook(shop.db, book.id, { title: `${title}9` })
  const fields = Object.fromEntries(
    edit.forms.flatMap(({ controls }) => controls).map(({ name, value }) => [name, value]),
  )
  show('stale', await browser.post(`/admin/books/${book.id}`, { ...fields, title: 'Other' }))
  for (const deed of ['retire', 'restore'])
    show(deed, await browser.submit(`/admin/books/${book.id}/${deed}`))
  const staff = await browser.get('/admin/customers?email=dana@example.com')
  const end = staff.forms.find(({ actions }) => actions[0]!.endsWith('/logins/end'))!
  show('ended', await browser.submit(end.actions[0]!, hiddenFields(staff)))
  for (const path of [
    '/',
    '/books',
    `/books?q=${title}`,
    '/books?q=עברית',
    '/orders',
    '/account',
    '/account/passkeys',
    '/admin/books',
    `/admin/books?q=עברית`,
  ]) {
    show(path, await browser.get(path))
  }
  show('book', await browser.get(`/books/${book.slug}`))

  const found = Object.entries(pages).flatMap(([what, page]) =>
    notIsolated(page).map((text) => `${what}: ${text}`),
  )
  assert.deepEqual(found, [])
})
