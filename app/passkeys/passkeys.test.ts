import assert from 'node:assert/strict'
import { it } from 'node:test'
import { MOST_PASSKEYS } from '../../db/passkeys.ts'
import { rowsOf } from '../../db/testing.ts'
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
import { admin, onBothKinds, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

const path = '/account/passkeys'

async function signedIn(shop: TestShop, account = reader) {
  const browser = shop.browser()
  await browser.login(account)
  return browser
}

function authenticatorFor({ config }: TestShop, options?: { step?: number; synced?: boolean }) {
  return new PasskeyAuthenticator(config.publicOrigin, options)
}

const passkeysOf = ({ db }: TestShop) =>
  rowsOf(db, 'select name, backed_up, last_used_at from passkeys order by created_at')

const idOf = (authenticator: PasskeyAuthenticator) => authenticator.passkeys.at(-1)!.id

onBothKinds('passkeys', (open) => {
  it('are added with a name and listed, end all other logins, and give a new id', async () => {
    const shop = await open()
    const other = await signedIn(shop)
    const browser = await signedIn(shop)
    const { sessionCookie } = browser
    const stolen = browser.copy()
    const authenticator = authenticatorFor(shop)
    const options = (await askedOf(browser, 'add')) as Record<string, any>
    assert.equal(options['rp'].id, 'localhost')
    assert.match(options['user'].id, /^[\w-]{43}$/)
    assert.ok(!Buffer.from(options['user'].id, 'base64url').toString().includes('reader'))
    const page = await addPasskey(browser, authenticator, '  My <b>\n phone ')
    assert.match(page.notices.join(), /^The passkey “My <b> phone” was added/)
    assert.match(page.text, /My <b> phone This device only Added .*, not used yet/)
    assert.notEqual(browser.sessionCookie, sessionCookie)
    for (const old of [other, stolen]) assert.equal((await old.get('/')).signedIn, false)
    const again = await askedOf(browser, 'add')
    assert.deepEqual((again as Record<string, any>)['excludeCredentials'], [
      { type: 'public-key', id: idOf(authenticator) },
    ])
    assert.equal(again.user.id, options['user'].id, 'one handle for all passkeys')
    const [subject] = await subjectsTo(shop, reader.email)
    assert.match(subject!, /^How you log in/)
  })

  it('are renamed, and called after their browser without a name', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const authenticator = authenticatorFor(shop, { synced: true })
    const page = await addPasskey(browser, authenticator, ' ')
    assert.match(page.text, /curl Synced/)
    const rename = `${path}/${idOf(authenticator)}/rename`
    const stranger = await signedIn(shop, admin)
    const refused = await stranger.submit(rename, { name: 'Mine' })
    assert.deepEqual(refused.alerts, ['No passkey was renamed.'])
    const renamed = await browser.submit(rename, { ...hiddenFields(page), name: 'x'.repeat(70) })
    assert.deepEqual(renamed.notices, [`The passkey is called “${'x'.repeat(60)}”.`])
    await browser.submit(rename, { name: '\n' })
    assert.equal((await passkeysOf(shop))[0]!['name'], 'x'.repeat(60))
  })

  it('have names of their own, also where two are of one browser or called alike', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const long = 'x'.repeat(60)
    for (const name of ['', '', 'curl', long, long]) {
      await addPasskey(browser, authenticatorFor(shop), name)
      shop.pass(1)
    }
    const names = async () => (await passkeysOf(shop)).map(({ name }) => name)
    assert.deepEqual(await names(), ['curl', 'curl 2', 'curl 3', long, `${'x'.repeat(58)} 2`])
    const page = await browser.get(path)
    assert.match(page.html, /id="field-name"[^>]* value="curl 4"/)
    const [first] = [...page.html.matchAll(/passkeys\/([\w-]{43})\/rename/g)].map(([, id]) => id!)
    const rename = (name: string) => browser.submit(`${path}/${first}/rename`, { name })
    assert.deepEqual((await rename('curl 2')).notices, ['The passkey is called “curl 2 2”.'])
    assert.deepEqual((await rename('curl 2 2')).notices, ['The passkey is called “curl 2 2”.'])
  })

  it('are removed to the last one, as the password is left, with a mail', async () => {
    const shop = await open()
    const other = await signedIn(shop)
    const browser = await signedIn(shop)
    const authenticator = authenticatorFor(shop)
    const page = await addPasskey(browser, authenticator)
    await other.login(reader)
    const remove = `${path}/${idOf(authenticator)}/remove`
    const stranger = await signedIn(shop, admin)
    await stranger.submit(remove)
    assert.equal((await passkeysOf(shop)).length, 1)
    const { sessionCookie } = browser
    const removed = await browser.submit(remove, hiddenFields(page))
    assert.match(removed.notices.join(), /^The passkey was removed/)
    assert.deepEqual(await passkeysOf(shop), [])
    assert.notEqual(browser.sessionCookie, sessionCookie)
    assert.equal((await other.get('/')).signedIn, false)
    const mails = (await shop.mails()).map(({ text }) => text)
    assert.ok(mails[0]!.includes('A passkey was removed.'))
    const refused = await logInByPasskey(shop.browser(), authenticator)
    assert.match(refused.alerts.join(), /^That passkey did not work/)
    assert.equal((await shop.browser().login(reader)).signedIn, true)
    // Nothing that an account can do takes its password away.
    const [{ hash } = {}] = await rowsOf(shop.db, 'select password_hash as hash from users')
    assert.notEqual(hash, '')
  })

  it('are neither added nor removed through a stolen cookie', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const authenticator = authenticatorFor(shop)
    await addPasskey(browser, authenticator)
    const early = await askedOf(browser, 'add')
    shop.pass(4 * 60)
    const late = await askedOf(browser, 'add')
    shop.pass(12 * 60)
    const thief = browser.copy()
    assert.match((await thief.get(path)).location!, /^\/confirm\?/)
    assert.equal((await thief.post(`${path}/options`)).status, 403)
    for (const options of [early, late]) {
      const credential = authenticatorFor(shop).create(options)
      const answer = await thief.post(path, { credential, name: 'Mine' })
      // Not kept: its owner would be led to carry on with it.
      assert.match(answer.location!, /^\/confirm\?.*form=again/)
    }
    for (const deed of ['rename', 'remove']) {
      const asked = await thief.submit(`${path}/${idOf(authenticator)}/${deed}`, { name: 'Mine' })
      assert.match(asked.text, new RegExp(`You asked to ${deed} one of your passkeys`))
      const refused = await thief.post('/confirm', { ...hiddenFields(asked), password: 'a guess' })
      assert.equal(refused.status, 422)
    }
    assert.deepEqual(
      (await passkeysOf(shop)).map(({ name }) => name),
      ['Phone'],
    )
    assert.equal(
      (await rowsOf(shop.db, "select * from kept_forms where path = '" + path + "'")).length,
      0,
    )
  })

  it('are nothing to a login that is pending or gone', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const options = await askedOf(browser, 'add')
    const credential = authenticatorFor(shop).create(options)
    const phone = await signedIn(shop)
    await setUpSecondFactor(shop, phone)
    const pending = shop.browser()
    assert.equal((await pending.post('/login', { ...reader })).location, '/login/code')
    await browser.post('/logout')
    for (const nobody of [browser, pending]) {
      assert.match((await nobody.get(path)).location!, /^\/login\?/)
      for (const to of [path, `${path}/options`, `${path}/x/remove`, '/confirm/passkey/options']) {
        assert.match((await nobody.post(to, { credential })).location!, /^\/login\?/, to)
      }
    }
    assert.deepEqual(await passkeysOf(shop), [])
  })

  it('are added for a challenge of this session and five minutes, once', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const thief = await signedIn(shop)
    const refused = async (from: TestBrowser, credential: string, what: string) => {
      const page = await from.submit(path, { credential })
      assert.match(page.alerts.join(), /^No passkey was added/, what)
    }
    const authenticator = authenticatorFor(shop)
    const theirs = await askedOf(thief, 'add')
    await refused(browser, authenticator.create(theirs), 'of another session')
    const login = await askedOf(browser, 'login')
    const own = await askedOf(browser, 'add')
    await refused(browser, authenticator.create({ ...own, ...login }), 'to log in')
    await refused(browser, '', 'nothing')
    await refused(browser, '{"id":1}', 'something else')
    const { challenge } = own
    for (const forgery of [
      { origin: 'https://evil.example' },
      { origin: 'http://localhost' },
      { rpId: 'evil.example' },
      { type: 'webauthn.get' },
      { crossOrigin: true },
      { challenge: 'x'.repeat(43) },
      { flags: PRESENT },
      { flags: VERIFIED },
      { flags: PRESENT | VERIFIED | BACKED_UP },
    ]) {
      const what = JSON.stringify(forgery)
      await refused(browser, authenticator.create(own, { ...forgery }), what)
    }
    shop.pass(5 * 60 + 1)
    await refused(browser, authenticator.create(own), 'too late')
    assert.deepEqual(await passkeysOf(shop), [])

    const fresh = await askedOf(browser, 'add')
    assert.notEqual(fresh.challenge, challenge)
    const before = browser.copy()
    const credential = authenticator.create(fresh)
    await browser.submit(path, { credential })
    assert.equal((await passkeysOf(shop)).length, 1)
    await before.submit(path, { credential: authenticator.create(fresh) })
    await browser.submit(path, { credential: authenticator.create(fresh) })
    assert.equal((await passkeysOf(shop)).length, 1, 'the challenge is used')
  })

  it('belong to one account', async () => {
    const shop = await open()
    const authenticator = authenticatorFor(shop)
    await addPasskey(await signedIn(shop), authenticator)
    const thief = await signedIn(shop, admin)
    const stranger = authenticatorFor(shop)
    const options = await askedOf(thief, 'add')
    const made = JSON.parse(authenticator.create(options)) as Record<string, any>
    const id = authenticator.passkeys[0]!.id
    const data = Buffer.from(made['response'].authenticatorData, 'base64url')
    Buffer.from(id, 'base64url').copy(data, 55)
    const response = { ...made['response'], authenticatorData: data.toString('base64url') }
    const mine = { ...made, response }
    const other = await thief.submit(path, { credential: JSON.stringify(mine) })
    assert.match(other.alerts.join(), /^No passkey was added/, 'it says another id than it has')
    const page = await thief.submit(path, { credential: JSON.stringify({ ...mine, id }) })
    assert.deepEqual(page.alerts, ['That passkey was added already.'])
    await thief.submit(path, { credential: stranger.create(options) })
    const owners = await rowsOf(shop.db, 'select distinct user_id from passkeys')
    assert.equal(owners.length, 1, 'the challenge is used as well')
  })

  it('are not too many', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const authenticator = authenticatorFor(shop)
    for (let index = 0; index < MOST_PASSKEYS; index++) await addPasskey(browser, authenticator)
    const credential = authenticator.create(await askedOf(browser, 'add'))
    const { formKey } = hiddenFields(await browser.get(path))
    for (let clicks = 0; clicks < 2; clicks++) {
      const page = await browser.submit(path, { credential, formKey: formKey! })
      assert.match(page.alerts.join(), /^You have as many passkeys/)
    }
    assert.equal((await passkeysOf(shop)).length, MOST_PASSKEYS)
  })

  it('tell whether they are synced, as of their last use', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const authenticator = authenticatorFor(shop)
    const flags = PRESENT | VERIFIED | ELIGIBLE
    const credential = authenticator.create(await askedOf(browser, 'add'), { flags })
    const added = await browser.submit(path, { credential })
    assert.match(added.text, /curl This device only/)
    const forgery = { flags: flags | BACKED_UP }
    assert.equal((await logInByPasskey(browser, authenticator, { forgery })).signedIn, true)
    const page = await browser.get(path)
    assert.match(page.text, /curl Synced Added .*, last used /)
  })
})
