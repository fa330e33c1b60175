import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { listLogins } from '../../db/logins.ts'
import { deletePendingLogins } from '../../db/pending-logins.ts'
import { findUserByEmail } from '../../db/users.ts'
import { linkTo, subjectsTo } from '../address/testing-mails.ts'
import type { TestBrowser } from '../testing/browser.ts'
import { admin, onBothKinds, openTestShop, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import { beginLogin, protectedShop } from './testing-login.ts'

async function loginsOf({ db }: TestShop) {
  return listLogins(db, (await findUserByEmail(db, reader.email))!.id)
}

onBothKinds('a login with a second factor', (open) => {
  it('logs in after the code, with a new session id at the password and at the code', async () => {
    const { shop, app } = await protectedShop(open)
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1 })
    const [first] = [browser.sessionCookie]
    const formKey = await beginLogin(browser, { returnTo: '/orders', remember: 'on' })
    const second = browser.sessionCookie
    const pending = browser.copy()
    const page = await browser.get('/login/code?returnTo=/orders')
    const returnTo = page.field('returnTo')!.value!
    const answer = await browser.post('/login/code', { code: app.code(), formKey, returnTo })
    assert.equal(answer.location, '/orders')
    const end = await browser.follow(answer)
    assert.deepEqual(end.notices, ['Welcome back, Robin Reader.'])
    assert.equal(end.signedIn, true)
    assert.equal(end.cart, 'Cart, 1 item')
    assert.equal(new Set([first, second, browser.sessionCookie]).size, 3)
    assert.equal((await loginsOf(shop))[0]!.remembered, true)
    const { html: session } = await browser.get('/session', { Accept: 'application/json' })
    assert.ok(session.includes('loginId') && !session.includes('pendingLoginId'))
    // What was planted or copied while it was pending is nobody afterwards.
    assert.equal((await pending.get('/')).signedIn, false)
    const late = await pending.submit('/login/code', { code: app.code(1) })
    assert.equal(late.heading, 'Log in')
  })

  it('is nobody while it is pending', async () => {
    const { shop } = await protectedShop(open)
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1 })
    await beginLogin(browser)
    for (const path of ['/account', '/orders', '/admin/books', '/confirm']) {
      assert.match((await browser.get(path)).location!, /^\/login\?/, path)
    }
    for (const path of ['/account/password', '/account/logins/others/remove', '/confirm']) {
      assert.match((await browser.post(path, { ...reader })).location!, /^\/login\?/, path)
    }
    const home = await browser.get('/')
    assert.equal(home.signedIn, false)
    assert.ok(!home.html.includes('Robin'))
    assert.equal(home.cart, 'Cart, 1 item')
    assert.equal((await loginsOf(shop)).length, 1, 'the one that set it up')
    const [latest] = await subjectsTo(shop, reader.email)
    assert.match(latest!, /^How you log in/, 'no login is told of')
    const other = await browser.login(admin)
    assert.equal(other.cart, 'Cart, 1 item', 'the cart is still a guest’s')
  })

  it('is over after ten minutes, and with a new password', async () => {
    const { shop, owner, app } = await protectedShop(open)
    const slow = shop.browser()
    const formKey = await beginLogin(slow)
    shop.pass(10 * 60 + 1)
    const page = await slow.submit('/login/code', { code: app.code(), formKey })
    assert.equal(page.heading, 'Log in')
    assert.match(page.alerts.join(), /^That login was not finished within ten minutes/)

    const thief = shop.browser()
    await beginLogin(thief)
    const newPassword = 'an evening on the balcony'
    await owner.post('/account/password', { currentPassword: reader.password, newPassword })
    assert.equal((await thief.submit('/login/code', { code: app.code() })).heading, 'Log in')
    assert.equal((await thief.get('/')).signedIn, false)
  })

  it('begins again once no code is asked for any more', async () => {
    const { shop, owner, app } = await protectedShop(open)
    const browser = shop.browser()
    const formKey = await beginLogin(browser)
    const off = await owner.submit('/account/second-factor/remove')
    assert.match(off.notices.join(), /no longer asks for a code/)
    const page = await browser.submit('/login/code', { code: app.code(), formKey })
    assert.equal(page.heading, 'Log in')
    assert.match(page.alerts.join(), /, or was ended elsewhere\. Please log in again/)
    assert.equal((await browser.login(reader)).signedIn, true)
  })

  it('takes a code once, also when it is sent twice at once', async () => {
    const { shop, app } = await protectedShop(open)
    for (const code of [app.code(), app.recoveryCodes[3]!]) {
      const browsers = [shop.browser(), shop.browser()]
      const keys: string[] = []
      for (const browser of browsers) keys.push(await beginLogin(browser))
      const answers = await Promise.all(
        browsers.map((browser, index) =>
          browser.post('/login/code', { code, formKey: keys[index]! }),
        ),
      )
      assert.deepEqual(answers.map(({ status }) => status).toSorted(), [303, 422])
      const again = shop.browser()
      const formKey = await beginLogin(again)
      const refused = await again.post('/login/code', { code, formKey })
      assert.equal(refused.status, 422)
      assert.equal(refused.signedIn, false)
      shop.pass(3600)
    }
  })

  it('takes a recovery code however it is typed, and tells how many are left', async () => {
    const { shop, app } = await protectedShop(open)
    const browser = shop.browser()
    const formKey = await beginLogin(browser)
    const code = ` ${app.recoveryCodes[0]!.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'o')}`
    const page = await browser.submit('/login/code', { code, formKey })
    assert.deepEqual(page.notices, ['Welcome back, Robin Reader. You have 9 recovery codes left.'])
    const used = (await subjectsTo(shop, reader.email)).filter((subject) =>
      /recovery/.test(subject),
    )
    assert.equal(used.length, 1)
  })

  it('uses up no recovery code where it was ended at that moment', async (t) => {
    const { shop, app } = await protectedShop(open)
    const browser = shop.browser()
    const [code] = app.recoveryCodes
    const fields = { code: code!, formKey: await beginLogin(browser) }
    const { id } = (await findUserByEmail(shop.db, reader.email))!
    const { transaction } = shop.db
    const transactions = t.mock.method(shop.db, 'transaction', async (work: never) => {
      transactions.mock.restore()
      await deletePendingLogins(shop.db, id)
      return (await transaction.call(shop.db, work)) as never
    })
    const page = await browser.submit('/login/code', fields)
    assert.match(page.alerts.join(), /, or was ended elsewhere\. Please log in again/)
    assert.doesNotMatch((await subjectsTo(shop, reader.email)).join(), /recovery/)
    const again = { code: code!, formKey: await beginLogin(browser) }
    assert.equal((await browser.submit('/login/code', again)).signedIn, true)
  })

  it('is finished once by a form that comes twice', async () => {
    const { shop, app } = await protectedShop(open)
    const ways: ((browser: TestBrowser, send: (from: TestBrowser) => unknown) => unknown)[] = [
      (browser, send) => Promise.all([send(browser.copy()), send(browser)]),
      (browser, send) => Promise.all([send(browser), send(browser)]),
      async (browser, send) => (await send(browser.copy()), send(browser)),
      async (browser, send) => (await send(browser), send(browser)),
    ]
    for (const [index, sendTwice] of ways.entries()) {
      const browser = shop.browser()
      const formKey = await beginLogin(browser)
      const fields = { code: app.code(), formKey, rememberDevice: 'on' }
      await sendTwice(browser, async (from) => {
        assert.equal((await from.post('/login/code', fields)).location, '/', `way ${index}`)
      })
      assert.equal((await browser.get('/')).signedIn, true, `way ${index}`)
      assert.equal((await loginsOf(shop)).length, index + 2)
      await browser.post('/logout')
      assert.equal((await browser.login(reader)).signedIn, true, `way ${index}: remembered`)
      shop.pass(60)
    }
  })

  it('is not passed by a new password from the mail', async () => {
    const { shop, app } = await protectedShop(open)
    const thief = shop.browser()
    await thief.post('/reset-password', { email: reader.email })
    const link = (await linkTo(shop, reader.email))!
    const password = 'chosen by who reads the mail'
    await thief.submit(link, { password })
    assert.equal((await thief.get('/')).signedIn, false)
    const formKey = await beginLogin(thief, { password })
    assert.equal((await thief.post('/login/code', { code: '000000', formKey })).status, 422)
    assert.equal((await thief.get('/account')).status, 303)
    assert.equal((await thief.submit('/login/code', { code: app.code(), formKey })).signedIn, true)
  })

  it('is waited for by nobody but the browser that gave the password', async () => {
    const { shop, app } = await protectedShop(open)
    for (const browser of [shop.browser(), shop.browser()]) {
      const page = await browser.submit('/login/code', { code: app.code() })
      assert.equal(page.heading, 'Log in')
      assert.equal((await browser.get('/login/code')).location, '/login?form=unfinished')
    }
  })
})

