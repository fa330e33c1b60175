import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listLogins } from '../../db/logins.ts'
import { findUserByEmail } from '../../db/users.ts'
import { linkTo } from '../address/testing-mails.ts'
import { setUpSecondFactor } from '../testing/authenticator.ts'
import type { TestBrowser } from '../testing/browser.ts'
import { BindingBrowser } from '../testing/device.ts'
import type { TestPage } from '../testing/page.ts'
import { addPasskey, askedOf, PasskeyAuthenticator } from '../testing/passkey-authenticator.ts'
import { onEachStorage, openTestShop, reader } from '../testing/shop.ts'
import type { ShopOptions, TestShop } from '../testing/shop.ts'

const publicOrigin = 'https://shop.example'
const MAX_AGE = 600
const noProof = 'Your browser could not prove that it is on the device on which you logged in.'

type Open = (options?: ShopOptions) => Promise<TestShop>

async function boundShop(open: Open = openTestShop) {
  const shop = await open({ publicOrigin })
  const browser = shop.browser()
  const owner = new BindingBrowser(browser)
  await owner.login(reader)
  return { shop, browser, owner }
}

async function loginsOf({ db }: TestShop) {
  return listLogins(db, (await findUserByEmail(db, reader.email))!.id)
}

onEachStorage('a login that is bound to a device', (open) => {
  it('is worth nothing to who has a copy of all cookies, once the short one has ended', async () => {
    const { shop, browser, owner } = await boundShop(open)
    const thief = browser.copy()
    assert.match((await browser.get('/account')).text, /This browser Bound to this device/)
    assert.equal((await thief.get('/account')).heading, 'Your account', 'a copy of all, at once')

    shop.pass(MAX_AGE)
    assert.equal((await thief.get('/')).signedIn, false)
    assert.equal((await thief.get('/account')).location, '/login?returnTo=%2Faccount')
    assert.equal(
      (await thief.post('/account/logins/others/remove')).location!.split('?')[0],
      '/login',
    )

    assert.equal((await owner.refresh()).status, 200)
    assert.equal((await browser.get('/account')).heading, 'Your account')
    assert.equal((await loginsOf(shop)).length, 1)
  })

  it('lives on while its device proves itself, for as long as the session does', async () => {
    const { shop, browser, owner } = await boundShop(open)
    for (let time = 0; time < 20; time++) {
      shop.pass(MAX_AGE - 30)
      assert.equal((await owner.refresh()).status, 200)
      assert.equal((await browser.get('/')).signedIn, true)
    }
  })

  it('goes on after a restart, and where a request overtakes the one that proves it', async () => {
    const { shop, browser, owner } = await boundShop(open)
    shop.pass(MAX_AGE)
    assert.equal((await browser.get('/')).signedIn, false)
    if (shop.config.sessionStorage !== 'memory') await shop.restart()
    assert.equal((await owner.refresh()).status, 200)
    assert.equal((await browser.get('/')).signedIn, true, 'nothing was ended')
  })

  it('stays bound when the login gets another id, as after a step-up', async () => {
    const { shop, browser, owner } = await boundShop(open)
    const email = 'robin@example.com'
    await browser.post('/account/email', { email })
    const link = (await linkTo(shop, email))!
    for (const path of ['/account/logins/others/remove', link]) {
      const answer = await browser.post(path)
      assert.equal(answer.location, '/account')
      assert.equal(answer.headers.get('Secure-Session-Registration'), null)
      const thief = browser.copy()
      shop.pass(MAX_AGE)
      assert.equal((await thief.get('/')).signedIn, false)
      await owner.refresh()
      assert.equal((await browser.get('/')).signedIn, true)
    }
  })
})

