import assert from 'node:assert/strict'
import { it } from 'node:test'
import { deleteUser, rowsOf, sqliteOf } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import { admin, onEachStorage, openTestShop, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import type { TestBrowser } from '../testing/browser.ts'

const typed = {
  name: 'Bilbo Baggins',
  address: 'Bag End 1 <b>"upstairs"</b>',
  city: 'Hobbiton',
  postcode: 'SH1 1RE',
  country: '',
}

async function checkoutForm(shop: TestShop, account = reader) {
  const browser = shop.browser()
  await browser.submit('/cart/items', { bookId: 1 })
  await browser.login(account)
  const page = await browser.get('/checkout')
  const hidden = ['madeFor', 'total', 'checkoutKey'].map((name) => {
    return [name, page.field(name)!.value!]
  })
  return { browser, form: { ...typed, ...Object.fromEntries(hidden) } }
}

const ends: Record<string, (shop: TestShop, browser: TestBrowser) => unknown> = {
  'as it was not used for two hours': (shop) => shop.pass(2 * 60 * 60 + 1),
  async 'as it was ended elsewhere'(shop) {
    const other = shop.browser()
    await other.login(reader)
    await other.post('/account/logins/others/remove')
  },
  async 'as the password was changed'(shop) {
    const other = shop.browser()
    await other.login(reader)
    const newPassword = 'an evening on the balcony'
    const change = { currentPassword: reader.password, newPassword }
    await other.post('/account/password', change)
    await other.post('/account/password', {
      currentPassword: newPassword,
      newPassword: reader.password,
    })
  },
  'by a logout in another tab': (_, browser) => browser.post('/logout'),
}

it('tells at the login and the registration what they are for, also after a wrong password', async () => {
  const shop = await openTestShop()
  for (const [path, purpose] of [
    ['/orders', 'to see your orders.'],
    ['/orders/1?from=mail', 'to see your orders.'],
    ['/account', 'to see your account.'],
    ['/admin/books', 'to go on.'],
  ]) {
    const browser = shop.browser()
    const login = await browser.follow(await browser.get(path!))
    assert.ok(login.text.includes(`Please log in ${purpose}`), path)
    assert.doesNotMatch(login.html, /<title>Error/)
    const returnTo = login.field('returnTo')!.value!
    const again = await browser.submit('/login', { ...reader, password: 'a slip', returnTo })
    assert.ok(again.text.includes(`Please log in ${purpose}`), path)
    assert.match(again.html, /<title>Error: Log in /)
    const register = await browser.get(`/register?${new URLSearchParams({ returnTo })}`)
    assert.ok(register.text.includes(`Please create an account ${purpose}`), path)
  }
  // Nobody needs an account for that.
  const login = await shop.browser().get('/login?returnTo=/checkout')
  assert.match(login.text, / Log in, and your cart comes along\./)
  const register = await shop.browser().get('/register?returnTo=/checkout')
  assert.match(register.text, / Create an account, and your cart comes along\./)
  assert.doesNotMatch((await shop.browser().get('/login')).text, /Please/)
  assert.doesNotMatch((await shop.browser().get('/register')).text, /Please/)
})

onEachStorage('a form whose login has ended', (open) => {
  for (const [how, end] of Object.entries(ends)) {
    it(`is there again after the login, ${how}`, async () => {
      const shop = await open()
      const { browser, form } = await checkoutForm(shop)
      await end(shop, browser)
      const answer = await browser.post('/checkout', form)
      assert.match(answer.location!, /^\/login\?returnTo=%2Fcheckout%3Fkept%3D[\w-]{22}&form=kept$/)
      assert.deepEqual(answer.setCookies, [])
      const login = await browser.follow(answer)
      assert.deepEqual(login.alerts, ['Please log in to go on. What you typed is kept.'])
      await browser.post('/login', { ...reader, password: 'a slip' })
      // What was in the cart may have gone with the session.
      await browser.post('/cart/items', { bookId: 1 })
      const returnTo = login.field('returnTo')!.value!
      const page = await browser.submit('/login', { ...reader, returnTo })
      for (const [name, value] of Object.entries(typed)) {
        assert.equal(page.field(name)!.value, value, name)
      }
      const again = await browser.get(returnTo)
      assert.equal(again.field('city')!.value, typed.city, 'reloaded')

      const total = page.field('total')!.value!
      const checkoutKey = page.field('checkoutKey')!.value!
      const kept = page.field('kept')!.value!
      const order = { ...typed, country: 'The Shire', total, checkoutKey, kept }
      assert.match((await browser.post('/checkout', order)).location!, /^\/orders\/\d+$/)
      await browser.submit('/cart/items', { bookId: 1 })
      const next = await browser.get(returnTo)
      assert.equal(next.field('name')!.value, reader.name, 'used up')
      assert.equal(next.field('city')!.value, undefined)
    })
  }

  it('is there at once where only its session was replaced, and that stays logged in', async () => {
    const shop = await open()
    const { browser, form } = await checkoutForm(shop)
    const tab = browser.copy()
    await browser.post('/account/logins/others/remove')
    const answer = await tab.post('/checkout', form)
    assert.deepEqual(answer.setCookies, [], 'the newer cookie stays')
    const page = await browser.follow(await browser.follow(answer))
    assert.equal(page.heading, 'Check out')
    assert.equal(page.field('city')!.value, typed.city)
  })

  it('is of its user, in whichever login and browser', async () => {
    const shop = await open()
    const { browser, form } = await checkoutForm(shop)
    shop.pass(2 * 60 * 60 + 1)
    const login = await browser.submit('/checkout', form)
    const other = shop.browser()
    await other.login(reader)
    const page = await other.get(login.field('returnTo')!.value!)
    assert.equal(page.field('city')!.value, typed.city)
  })

  it('is never shown to another user', async () => {
    const shop = await open()
    const { browser, form } = await checkoutForm(shop)
    shop.pass(2 * 60 * 60 + 1)
    const login = await browser.submit('/checkout', form)
    await browser.login(admin)
    await browser.submit('/cart/items', { bookId: 1 })
    const page = await browser.get(login.field('returnTo')!.value!)
    assert.equal(page.field('name')!.value, admin.name)
    assert.ok(!page.html.includes(typed.city))
  })

  it('is not kept for whom it was not made', async () => {
    const shop = await open()
    const { browser, form } = await checkoutForm(shop)
    await browser.login(admin)
    await browser.post('/logout')
    const login = await browser.submit('/checkout', form)
    assert.deepEqual(login.alerts, ['Please log in, and then send the form again.'])
    assert.equal(await keptRows(shop), 0)
  })

  it('leads to the login where the account is gone', async () => {
    const shop = await open()
    const { browser, form } = await checkoutForm(shop)
    await deleteUser(shop.db, (await findUserByEmail(shop.db, reader.email))!.id)
    const login = await browser.submit('/checkout', form)
    assert.deepEqual(login.alerts, ['Please log in, and then send the form again.'])
  })

  it('is forgotten after an hour', async () => {
    const shop = await open()
    const { browser, form } = await checkoutForm(shop)
    shop.pass(2 * 60 * 60 + 1)
    const login = await browser.submit('/checkout', form)
    shop.pass(60 * 60 + 1)
    await browser.login(reader)
    const page = await browser.get(login.field('returnTo')!.value!)
    assert.equal(page.field('city')!.value, undefined)
    const lost =
      'What you sent is not kept any more. If it was not done yet, please send the form again.'
    assert.deepEqual(page.alerts, [lost])
  })

  it('is kept with a long text as well, and leads an administrator back to the book', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(admin)
    const page = await browser.get('/admin/books/1')
    const description = '猫'.repeat(2000)
    const book = { title: 'A new title', description, madeFor: page.field('madeFor')!.value! }
    shop.pass(2 * 60 * 60 + 1)
    const answer = await browser.post('/admin/books/1', book)
    const login = await browser.follow(answer)
    const returnTo = login.field('returnTo')!.value!
    assert.match(returnTo, /^\/admin\/books\/1\?kept=/)
    const form = await browser.submit('/login', { ...admin, returnTo })
    assert.equal(form.field('title')!.value, 'A new title')
    assert.ok(form.html.includes(description))
    const other = await browser.get(returnTo.replace('/1?', '/2?'))
    assert.notEqual(other.field('title')!.value, 'A new title')
  })
})

