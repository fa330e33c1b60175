import assert from 'node:assert/strict'
import { nameField } from '../auth/personal-data.ts'
import { createSeal } from '../mail/seal.ts'
import { insertMail } from '../../db/mails.ts'
import { it } from 'node:test'
import * as fc from 'fast-check'
import * as v from 'valibot'
import { rounds } from 'remix/session/testing/exploring'
import { insertTestBook, rowsOf } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import { users } from '../../db/schema.ts'
import { admin, openTestShop, reader } from '../testing/shop.ts'
import type { TestPage } from '../testing/page.ts'

const characters = '<>"\'&/=`\\{}$ xé🪑\u2028\uFEFF'
const pieces =
  '</ --> <!-- <script> </script> </title> </textarea> <img src=x onerror=alert(1) javascript: &lt; &amp; &#39; ]]>'

const hostile = fc
  .array(fc.constantFrom(...characters, ...pieces.split(' ')), { minLength: 1, maxLength: 12 })
  .map((parts) => `x${parts.join('')}x`)

/** The same elements as with a harmless text: whatever it says, it has stayed a text. */
function assertEscaped(page: TestPage, harmless: TestPage): void {
  assert.equal(page.status, harmless.status)
  assert.equal(page.tags, harmless.tags)
}

let networks = 0

/** One network may fail and fill carts only so often. */
function anotherNetwork(): string {
  return `10.${++networks >> 8}.${networks & 255}.1`
}

async function forHostile(check: (text: string) => Promise<void>, numRuns = 40): Promise<void> {
  await fc.assert(fc.asyncProperty(hostile, check), { numRuns: rounds(numRuns) })
}

it('escapes the search, the genre and the path in every page that repeats them', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  const search = (q: string) => browser.get(`/books?${new URLSearchParams({ q, genre: q })}`)
  const harmless = await search('zzz')
  const unknown = await browser.get('/zzz')
  await forHostile(async (text) => {
    const page = await search(text)
    assertEscaped(page, harmless)
    assert.ok(page.html.includes(escaped(text.trim())), text)
    assert.equal(page.field('q')!.value, text)
    assertEscaped(await browser.get(`/${encodeURIComponent(text)}`), unknown)
    assertEscaped(await browser.get(`/${encodeURI(text).replaceAll(/[?#/\\]/g, '')}`), unknown)
  })
})

it('escapes what was typed into a form that is shown again', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  const register = (text: string) =>
    browser.post('/register', { name: text, email: text, password: 'short' })
  const forgot = (text: string) => browser.post('/reset-password', { email: text })
  const harmless = [await register('zzz'), await forgot('zzz')]
  await forHostile(async (text) => {
    fc.pre(v.is(nameField, text)) // the page says of others why they are refused
    const registration = await register(text)
    assertEscaped(registration, harmless[0]!)
    assert.equal(registration.field('name')!.value, text)
    assert.equal(registration.field('email')!.value, text)
    const request = await forgot(text)
    assertEscaped(request, harmless[1]!)
    assert.equal(request.field('email')!.value, text)
  })
})

it('escapes the address of a failed login and where it should have led', async () => {
  const shop = await openTestShop({ production: true, publicOrigin: 'https://shop.example' })
  const fail = (email: string) =>
    shop.browser({ address: anotherNetwork() }).submit('/login', { email, password: 'x' })
  const ask = (text: string) =>
    shop.browser().get(`/login?${new URLSearchParams({ returnTo: `/books?q=${text}` })}`)
  const harmless = [await fail('zzz'), await ask('zzz')]
  await forHostile(async (text) => {
    const email = `${text}${networks}` // nor may one account
    const page = await fail(email)
    assertEscaped(page, harmless[0]!)
    assert.equal(page.field('email')!.value, email)
    const form = await ask(text.replaceAll('\\', ''))
    assertEscaped(form, harmless[1]!)
  }, 10)
})

it('escapes books, names and browsers wherever they are shown', async () => {
  const shop = await openTestShop({ production: true, publicOrigin: 'https://shop.example' })
  const { passwordHash } = (await findUserByEmail(shop.db, reader.email))!
  const staff = shop.browser()
  await staff.login(admin)

  /** Everything that one customer with one book sees, and the admin of it. */
  async function visit(text: string, email: string): Promise<TestPage[]> {
    const book = await insertTestBook(shop.db, { title: text, author: text, description: text })
    const userAgent = `Firefox/1 ${text.replaceAll(/[^ -~]/g, '')}`
    const customer = shop.browser({ userAgent, address: anotherNetwork() })
    await shop.db
      .insert(users)
      .values({ name: text, email, passwordHash, createdAt: new Date() })
      .run()
    const seen = [await customer.login({ email, password: reader.password })]
    seen.push(await customer.submit('/cart/items', { bookId: book.id }))
    const checkout = await customer.get('/checkout')
    seen.push(checkout, await customer.get('/account'), await customer.get(`/books/${book.slug}`))
    const hidden = ['total', 'checkoutKey'].map((name) => [name, checkout.field(name)!.value!])
    const address = { name: text, address: text, city: text, postcode: 'x', country: text }
    seen.push(
      await customer.post('/checkout', { ...address, ...Object.fromEntries(hidden), city: '' }),
      await customer.submit('/checkout', { ...address, ...Object.fromEntries(hidden) }),
      await customer.get('/orders'),
      await customer.get(`/books?${new URLSearchParams({ q: text })}`),
      await staff.get(`/admin/books/${book.id}`),
      await staff.submit(`/admin/books/${book.id}/retire`),
    )
    await rowsOf(shop.db, `update books set retired_at = 1, title = 'gone' where id = ${book.id}`)
    return seen
  }

  const harmless = await visit('zzz', 'harmless@example.com')
  let visitors = 0
  await forHostile(async (text) => {
    const pages = await visit(text, `visitor${++visitors}@example.com`)
    for (const [n, page] of pages.entries()) {
      assert.equal(page.status, harmless[n]!.status)
      assert.equal(page.html.includes(text) && text !== escaped(text), false, `page ${n}: ${text}`)
    }
  }, 8)
})

it('lists mails as text', async () => {
  const shop = await openTestShop()
  const text = 'Hello <b>"B"</b>,\nhttp://localhost:44100/"><script>'
  const mail = JSON.stringify({ to: '<i>@example.com', subject: '<u>', text, html: text })
  const { close } = createSeal(shop.config.sessionSecrets)
  const now = new Date()
  await insertMail(shop.db, { kind: 'reset', sealed: close(mail), now, expiresAt: now })
  const { html } = await shop.browser().get('/outbox')
  assert.match(html, /Hello &lt;b&gt;&quot;B&quot;&lt;\/b&gt;,/)
  assert.doesNotMatch(html, /<i>|<u>|"><script>/)
})

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]!)
}