it('slows down who guesses codes, on all networks together, and not the owner’s browser', async () => {
  const { shop, owner, app } = await protectedShop(openTestShop)
  await owner.post('/logout')
  const statuses = new Map<number, number>()
  for (let guess = 0; guess < 24; guess++) {
    const thief = shop.browser({ address: `198.51.${guess}.1` })
    const formKey = await beginLogin(thief)
    for (let time = 0; time < 2; time++) {
      const { status } = await thief.post('/login/code', { code: '000000', formKey })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }
  assert.ok(statuses.get(422)! < 12, [...statuses].join())
  const formKey = await beginLogin(owner)
  assert.equal((await owner.submit('/login/code', { code: app.code(), formKey })).signedIn, true)
})

it('slows down one browser after five codes, whatever the password did meanwhile', async () => {
  const { shop, app } = await protectedShop(openTestShop)
  const thief = shop.browser()
  for (let guess = 1; guess <= 5; guess++) {
    const formKey = await beginLogin(thief)
    assert.equal((await thief.post('/login/code', { code: '000000', formKey })).status, 422)
  }
  const formKey = await beginLogin(thief)
  const refused = await thief.post('/login/code', { code: app.code(), formKey })
  assert.equal(refused.status, 429)
  assert.equal(refused.headers.get('Retry-After'), '1')
  await wait(1000)
  assert.equal((await thief.submit('/login/code', { code: app.code(), formKey })).signedIn, true)
})

it('slows down who reads the mail as well, however often they choose a new password', async () => {
  const { shop } = await protectedShop(openTestShop)
  const statuses: number[] = []
  for (const password of ['chosen by who reads the mail', 'and chosen by them again']) {
    const thief = shop.browser()
    await thief.post('/reset-password', { email: reader.email })
    await thief.submit((await linkTo(shop, reader.email))!, { password })
    const formKey = await beginLogin(thief, { password })
    for (let guess = 0; guess < 4; guess++) {
      statuses.push((await thief.post('/login/code', { code: '000000', formKey })).status)
    }
  }
  assert.deepEqual(statuses.slice(0, 5), [422, 422, 422, 422, 422])
  assert.ok(statuses.includes(429), statuses.join())
})

it('is not slowed down by who knows the address alone', async () => {
  const { shop, app } = await protectedShop(openTestShop)
  const stranger = shop.browser()
  for (let guess = 0; guess < 6; guess++) {
    await stranger.post('/login', { email: `second factor of ${reader.email}`, password: 'x' })
  }
  const owner = shop.browser({ address: '198.51.100.1' })
  const formKey = await beginLogin(owner)
  assert.equal((await owner.submit('/login/code', { code: app.code(), formKey })).signedIn, true)
})
