import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listLogins } from '../../db/logins.ts'
import { rowsOf } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import { subjectsTo } from '../address/testing-mails.ts'
import { setUpSecondFactor } from '../testing/authenticator.ts'
import type { TestBrowser } from '../testing/browser.ts'
import {
  addPasskey,
  askedOf,
  BACKED_UP,
  ELIGIBLE,
  hiddenFields,
  logInByPasskey,
  PasskeyAuthenticator,
  PRESENT,
  VERIFIED,
} from '../testing/passkey-authenticator.ts'
import type { Forgery } from '../testing/passkey-authenticator.ts'
import { admin, onBothKinds, reader } from '../testing/shop.ts'
import type { ShopOptions, TestShop } from '../testing/shop.ts'

/** Somebody who has a passkey and is logged in nowhere. */
async function withPasskey(
  open: (options?: ShopOptions) => Promise<TestShop>,
  { account = reader, step = 1 } = {},
) {
  const shop = await open()
  const authenticator = new PasskeyAuthenticator(shop.config.publicOrigin, { step })
  const owner = shop.browser()
  await owner.login(account)
  await addPasskey(owner, authenticator)
  await owner.post('/logout')
  return { shop, authenticator }
}

async function loginsOf({ db }: TestShop, { email } = reader) {
  return listLogins(db, (await findUserByEmail(db, email))!.id)
}

async function send(browser: TestBrowser, credential: string) {
  return browser.submit('/login/passkey', { credential })
}

const refused = /^That passkey did not work/

