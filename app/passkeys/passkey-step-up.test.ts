import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listLogins } from '../../db/logins.ts'
import { findUserByEmail } from '../../db/users.ts'
import { setUpSecondFactor } from '../testing/authenticator.ts'
import {
  addPasskey,
  askedOf,
  hiddenFields,
  PasskeyAuthenticator,
} from '../testing/passkey-authenticator.ts'
import type { TestPage } from '../testing/page.ts'
import { admin, onBothKinds, reader } from '../testing/shop.ts'
import type { ShopOptions, TestShop } from '../testing/shop.ts'

const others = '/account/logins/others/remove'

/** Somebody with a passkey and a code, logged in longer ago than it counts. */
async function longAfterLogin(open: (options?: ShopOptions) => Promise<TestShop>) {
  const shop = await open()
  const browser = shop.browser()
  await browser.login(reader)
  const authenticator = new PasskeyAuthenticator(shop.config.publicOrigin, { step: 0 })
  await addPasskey(browser, authenticator)
  await setUpSecondFactor(shop, browser)
  shop.pass(16 * 60)
  return { shop, browser, authenticator }
}

async function confirmedAt({ db }: TestShop, { email } = reader) {
  const logins = await listLogins(db, (await findUserByEmail(db, email))!.id)
  return logins[0]!.confirmedAt.getTime()
}

onBothKinds('a confirmation by passkey', (open) => {
  it('takes the place of password and code, carries on with the form, and gives a new id', async () => {
    const { shop, browser, authenticator } = await longAfterLogin(open)
    const { sessionCookie } = browser
    const stolen = browser.copy()
    const asked = await browser.submit(others)
    assert.match(asked.text, /You asked to log out all other browsers/)
    const options = (await askedOf(browser, 'confirm')) as Record<string, any>
    const { id } = authenticator.passkeys[0]!
    assert.deepEqual(options['allowCredentials'], [{ type: 'public-key', id }])
    const credential = authenticator.get(await askedOf(browser, 'confirm'))
    const fields = { ...hiddenFields(asked), credential }
    const done = await browser.submit('/confirm/passkey', fields)
    assert.deepEqual(done.notices, ['You were not logged in anywhere else.'])
    assert.notEqual(browser.sessionCookie, sessionCookie)
    assert.equal((await stolen.get('/')).signedIn, false)
    assert.equal((await browser.get('/account/second-factor')).status, 200)
    assert.equal(shop.now() - (await confirmedAt(shop)) < 60_000, true)
  })

  it('takes a passkey that does not say whose it is, as a login does not', async () => {
    const { shop, browser, authenticator } = await longAfterLogin(open)
    const silent = { userHandle: undefined }
    const stranger = shop.browser()
    const login = authenticator.get(await askedOf(stranger, 'login'), silent)
    await stranger.submit('/login/passkey', { credential: login })
    assert.equal((await stranger.get('/')).signedIn, false)

    const asked = await browser.submit(others)
    const credential = authenticator.get(await askedOf(browser, 'confirm'), silent)
    const done = await browser.submit('/confirm/passkey', { ...hiddenFields(asked), credential })
    assert.deepEqual(done.notices, ['You were not logged in anywhere else.'])
  })

  it('is for who has a passkey, and for nobody else', async () => {
    const { shop, browser } = await longAfterLogin(open)
    const shows = /data-passkey="confirm"/
    assert.match((await browser.get('/confirm?returnTo=/orders')).html, shows)
    const other = shop.browser()
    await other.login(admin)
    shop.pass(16 * 60)
    assert.doesNotMatch((await other.get('/confirm?returnTo=/orders')).html, shows)
    for (const to of ['/confirm/passkey', '/confirm/passkey/options']) {
      assert.match((await shop.browser().post(to)).location!, /^\/login\?/)
    }
  })

  it('does not confirm the login of another user, nor by another challenge, nor again', async () => {
    const { shop, browser, authenticator } = await longAfterLogin(open)
    const victim = shop.browser()
    await victim.login(admin)
    shop.pass(16 * 60)
    const thief = victim.copy()
    const before = await confirmedAt(shop, admin)
    const refuse = async (credential: string, what: string) => {
      const answer = await thief.post('/confirm/passkey', { credential, returnTo: '/orders' })
      assert.equal(answer.location, '/confirm?returnTo=%2Forders', what)
      const page = await thief.follow(answer)
      assert.match(page.alerts.join(), /^That passkey did not work/, what)
      assert.equal(await confirmedAt(shop, admin), before, what)
      shop.pass(60 * 60)
      await victim.get('/')
    }
    await refuse(authenticator.get(await askedOf(thief, 'confirm')), 'a passkey of another user')

    const own = new PasskeyAuthenticator(shop.config.publicOrigin, { step: 0 })
    const elsewhere = shop.browser()
    await elsewhere.login(admin)
    await addPasskey(elsewhere, own)
    await victim.login(admin)
    shop.pass(16 * 60)
    const confirm = async (from: typeof victim, credential: string) =>
      (await from.post('/confirm/passkey', { credential, returnTo: '/orders' })).location
    const no = '/confirm?returnTo=%2Forders'
    const theirs = own.get(await askedOf(elsewhere, 'confirm'))
    assert.equal(await confirm(victim, theirs), no, 'a challenge of another session')
    const toLogIn = own.get(await askedOf(victim, 'login'))
    assert.equal(await confirm(victim, toLogIn), no, 'a challenge to log in')
    const unverified = own.get(await askedOf(victim, 'confirm'), { flags: 1 })
    assert.equal(await confirm(victim, unverified), no, 'a user who was not verified')
    const right = own.get(await askedOf(victim, 'confirm'))
    const planted = victim.copy()
    assert.equal(await confirm(victim, right), '/orders')
    shop.pass(60)
    assert.notEqual(await confirm(planted, right), '/orders', 'a copy of the cookie')
    assert.equal(await confirm(victim, right), no, 'the same one again')
    await browser.get('/')
  })

  it('that fails too often has to wait, is told for how long, and blames no network', async () => {
    const { browser, authenticator } = await longAfterLogin(open)
    const forgery = { signature: Buffer.alloc(70) }
    let page: TestPage | undefined
    for (let attempt = 0; page?.status !== 429; attempt++) {
      assert.ok(attempt < 50, 'nobody has to wait')
      const credential = authenticator.get(await askedOf(browser, 'confirm'), forgery)
      const fields = { ...hiddenFields(await browser.get('/confirm?returnTo=/orders')), credential }
      page = await browser.post('/confirm/passkey', fields)
    }
    assert.match(page.headers.get('Retry-After')!, /^[1-9]\d*$/)
    assert.match(page.text, /Too many attempts\. Please try again in \d+ seconds?\. Confirm/)
    assert.match(page.html, /href="\/confirm\?returnTo=%2Forders"/)
    assert.doesNotMatch(page.text, /your network|Send it again/)
  })
})
