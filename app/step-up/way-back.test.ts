import assert from 'node:assert/strict'
import { it } from 'node:test'
import { hiddenFields } from '../testing/passkey-authenticator.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestPage } from '../testing/page.ts'
import { admin, openTestShop, reader } from '../testing/shop.ts'

/** Where the page that asks who it is leads without an answer. */
function wayBack({ html }: TestPage): [href: string, text: string] {
  const links = /<ul class="form-links">(.*?)<\/ul>/s.exec(html)![1]!
  const [, href, text] = /<a href="([^"]*)"\s*>(.*?)<\/a/s.exec(links)!
  return [href!, text!.trim()]
}

async function longAfterLogin(account = reader) {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(account)
  shop.pass(15 * 60 + 1)
  return browser
}

/** Confirms the login, first with a wrong password, and goes where that leads. */
async function confirm(browser: TestBrowser, asked: TestPage): Promise<TestPage> {
  const wrong = await browser.post('/confirm', { ...hiddenFields(asked), password: 'a guess' })
  assert.equal(wrong.status, 422)
  assert.match(wrong.text, /not kept/, 'it tells that still')
  return browser.post('/confirm', { ...hiddenFields(wrong), password: reader.password })
}

it('leads from a page of the account, where no form waits, back to the account', async () => {
  const browser = await longAfterLogin()
  for (const page of ['password', 'passkeys', 'second-factor', 'email']) {
    const asked = await browser.follow(await browser.get(`/account/${page}`))
    const [href, text] = wayBack(asked)
    assert.deepEqual([href, text], ['/account', 'Back to your account'], page)
    assert.equal((await browser.get(href)).status, 200)
  }
})

it('leaves a form where it is, and asks for nothing again on that way', async () => {
  for (const [path, back, account] of [
    ['/account/email', '/account', reader],
    ['/account/passkeys/1/remove', '/account', reader],
    ['/account/second-factor/remove', '/account', reader],
    ['/account/logins/others/remove', '/account', reader],
    ['/admin/books/1/retire', '/admin/books/1/retire', admin],
  ] as const) {
    const browser = await longAfterLogin(account)
    const asked = await browser.submit(path, { email: 'robin@example.com' })
    assert.match(asked.text, /You asked to/, path)
    assert.deepEqual(wayBack(asked), [back, 'Leave it as it is'])
    assert.equal((await browser.get(back)).status, 200)
  }
})

it('tells of a form with a password or a code that it did nothing, and leads to it', async () => {
  for (const [path, field, told] of [
    ['/account/password', 'currentPassword', /^Your password has not been changed yet/],
    ['/account/second-factor', 'code', /^Codes are not turned on yet/],
  ] as const) {
    const browser = await longAfterLogin()
    const next = await confirm(browser, await browser.submit(path, { [field]: 'what was typed' }))
    assert.equal(new URL(next.location!, 'http://shop').hash, `#field-${field}`)
    const page = await browser.follow(next)
    assert.match(page.field(field)!.errors.join(), told)
    assert.match(page.html, /<title>Error: /)
    assert.equal(page.alerts.length, 1)
  }
})

it('tells of a passkey that it was not added', async () => {
  const browser = await longAfterLogin()
  const asked = await browser.submit('/account/passkeys', { credential: '{}' })
  const page = await browser.follow(await confirm(browser, asked))
  assert.equal(page.heading, 'Your passkeys')
  assert.match(page.alerts.join(), /^Your passkey has not been added yet/)
})

it('leads to the form for a new password, at the foot of the page', async () => {
  const browser = await longAfterLogin()
  const asked = await browser.follow(await browser.get('/account/password'))
  const fields = { ...hiddenFields(asked), password: reader.password }
  const next = await browser.get((await browser.post('/confirm', fields)).location!)
  assert.equal(next.location, '/account#field-currentPassword')
  assert.deepEqual((await browser.follow(next)).alerts, [])
})

it('tells the same where the login has ended meanwhile', async () => {
  const shop = await openTestShop()
  const login = await shop.browser().submit('/account/password', { currentPassword: 'x' })
  const { returnTo } = hiddenFields(login)
  const page = await shop.browser().submit('/login', { ...reader, returnTo: returnTo! })
  assert.match(page.field('currentPassword')!.errors.join(), /has not been changed yet/)
})