onBothKinds('a login by passkey', (open) => {
  it('greets, keeps the cart, gives a new session id, and tells of an unknown browser', async () => {
    const { shop, authenticator } = await withPasskey(open)
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1, quantity: 3 })
    const before = browser.copy()
    const page = await logInByPasskey(browser, authenticator, { returnTo: '/orders' })
    assert.equal(page.heading, 'Your orders')
    assert.deepEqual(page.notices, ['Welcome back, Robin Reader.'])
    assert.equal(page.cart, 'Cart, 3 items')
    assert.notEqual(browser.sessionCookie, before.sessionCookie)
    assert.equal((await before.get('/')).signedIn, false)
    const { html: session } = await browser.get('/session', { Accept: 'application/json' })
    assert.ok(session.includes('loginId') && !session.includes('passkeyChallenges'))
    const told = async () =>
      (await subjectsTo(shop, reader.email)).filter((subject) => subject.startsWith('A new login'))
    const count = (await told()).length
    await browser.post('/logout')
    assert.equal((await logInByPasskey(browser, authenticator)).signedIn, true)
    assert.equal((await told()).length, count, 'this browser is known')
    assert.equal((await logInByPasskey(shop.browser(), authenticator)).signedIn, true)
    assert.equal((await told()).length, count + 1)
  })

  it('lasts as long as the browser, or as one says', async () => {
    const { shop, authenticator } = await withPasskey(open)
    const browser = shop.browser()
    for (const remembered of [false, true]) {
      const credential = authenticator.get(await askedOf(browser, 'login'))
      await browser.submit('/login/passkey', { credential, ...(remembered && { remember: 'on' }) })
      assert.equal((await loginsOf(shop))[0]!.remembered, remembered)
      await browser.post('/logout')
    }
  })

  it('counts as both factors, and ends what waited for a code', async () => {
    const { shop, authenticator } = await withPasskey(open)
    const owner = shop.browser()
    await owner.login(reader)
    const app = await setUpSecondFactor(shop, owner)
    shop.pass(60)
    const browser = shop.browser()
    const asked = await browser.submit('/login', { ...reader })
    assert.equal(asked.heading, 'Enter your code')
    const pending = browser.copy()
    assert.equal((await logInByPasskey(browser, authenticator)).signedIn, true)
    const { html: session } = await browser.get('/session', { Accept: 'application/json' })
    assert.ok(!session.includes('pendingLoginId'))
    assert.deepEqual(await rowsOf(shop.db, 'select * from pending_logins'), [])
    const late = await pending.submit('/login/code', { ...hiddenFields(asked), code: app.code() })
    assert.equal(late.signedIn, false)
  })

  it('is worth nothing a second time, whatever session comes with it', async () => {
    // One that does not count, so that the challenge alone tells.
    const { shop, authenticator } = await withPasskey(open, { step: 0 })
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1 })
    const credential = authenticator.get(await askedOf(browser, 'login'))
    const before = browser.copy()
    assert.equal((await send(browser.copy(), credential)).signedIn, true)
    shop.pass(60) // a session that was replaced a moment ago has every copy wait
    for (const from of [before, browser, shop.browser()]) {
      const page = await from.submit('/login/passkey', { credential, returnTo: '/' })
      assert.equal(page.signedIn, false)
    }
    assert.equal((await loginsOf(shop)).length, 1)
  })

  it('happens once when it is sent twice at once by two forms', async () => {
    const { shop, authenticator } = await withPasskey(open, { step: 0 })
    const browser = shop.browser()
    const credential = authenticator.get(await askedOf(browser, 'login'))
    const answers = await Promise.all(
      ['/', '/orders', '/cart'].map((returnTo) =>
        browser.copy().post('/login/passkey', { credential, returnTo }),
      ),
    )
    const isIn = answers.map(({ location }) => !location!.startsWith('/login'))
    assert.deepEqual(isIn.filter(Boolean), [true])
    assert.equal((await loginsOf(shop)).length, 1)
  })

  it('needs a challenge of this session, to log in, and of five minutes', async () => {
    const { shop, authenticator } = await withPasskey(open)
    const [browser, other] = [shop.browser(), shop.browser()]
    const theirs = await askedOf(other, 'login')
    const own = await askedOf(browser, 'login')
    assert.match((await send(browser, authenticator.get(theirs))).alerts.join(), refused)
    assert.match((await send(shop.browser(), authenticator.get(own))).alerts.join(), refused)
    await other.login(admin)
    const toConfirm = await askedOf(other, 'confirm')
    await other.submit('/login/passkey', { credential: authenticator.get(toConfirm) })
    assert.deepEqual(await loginsOf(shop), [])
    shop.pass(5 * 60 + 1)
    assert.match((await send(browser, authenticator.get(own))).alerts.join(), refused)
    const fresh = await askedOf(browser, 'login')
    for (let more = 0; more < 3; more++) await askedOf(browser, 'login')
    assert.match((await send(browser, authenticator.get(fresh))).alerts.join(), refused)
  })

  it('takes nothing from another site, or without its user', async () => {
    const { shop, authenticator } = await withPasskey(open)
    const browser = shop.browser()
    const flags = PRESENT | VERIFIED
    const forgeries: Forgery[] = [
      { origin: 'https://evil.example' },
      { origin: 'http://localhost' },
      { rpId: 'evil.example' },
      { type: 'webauthn.create' },
      { crossOrigin: true },
      { challenge: 'x'.repeat(43) },
      { flags: PRESENT },
      { flags: VERIFIED },
      { flags: flags | BACKED_UP },
      { flags: flags | ELIGIBLE },
      { userHandle: '' },
      { signature: Buffer.alloc(70) },
    ]
    for (const forgery of forgeries) {
      const credential = authenticator.get(await askedOf(browser, 'login'), forgery)
      const page = await send(browser, credential)
      assert.match(page.alerts.join(), refused, JSON.stringify(forgery))
    }
    for (const credential of ['', '{}', '[]', 'null', 'x'.repeat(20_000)]) {
      assert.match((await send(browser, credential)).alerts.join(), refused)
    }
    assert.deepEqual(await loginsOf(shop), [])
    assert.equal((await logInByPasskey(browser, authenticator)).signedIn, true)
  })

  it('takes no signature by the key of somebody else', async () => {
    const { shop, authenticator } = await withPasskey(open)
    const stranger = new PasskeyAuthenticator(shop.config.publicOrigin)
    const browser = shop.browser()
    await browser.login(admin)
    await addPasskey(browser, stranger)
    await browser.post('/logout')
    const userHandle = stranger.passkeys[0]!.userHandle
    const asOther = authenticator.get(await askedOf(browser, 'login'), { userHandle })
    assert.match((await send(browser, asOther)).alerts.join(), refused)
    const made = JSON.parse(stranger.get(await askedOf(browser, 'login'))) as { id: string }
    const renamed = JSON.stringify({ ...made, id: authenticator.passkeys[0]!.id })
    assert.match((await send(browser, renamed)).alerts.join(), refused)
    assert.deepEqual(await loginsOf(shop), [])
    assert.deepEqual(await loginsOf(shop, admin), [])
  })

  it('refuses a passkey whose counter went back, as a copy would have it', async () => {
    const { shop, authenticator } = await withPasskey(open)
    const browser = shop.browser()
    for (const [counter, isIn] of [
      [7, true],
      [7, false],
      [6, false],
      [0, false],
      [8, true],
    ] as const) {
      const page = await logInByPasskey(browser, authenticator, { forgery: { counter } })
      assert.equal(page.signedIn, isIn, String(counter))
      await browser.post('/logout')
      shop.pass(60 * 60)
    }
  })

  it('makes who fails wait, and says so', async () => {
    const { shop, authenticator } = await withPasskey(open)
    const browser = shop.browser()
    const statuses: number[] = []
    for (let attempt = 0; attempt < 7; attempt++) {
      const forgery = { signature: Buffer.alloc(70) }
      const credential = authenticator.get(await askedOf(browser, 'login'), forgery)
      const page = await browser.post('/login/passkey', { credential })
      statuses.push(page.status)
      if (page.status !== 429) continue
      assert.match(page.headers.get('Retry-After')!, /^\d+$/)
      assert.match(page.text, /Too many attempts\. Please try again in \d+ seconds?\. Log in/)
      assert.doesNotMatch(page.text, /your network|Send it again/)
    }
    assert.deepEqual(new Set(statuses), new Set([303, 429]))
    assert.equal((await browser.login(reader)).signedIn, true, 'the password is another way')
  })
})
