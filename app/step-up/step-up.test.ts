import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findBooksByIds } from '../../db/books.ts'
import { listLogins } from '../../db/logins.ts'
import { breakInserts, rowsOf, sqliteOf } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestPage } from '../testing/page.ts'
import { admin, onBothKinds, openTestShop, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

const newPassword = 'an evening on the balcony'
const change = { currentPassword: reader.password, newPassword }
const others = '/account/logins/others/remove'

async function loginsOf({ db }: TestShop, { email } = reader) {
  return listLogins(db, (await findUserByEmail(db, email))!.id)
}

/** Somebody who logged in longer ago than it counts, and in another browser as well. */
async function longAfterLogin(shop: TestShop, account = reader) {
  await shop.browser({ userAgent: 'another' }).login(account)
  const browser = shop.browser()
  await browser.login(account)
  shop.pass(15 * 60 + 1)
  return browser
}

/** The fields of the page that asks who it is, as a person fills it in. */
function confirmation(page: TestPage, password: string) {
  const names = ['madeFor', 'formKey', 'returnTo', 'kept', 'form']
  const hidden = names.map((name) => [name, page.field(name)?.value] as const)
  const sent = hidden.filter((field): field is [string, string] => field[1] !== undefined)
  return { ...Object.fromEntries(sent), password }
}

async function confirm(browser: TestBrowser, page: TestPage, { password } = reader) {
  assert.equal(page.heading, 'Confirm that it is you')
  return browser.submit('/confirm', confirmation(page, password))
}

async function bookForm(browser: TestBrowser, path: string) {
  const page = await browser.get(path)
  const names = [...page.html.matchAll(/ name="([^"]+)"/g)].map(([, name]) => name!)
  const values = names.map((name) => [name, page.field(name)?.value ?? ''])
  return { ...Object.fromEntries(values), description: 'As it "was" <sent>.\r\nTwice.' }
}

interface Guarded {
  /** What is told before it is done. */
  told: string
  account?: typeof reader
  path: string
  fields?: (browser: TestBrowser) => Promise<Record<string, string>>
  done: (shop: TestShop) => Promise<unknown>
}

const firstBook = async ({ db }: TestShop) => (await findBooksByIds(db, [1]))[0]!

const guarded: Record<string, Guarded> = {
  'ending all other logins': {
    told: 'log out all other browsers',
    path: others,
    done: async (shop) => (await loginsOf(shop)).length === 1,
  },
  'saving a book': {
    account: admin,
    told: 'change a book',
    path: '/admin/books/1',
    fields: (browser) => bookForm(browser, '/admin/books/1'),
    done: async (shop) => (await firstBook(shop)).description === 'As it "was" <sent>.\nTwice.',
  },
  'adding a book': {
    account: admin,
    told: 'add a book',
    path: '/admin/books/new',
    fields: async (browser) => ({
      ...(await bookForm(browser, '/admin/books/new')),
      title: 'A new one',
      author: 'Somebody',
      genre: 'Essays',
      price: '1.00',
      stock: '1',
      year: '2000',
      pages: '10',
      featured: '',
    }),
    done: async ({ db }) =>
      (await rowsOf(db, `select * from books where title = 'A new one'`)).length === 1,
  },
  'retiring a book': {
    account: admin,
    told: 'retire a book',
    path: '/admin/books/1/retire',
    done: async (shop) => (await firstBook(shop)).retiredAt !== null,
  },
}

onBothKinds('a login of a while ago', (open) => {
  for (const [what, { account, told, path, fields, done }] of Object.entries(guarded)) {
    it(`is asked who it is before ${what}, which is carried on with once`, async () => {
      const shop = await open()
      const browser = await longAfterLogin(shop, account)
      const stolen = browser.copy()
      const before = (await loginsOf(shop, account)).find((login) => login.userAgent === 'curl/8')
      const madeFor = String(before!.userId)
      const form = { madeFor, ...(await fields?.(browser)) }
      const answer = await browser.post(path, form)
      assert.match(answer.location!, /^\/confirm\?returnTo=%2F[^&]*&kept=[\w-]{22}$/)
      assert.deepEqual(answer.setCookies, [])
      const page = await browser.follow(answer)
      assert.ok(page.text.includes(`You asked to ${told}. That is done once we know`), page.text)
      const wrong = await browser.post('/confirm', confirmation(page, 'a guess'))
      assert.equal(wrong.status, 422)
      assert.ok(wrong.text.includes(`You asked to ${told}.`))
      assert.deepEqual(wrong.field('password')!.errors, ['That is not your password.'])
      const empty = await browser.post('/confirm', confirmation(page, ''))
      assert.deepEqual(empty.field('password')!.errors, ['Enter your password.'])
      assert.equal(await done(shop), false, 'not without the password')

      const { sessionCookie } = browser
      const sent = confirmation(wrong, (account ?? reader).password)
      const confirmed = await browser.post('/confirm', sent)
      assert.equal(confirmed.status, 307)
      assert.match(confirmed.location!, /\?carry-on=[\w-]{22}$/)
      assert.notEqual(browser.sessionCookie, sessionCookie, 'a new session id')
      assert.equal(await done(shop), false)
      const end = await browser.submit(confirmed.location!, sent)
      assert.equal(end.signedIn, true)
      assert.equal(end.notices.length, 1, end.text)
      assert.equal(await done(shop), true)

      assert.equal((await stolen.get('/')).signedIn, false, 'a copy has no part in it')
      const ids = (await loginsOf(shop, account)).map(({ id }) => id)
      assert.ok(!ids.includes(before!.id))
    })
  }

  it('is asked for nothing within fifteen minutes', async () => {
    const shop = await open()
    await shop.browser().login(reader)
    const browser = shop.browser()
    await browser.login(reader)
    shop.pass(15 * 60 - 5)
    assert.equal((await browser.post(others)).location, '/account')
    assert.equal(
      (await browser.get('/account/password')).location,
      '/account#field-currentPassword',
    )
    assert.equal((await browser.get('/confirm?returnTo=/orders')).location, '/orders')
  })

  it('is asked for a page as well, and led there', async () => {
    const shop = await open()
    const browser = await longAfterLogin(shop)
    assert.equal((await browser.get('/account')).field('newPassword'), undefined)
    const answer = await browser.get('/account/password')
    assert.equal(answer.location, '/confirm?returnTo=%2Faccount%2Fpassword')
    const next = await confirm(browser, await browser.follow(answer))
    assert.equal(next.location, '/account#field-currentPassword')
    const page = await browser.follow(next)
    const keys = { madeFor: page.field('madeFor')!.value!, formKey: page.field('formKey')!.value! }
    const changed = await browser.submit('/account/password', { ...change, ...keys })
    assert.match(changed.notices.join(), /^Your password has been changed/)
  })

  it('carries on once with a form that comes again and at once', async () => {
    const shop = await open()
    const browser = await longAfterLogin(shop)
    const page = await browser.submit(others, { madeFor: (await loginsOf(shop))[0]!.userId })
    const sent = confirmation(page, reader.password)
    const { location } = await browser.post('/confirm', sent)
    const copies = [browser.copy(), browser.copy(), browser]
    const ends = await Promise.all(copies.map((copy) => copy.post(location!, sent)))
    assert.deepEqual([...new Set(ends.map(({ status }) => status))], [303])
    const told = await rowsOf(shop.db, 'select carried_on_at from kept_forms')
    assert.equal(told.length, 1)
    assert.notEqual(told[0]!['carried_on_at'], null)

    await shop.browser().login(reader)
    const later = shop.browser()
    await later.login(reader)
    const again = await later.submit(location!, sent)
    assert.deepEqual(again.alerts, ['That form had already been sent. It counts only once.'])
    assert.equal((await loginsOf(shop)).length, 3)
  })

  it('confirms neither another login nor what another one has sent', async () => {
    const shop = await open()
    const browser = await longAfterLogin(shop)
    const second = shop.browser({ userAgent: 'second' })
    await second.login(reader)
    shop.pass(15 * 60 + 1)
    const asked = await browser.submit(others)
    await confirm(second, await second.get('/confirm?returnTo=/account'))
    assert.match((await browser.post(others)).location!, /^\/confirm/, 'each for itself')

    const thief = shop.browser()
    await thief.login(admin)
    const kept = asked.field('kept')!.value!
    const lost = await thief.submit(`${others}?carry-on=${kept}`)
    assert.deepEqual(lost.alerts, [
      'What you sent is not kept any more. If it was not done yet, please send the form again.',
    ])
    shop.pass(15 * 60 + 1)
    const theirs = await thief.get(`/confirm?returnTo=/orders&kept=${kept}`)
    const next = await thief.post('/confirm', confirmation(theirs, admin.password))
    assert.equal(next.location, '/orders')
    assert.equal((await loginsOf(shop)).length, 3)
  })

  it('is nothing by the address of the form alone', async () => {
    const shop = await open()
    const browser = await longAfterLogin(shop)
    const page = await browser.submit(others)
    const path = `${others}?carry-on=${page.field('kept')!.value!}`
    assert.match((await browser.post(path)).location!, /^\/confirm/)
    assert.equal(
      (await shop.browser().post(path)).location,
      '/login?returnTo=%2Faccount&form=again',
    )
    assert.match(
      (await browser.post(`/admin/books/1?carry-on=${'A'.repeat(22)}`)).text,
      /Staff only/,
    )
    assert.equal((await loginsOf(shop)).length, 2)
  })
})

it('logs out without being asked', async () => {
  const shop = await openTestShop()
  const browser = await longAfterLogin(shop)
  const own = (await loginsOf(shop)).find(({ userAgent }) => userAgent === 'curl/8')!
  const answer = await browser.post(`/account/logins/${own.id}/remove`)
  assert.equal(answer.location, '/login?signed-out')
})

it('keeps no password, and asks for the form again', async () => {
  const shop = await openTestShop()
  const browser = await longAfterLogin(shop)
  const answer = await browser.post('/account/password', change)
  // Also beside a form that may wait.
  const both = await browser.post('/account/logins/others/remove', change)
  const form = '%3Fform%3Dagain%23field-currentPassword'
  assert.equal(answer.location, `/confirm?returnTo=%2Faccount${form}&form=again`)
  assert.equal(both.location, '/confirm?returnTo=%2Faccount&form=again')
  assert.equal((await rowsOf(shop.db, 'select * from kept_forms')).length, 0)
  assert.ok(!sqliteOf(shop.db).serialize().includes(newPassword))
  const page = await browser.follow(answer)
  assert.match(
    page.text,
    /What you sent was not kept, so please send it again once you have confirmed/,
  )
  assert.equal((await confirm(browser, page)).heading, 'Your account')
})

it('slows down who guesses the password with a stolen cookie, and nobody else', async () => {
  const shop = await openTestShop()
  const thief = (await longAfterLogin(shop)).copy({ address: '203.0.113.7' })
  const page = await thief.get('/confirm?returnTo=/account')
  for (let guess = 1; guess <= 5; guess++) {
    const wrong = await thief.post('/confirm', confirmation(page, `guess ${guess}`))
    assert.equal(wrong.status, 422)
  }
  const refused = await thief.post('/confirm', confirmation(page, reader.password))
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('Retry-After'), '1')
  assert.equal((await shop.browser().login(reader)).signedIn, true)
})

it('may be carried on with again where nothing came of it', async () => {
  const shop = await openTestShop()
  const browser = await longAfterLogin(shop)
  const page = await browser.submit(others)
  const sent = confirmation(page, reader.password)
  const { location } = await browser.post('/confirm', sent)
  await breakInserts(shop.db, 'logins')
  assert.equal((await browser.post(location!, sent)).status, 500)
  await rowsOf(shop.db, 'drop trigger broken')
  const end = await browser.submit(location!, sent)
  assert.deepEqual(end.notices, ['You have been logged out of 1 other browser.'])
})

it('tells what it is asked for, so that a link leads nobody to confirm what somebody else sent', async () => {
  const shop = await openTestShop()
  const browser = await longAfterLogin(shop)
  const email = 'thief@example.com'
  const { location } = await browser.copy().post('/account/email', { email })
  const page = await browser.get(location!)
  assert.match(page.text, /You asked to use the address thief@example\.com for your account\./)
  const unknown = await browser.get('/confirm?kept=of-nobody&returnTo=/orders')
  assert.doesNotMatch(unknown.text, /is kept|You asked/)
})