it('offers every login to be bound, however it comes about', async () => {
  const shop = await openTestShop({ publicOrigin })
  const nora = { name: 'Nora', email: 'nora@example.com', password: 'a chair by the sea' }
  const ways: Record<string, (browser: TestBrowser) => Promise<TestPage>> = {
    password: (browser) => browser.post('/login', { ...reader }),
    registration: (browser) => browser.post('/register', nora),
    async reset(browser) {
      await browser.post('/reset-password', { email: reader.email })
      const [mail] = await shop.mails()
      const path = new URL(/https:\S+/.exec(mail!.text)![0]).pathname
      await browser.post(path, { password: 'a rainy day, and tea' })
      return browser.post('/login', { email: reader.email, password: 'a rainy day, and tea' })
    },
    async passkey(browser) {
      const authenticator = new PasskeyAuthenticator(publicOrigin)
      const owner = shop.browser()
      await owner.login(nora)
      await addPasskey(owner, authenticator)
      const credential = authenticator.get(await askedOf(browser, 'login'))
      return browser.post('/login/passkey', { credential })
    },
    async 'second factor'(browser) {
      const phone = shop.browser()
      await phone.login(nora)
      const app = await setUpSecondFactor(shop, phone)
      shop.pass(60)
      const waiting = await browser.post('/login', nora)
      assert.equal(waiting.headers.get('Secure-Session-Registration'), null, 'not yet')
      return browser.post('/login/code', { code: app.code() })
    },
  }
  for (const [way, login] of Object.entries(ways)) {
    const browser = shop.browser()
    await new BindingBrowser(browser).bind(await login(browser))
    assert.match((await browser.get('/account')).text, /Bound to this device/, way)
    const thief = browser.copy()
    shop.pass(MAX_AGE)
    assert.equal((await thief.get('/')).signedIn, false, way)
  }

  const confirming = await openTestShop({ publicOrigin, registration: 'confirm' })
  const browser = confirming.browser()
  const asked = await browser.post('/register', nora)
  assert.equal(asked.headers.get('Secure-Session-Registration'), null, 'nobody is logged in')
  await new BindingBrowser(browser).bind(
    await browser.post((await linkTo(confirming, nora.email))!),
  )
  assert.match((await browser.get('/account')).text, /Bound to this device/)
})

it('does nothing that asks for a confirmed login while its proof may be on its way', async () => {
  const shop = await openTestShop({ publicOrigin })
  const browser = shop.browser()
  const answer = await browser.post('/login', { ...reader })
  const thief = browser.copy()
  await new BindingBrowser(browser).bind(answer)

  assert.equal((await thief.get('/')).signedIn, true, 'it may be the page after the login')
  for (const path of ['/account/logins/others/remove', '/account/password']) {
    assert.match((await thief.post(path)).location!, /^\/confirm\?/, path)
  }
  assert.match((await thief.get('/account/email')).location!, /^\/confirm\?/)
  assert.equal((await browser.get('/account/email')).status, 200, 'with the proof')
  shop.pass(30)
  assert.equal((await thief.get('/')).signedIn, false)
})

it('tells at the login why it is asked for again, and replaces the login', async () => {
  const { shop, browser } = await boundShop()
  const [lost] = await loginsOf(shop)
  shop.pass(MAX_AGE)
  const login = await browser.follow(await browser.get('/account'))
  assert.deepEqual(login.alerts, [`${noProof} Please log in again.`])
  const form = await browser.follow(
    await browser.post('/checkout', { madeFor: lost!.userId, city: 'Hobbiton' }),
  )
  assert.deepEqual(form.alerts, [`${noProof} Please log in to go on. What you typed is kept.`])

  const again = new BindingBrowser(browser)
  assert.equal((await again.login(reader)).signedIn, true)
  const logins = await loginsOf(shop)
  assert.equal(logins.length, 1)
  assert.notEqual(logins[0]!.id, lost!.id)
})

it('is ended by a logout without its proof as well, and the browser forgets it', async () => {
  const { shop, browser, owner } = await boundShop()
  const open = browser.copy()
  shop.pass(MAX_AGE)
  await open.post('/logout')
  assert.deepEqual(await loginsOf(shop), [])
  const { status, html } = await owner.refresh()
  assert.equal(status, 200)
  assert.deepEqual(JSON.parse(html), { session_identifier: owner.id, continue: false })
})