async function keptRows({ db }: TestShop): Promise<number> {
  return (await rowsOf(db, 'select * from kept_forms')).length
}

it('keeps no password, and nothing of who was never here', async () => {
  const shop = await openTestShop()
  const { id } = (await findUserByEmail(shop.db, reader.email))!
  const stranger = shop.browser()
  for (let time = 0; time < 5; time++) {
    await stranger.post('/checkout', { ...typed, madeFor: id })
  }
  assert.equal(await keptRows(shop), 0)

  const browser = shop.browser()
  await browser.login(reader)
  shop.pass(2 * 60 * 60 + 1)
  const passwords = { currentPassword: reader.password, newPassword: 'a new one, and secret' }
  const sent = { ...passwords, password: 'this as well', madeFor: id }
  for (const path of ['/account/password', '/checkout']) {
    await browser.post(path, { ...sent, city: 'Hobbiton' })
  }
  assert.equal(await keptRows(shop), 1)
  const database = sqliteOf(shop.db).serialize()
  for (const secret of Object.values(sent)) {
    if (typeof secret === 'string') assert.ok(!database.includes(secret))
  }
})

it('keeps three forms of a user, and none that is larger than any of ours', async () => {
  const shop = await openTestShop()
  const { browser, form } = await checkoutForm(shop)
  shop.pass(2 * 60 * 60 + 1)
  for (let time = 0; time < 9; time++) await browser.post('/checkout', form)
  assert.equal(await keptRows(shop), 3)
  shop.pass(61 * 60)
  const login = await browser.submit('/checkout', { ...form, city: 'x'.repeat(17_000) })
  assert.deepEqual(login.alerts, ['Please log in, and then send the form again.'])
})
