import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { deleteAllLogins, listLogins } from '../../db/logins.ts'
import { findUserByEmail, updatePasswordHash } from '../../db/users.ts'
import { setUpSecondFactor } from '../testing/authenticator.ts'
import { addPasskey, PasskeyAuthenticator } from '../testing/passkey-authenticator.ts'
import { admin, onBothKinds, openTestShop, passwords, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

const newPassword = 'an evening on the balcony'
const change = { currentPassword: reader.password, newPassword }

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'

async function loginsOf({ db }: TestShop, { email }: { email: string }) {
  return await listLogins(db, (await findUserByEmail(db, email))!.id)
}

async function signedIn(shop: TestShop, userAgent: string, account = reader) {
  const address = userAgent === phone ? '203.0.113.9' : '192.168.0.7'
  const browser = shop.browser({ userAgent, address })
  await browser.login(account)
  const id = (await loginsOf(shop, account)).find((login) => login.userAgent === userAgent)!.id
  return { browser, id }
}

onBothKinds('the account', (open) => {
  it('lists where one is logged in, since when, from where, and which of them is this browser', async () => {
    const shop = await open()
    const { browser } = await signedIn(shop, firefox)
    await signedIn(shop, phone)
    await signedIn(shop, 'somebody else', admin)

    const { text } = await browser.get('/account')
    assert.match(text, /Name Robin Reader E-mail reader@example\.com/)
    assert.match(
      text,
      /Firefox on Linux This browser Since .* UTC , last seen .* UTC , from a private network Log out this browser/,
    )
    assert.match(
      text,
      /Safari on iPhone Since .* UTC , from an address that starts with 203\.0\.113 Log out/,
    )
    assert.equal(text.match(/This browser/g)!.length, 1)
    assert.equal(text.match(/last seen/g)!.length, 2)
  })

  it('tells how one logs in, and has one way back from where that is changed', async () => {
    const shop = await open()
    const { browser } = await signedIn(shop, firefox)
    const off = await browser.get('/account')
    assert.match(off.text, /Passkeys You have none\. .* Second factor It is off: /)
    const pages = ['email', 'passkeys', 'second-factor'].map((page) => `/account/${page}`)
    const back =
      /<ul class="form-links">\s*<li><a href="\/account">Back to your account<\/a><\/li>\s*<\/ul>/
    for (const path of pages) assert.match((await browser.get(path)).html, back, path)

    await addPasskey(browser, new PasskeyAuthenticator(shop.config.publicOrigin))
    await setUpSecondFactor(shop, browser)
    const on = await browser.get('/account')
    assert.match(on.text, /Passkeys You have 1 passkey\. .* Second factor It is on: /)
    assert.match((await browser.get('/account/second-factor')).html, back)
  })

  it('logs out one other browser, which notices at its next request', async () => {
    const shop = await open()
    const here = await signedIn(shop, firefox)
    const there = await signedIn(shop, phone)
    await there.browser.submit('/cart/items', { bookId: 1 })

    const page = await here.browser.submit(`/account/logins/${there.id}/remove`)
    assert.deepEqual(page.notices, ['You have been logged out of 1 other browser.'])
    assert.equal(page.signedIn, true)
    const next = await there.browser.get('/')
    assert.equal(next.signedIn, false)
    assert.equal(next.cart, 'Cart, 0 items', 'whoever sits there now has nothing of theirs')
    assert.equal(
      (await there.browser.post('/account/password', change)).location,
      '/login?returnTo=%2Faccount%3Fform%3Dagain%23field-currentPassword&form=again',
    )

    const again = await here.browser.submit(`/account/logins/${there.id}/remove`)
    assert.deepEqual(again.notices, ['That login had ended already.'])
  })

  it('logs out all other browsers at once', async () => {
    const shop = await open()
    const here = await signedIn(shop, firefox)
    const others = [await signedIn(shop, phone), await signedIn(shop, 'tablet')]
    const stranger = await signedIn(shop, 'somebody else', admin)

    const page = await here.browser.submit('/account/logins/others/remove')
    assert.deepEqual(page.notices, ['You have been logged out of 2 other browsers.'])
    assert.equal(page.signedIn, true)
    for (const { browser } of others) assert.equal((await browser.get('/')).signedIn, false)
    assert.equal((await stranger.browser.get('/')).signedIn, true)
    const again = await here.browser.submit('/account/logins/others/remove')
    assert.deepEqual(again.notices, ['You were not logged in anywhere else.'])
  })

  it('logs out this browser like a logout', async () => {
    const shop = await open()
    const { browser, id } = await signedIn(shop, firefox)
    const before = browser.copy()
    const answer = await browser.post(`/account/logins/${id}/remove`)
    assert.equal(answer.location, '/login?signed-out')
    assert.match(answer.setCookies.join(), /^session-44100=; Path=\/; Max-Age=0;/)
    assert.equal((await before.get('/')).signedIn, false)
  })

  it('does not log out somebody else, or tell that there is such a login', async () => {
    const shop = await open()
    const { browser } = await signedIn(shop, firefox)
    const stranger = await signedIn(shop, 'somebody else', admin)
    for (const id of [stranger.id, 'no-such-login', '%20', 'x'.repeat(500)]) {
      const page = await browser.submit(`/account/logins/${id}/remove`)
      assert.deepEqual(page.notices, ['That login had ended already.'], id)
    }
    assert.equal((await stranger.browser.get('/')).signedIn, true)
  })

  it('changes the password, gives a new session id and ends every other login', async () => {
    const shop = await open()
    const here = await signedIn(shop, firefox)
    const there = await signedIn(shop, phone)
    const { sessionCookie } = here.browser

    const answer = await here.browser.post('/account/password', change)
    assert.equal(answer.status, 303)
    assert.equal(answer.location, '/account')
    assert.match(answer.setCookies.join(), /^session-44100=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/)
    assert.notEqual(here.browser.sessionCookie, sessionCookie)
    const page = await here.browser.follow(answer)
    assert.deepEqual(page.notices, [
      'Your password has been changed. You have been logged out of 1 other browser.',
    ])
    assert.equal(page.signedIn, true)
    assert.equal((await there.browser.get('/')).signedIn, false)

    assert.equal((await shop.browser().login(reader)).signedIn, false)
    assert.equal((await shop.browser().login({ ...reader, password: newPassword })).signedIn, true)
  })

  it('asks for the current password and for a good new one, and shows neither again', async () => {
    const shop = await open()
    const { browser } = await signedIn(shop, firefox)
    const there = await signedIn(shop, phone)
    const wrong = { currentPassword: 'not my password', newPassword: 'short' }
    const page = await browser.post('/account/password', wrong)
    assert.equal(page.status, 422)
    assert.deepEqual(page.field('currentPassword')!.errors, ['That is not your current password.'])
    const empty = await browser.post('/account/password', { ...change, currentPassword: '' })
    assert.equal(empty.status, 422)
    assert.deepEqual(empty.field('currentPassword')!.errors, ['Enter your current password.'])
    assert.equal(page.field('newPassword')!.errors[0], 'Use at least 8 characters.')
    for (const text of Object.values(wrong)) assert.ok(!page.html.includes(text))

    assert.equal((await browser.post('/account/password', { newPassword })).status, 422)
    assert.equal((await there.browser.get('/')).signedIn, true)
    assert.equal((await shop.browser().login(reader)).signedIn, true)
  })
})

it('takes no form of its page that was opened while somebody else was logged in', async () => {
  const shop = await openTestShop()
  const { browser } = await signedIn(shop, firefox)
  const page = await browser.get('/account')
  const forms = [...page.html.matchAll(/<form[^>]* action="(\/account[^"]*)"(.*?)<\/form>/gs)]
  assert.equal(forms.length, 2)
  await browser.login(admin)
  for (const [, path, form] of forms) {
    const madeFor = / name="madeFor" value="(\d+)"/.exec(form!)![1]!
    const next = await browser.submit(path!, { madeFor, ...change })
    assert.match(next.alerts.join(), /opened while somebody else was logged in/, path)
    assert.match(next.text, /Ada Admin/)
  }
})

it('leads from the address of its forms to the page with the forms', async () => {
  const shop = await openTestShop()
  const { browser } = await signedIn(shop, firefox)
  const wrong = await browser.post('/account/password', { currentPassword: 'x', newPassword })
  assert.equal(wrong.status, 422)
  assert.equal((await browser.get('/account/password')).location, '/account#field-currentPassword')
  const stranger = await shop.browser().get('/account/password')
  assert.equal(stranger.location, '/login?returnTo=%2Faccount%2Fpassword')
})

it('keeps twenty logins of one who logs in again and again', async () => {
  const shop = await openTestShop()
  const userAgent = 'x'.repeat(16_000)
  const first = shop.browser({ userAgent })
  await first.login(reader)
  for (let login = 1; login <= 25; login++) {
    shop.pass(1)
    await shop.browser({ userAgent }).login(reader)
  }
  const logins = await loginsOf(shop, reader)
  assert.equal(logins.length, 20)
  for (const login of logins) assert.equal(login.userAgent.length, 512)
  assert.equal((await first.get('/')).signedIn, false)
})

it('slows down who guesses the current password in an open browser', async () => {
  const shop = await openTestShop()
  const { browser } = await signedIn(shop, firefox)
  const wrong = { currentPassword: 'a guess', newPassword }
  for (let guess = 1; guess <= 5; guess++) await browser.post('/account/password', wrong)

  const page = await browser.post('/account/password', change)
  assert.equal(page.status, 429)
  assert.equal(page.headers.get('Retry-After'), '1')
  assert.match(page.field('currentPassword')!.errors.join(), /^Too many attempts/)
  assert.equal((await shop.browser().post('/login', { ...reader })).status, 303)

  await wait(1000)
  assert.equal((await browser.post('/account/password', change)).status, 303)
})

it('does not list logins whose sessions have run out', async () => {
  const shop = await openTestShop()
  const forgotten = await signedIn(shop, phone)
  const remembered = shop.browser({ userAgent: firefox })
  await remembered.submit('/login', { ...reader, remember: 'on' })

  shop.pass(3 * 60 * 60)
  assert.equal((await forgotten.browser.get('/')).signedIn, false)
  const { text } = await remembered.get('/account')
  assert.equal(text.match(/last seen/g)!.length, 1)
  assert.match(text, /, remembered/)

  const confirm = () => remembered.submit('/confirm', { password: reader.password })
  await confirm()
  // Its row is still there, and the browser was not logged in any more.
  const ended = await remembered.submit(`/account/logins/${forgotten.id}/remove`)
  assert.deepEqual(ended.notices, ['That login had ended already.'])
  await signedIn(shop, phone)
  await signedIn(shop, 'tablet')
  shop.pass(60 * 60)
  await signedIn(shop, 'laptop')
  shop.pass(90 * 60)
  await confirm()
  const others = await remembered.submit('/account/logins/others/remove')
  assert.deepEqual(others.notices, ['You have been logged out of 1 other browser.'])
})

it('lets a reset that happens during a password change have the last word', async () => {
  const meanwhile: { reset?: () => Promise<void> } = {}
  const shop = await openTestShop({
    passwords: {
      ...passwords,
      async hash(password) {
        const hash = await passwords.hash(password)
        await meanwhile.reset?.()
        return hash
      },
    },
  })
  const { browser } = await signedIn(shop, firefox)
  const { id } = (await findUserByEmail(shop.db, reader.email))!
  const hashOfReset = await passwords.hash('chosen by the owner')
  meanwhile.reset = async () => {
    await updatePasswordHash(shop.db, id, hashOfReset)
    await deleteAllLogins(shop.db, id)
  }
  const page = await browser.submit('/account/password', change)
  assert.equal(page.heading, 'Log in')
  assert.deepEqual(page.alerts, ['Please log in, and then send the form again.'])
  assert.equal((await findUserByEmail(shop.db, reader.email))!.passwordHash, hashOfReset)
})