it('is over when nobody has used it for two hours, though its device proves itself', async () => {
  const { shop, browser, owner } = await boundShop()
  for (let time = 0; time < 13; time++) {
    shop.pass(MAX_AGE)
    await owner.refresh()
  }
  assert.equal(JSON.parse((await owner.refresh()).html).continue, false)
  assert.equal((await browser.get('/')).signedIn, false)
})

it('takes a cookie away that does not count, so that the browser proves itself', async () => {
  const { shop, browser } = await boundShop()
  const header = browser.cookieHeader
  const ask = (seconds: number) => {
    shop.pass(seconds)
    return shop.fetch(
      new Request(`${publicOrigin}/`, { headers: { Cookie: header, Host: 'shop.example' } }),
    )
  }
  const removal = /^bound-[\w-]+=; Path=\/; Max-Age=0; HttpOnly; Secure; SameSite=Lax$/
  const cookies = async (seconds: number) => (await ask(seconds)).headers.getSetCookie()
  assert.ok(!(await cookies(MAX_AGE - 1)).some((cookie) => removal.test(cookie)))
  assert.ok((await cookies(1)).some((cookie) => removal.test(cookie)))
})

it('is refreshed for one write, and no session is touched', async () => {
  const { shop, owner } = await boundShop((options) => openTestShop({ ...options, storage: 'fs' }))
  shop.pass(MAX_AGE)
  const [before, files] = [shop.databaseWrites(), shop.sessionFiles()]
  await owner.refresh()
  assert.equal(shop.databaseWrites() - before, 1)
  assert.deepEqual(shop.sessionFiles(), files)
})

it('counts as any other when that is turned off', async () => {
  const { shop, browser } = await boundShop((options) =>
    openTestShop({ ...options, storage: 'fs' }),
  )
  shop.pass(MAX_AGE)
  await shop.restart({ deviceBindingMaxAge: undefined })
  const account = await browser.get('/account')
  assert.equal(account.heading, 'Your account')
  assert.doesNotMatch(account.text, /Bound/)
  assert.equal((await browser.request('/device-binding', { method: 'POST' })).status, 404)
})

it('makes no difference to other browsers, but for one header at the login', async () => {
  const [on, off] = await Promise.all(
    [600, undefined].map(async (deviceBindingMaxAge) => {
      const shop = await openTestShop({ publicOrigin, production: true })
      await shop.restart({ deviceBindingMaxAge })
      const browser = shop.browser()
      const answers = [
        await browser.get('/'),
        await browser.post('/cart/items', { bookId: 1 }),
        await browser.get('/login?returnTo=/account'),
        await browser.post('/login', { ...reader, returnTo: '/account' }),
        await browser.get('/account'),
        await browser.get('/checkout'),
        await browser.post('/account/logins/none/remove'),
        await browser.post('/logout'),
        await browser.get('/login'),
      ]
      return answers.map(({ status, headers, html }) => ({ status, headers: [...headers], html }))
    }),
  )
  const header = (([name]: [string, string]) => name === 'secure-session-registration') as (
    entry: string[],
  ) => boolean
  assert.equal(on!.filter(({ headers }) => headers.some(header)).length, 1)
  assert.ok(on![3]!.headers.some(header))
  on![3]!.headers = on![3]!.headers.filter((entry) => !header(entry))
  assert.deepEqual(on!.map(withoutChance), off!.map(withoutChance))
})

/** Without ids, keys and signatures, which are never twice the same, and without the time. */
function withoutChance(answer: object): string {
  return JSON.stringify(answer)
    .replaceAll(/(?<="formKey.{1,12}value=\W{1,3})[\w-]+/g, '…')
    .replaceAll(/[\w%.-]{22,}/g, '…')
    .replaceAll(/\d\d:\d\d[\d:.]*/g, '…')
}
