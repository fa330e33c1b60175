import assert from 'node:assert/strict'
import { it } from 'node:test'
import { deleteAllLogins } from '../../db/logins.ts'
import { findUserByEmail } from '../../db/users.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestPage } from '../testing/page.ts'
import { addPasskey, hiddenFields, PasskeyAuthenticator } from '../testing/passkey-authenticator.ts'
import { admin, onBothKinds, openTestShop, passwords, reader } from '../testing/shop.ts'
import type { ShopOptions, TestShop } from '../testing/shop.ts'

const email = 'robin@example.com'
const { password } = reader
const told = 'You asked to use the address robin@example.com for your account.'

async function isDone(shop: TestShop): Promise<boolean> {
  return (await shop.mails()).some(({ to }) => to === email)
}

async function endLogins({ db }: TestShop): Promise<void> {
  await deleteAllLogins(db, (await findUserByEmail(db, reader.email))!.id)
}

/** Somebody who logged in long ago, at the page that asks who it is before a form is carried on with. */
async function waiting(open: (options?: ShopOptions) => Promise<TestShop>, options?: ShopOptions) {
  const shop = await open(options)
  const browser = shop.browser()
  await browser.login(reader)
  await addPasskey(browser, new PasskeyAuthenticator(shop.config.publicOrigin))
  const { madeFor, formKey } = hiddenFields(await browser.get('/account/email'))
  shop.pass(15 * 60 + 1)
  const form = { email, madeFor: madeFor!, formKey: formKey! }
  const asked = await browser.submit('/account/email', form)
  assert.ok(asked.text.includes(told))
  return { shop, browser, asked }
}

/** Sends the form of the page that offers to carry on. */
function carryOn(browser: TestBrowser, { forms }: TestPage): Promise<TestPage> {
  const form = forms.find(({ actions: [action] }) => action!.includes('?carry-on='))!
  const fields = form.controls.map(({ name, value }) => [name, value])
  return browser.submit(form.actions[0]!, Object.fromEntries(fields))
}

/** By what a login is confirmed: where the form is sent, and with what. */
const proofs: Record<string, [string, Record<string, string>]> = {
  'the password': ['/confirm', { password }],
  'a passkey': ['/confirm/passkey', { credential: '{}' }],
}

onBothKinds('a form that waits for a confirmation', (open) => {
  for (const [proof, [path, fields]] of Object.entries(proofs)) {
    it(`is there after the next login, where the one that ${proof} should confirm has ended`, async () => {
      const { shop, browser, asked } = await waiting(open)
      await endLogins(shop)
      const login = await browser.submit(path, { ...hiddenFields(asked), ...fields })
      assert.deepEqual(login.alerts, ['Please log in to go on. What you typed is kept.'])
      const returnTo = login.field('returnTo')!.value!
      const page = await browser.submit('/login', { ...reader, returnTo })
      assert.ok(page.text.includes(told), page.text)
      assert.equal(page.field('password'), undefined, 'it was given a moment ago')
      assert.ok(page.html.includes(`<title>${page.heading} `), page.heading)
      assert.equal(await isDone(shop), false, 'not by a link alone')

      const done = await carryOn(browser, page)
      assert.match(done.notices.join(), /^We have sent a link to robin@example\.com/)
      assert.equal(await isDone(shop), true)
      const again = await browser.follow(await browser.get(returnTo))
      assert.deepEqual(again.alerts, ['That form had already been sent. It counts only once.'])
      assert.equal(again.heading, 'Your e-mail address')
    })
  }

  it('is shown to nobody else who logs in instead', async () => {
    const { shop, browser, asked } = await waiting(open)
    await endLogins(shop)
    const login = await browser.submit('/confirm', { ...hiddenFields(asked), password })
    const returnTo = login.field('returnTo')!.value!
    const page = await browser.submit('/login', { ...admin, returnTo })
    const next = await browser.follow(page)
    assert.equal(next.heading, 'Your e-mail address')
    assert.ok(![page, next].some(({ html }) => html.includes(email)))
  })

  it('waits on where a login ends just before it is carried on with', async () => {
    const { shop, browser } = await waiting(open)
    const { madeFor } = hiddenFields(await browser.get('/account'))
    const others = '/account/logins/others/remove'
    const { location } = await browser.post(others, { madeFor: madeFor! })
    const fields = hiddenFields(await browser.get(location!))
    const confirmed = await browser.post('/confirm', { ...fields, password })
    await endLogins(shop)
    const login = await browser.submit(confirmed.location!, fields)
    assert.deepEqual(login.alerts, ['Please log in to go on. What you typed is kept.'])
    const returnTo = login.field('returnTo')!.value!
    const page = await browser.submit('/login', { ...reader, returnTo })
    assert.match(page.text, /You asked to log out all other browsers\./)
    const done = await carryOn(browser, page)
    assert.deepEqual(done.notices, ['You were not logged in anywhere else.'])
  })

  it('is not promised after an hour, when it is not kept any more', async () => {
    const { shop, browser, asked } = await waiting(open)
    shop.pass(2 * 60 * 60 + 1)
    const login = await browser.submit('/confirm', { ...hiddenFields(asked), password })
    assert.deepEqual(login.alerts, ['Please log in, and then send the form again.'])
    const returnTo = login.field('returnTo')!.value!
    const page = await browser.follow(await browser.submit('/login', { ...reader, returnTo }))
    assert.equal(page.heading, 'Your e-mail address')
  })
})

it('waits on where the login ends while the password is looked at', async () => {
  let meanwhile: (() => Promise<void>) | undefined
  const verify: typeof passwords.verify = async (...values) => {
    const isRight = await passwords.verify(...values)
    await meanwhile?.()
    return isRight
  }
  const { shop, browser, asked } = await waiting(openTestShop, {
    passwords: { ...passwords, verify },
  })
  meanwhile = () => endLogins(shop)
  const login = await browser.submit('/confirm', { ...hiddenFields(asked), password })
  assert.deepEqual(login.alerts, ['Please log in to go on. What you typed is kept.'])
  meanwhile = undefined
  const returnTo = login.field('returnTo')!.value!
  const page = await browser.submit('/login', { ...reader, returnTo })
  await carryOn(browser, page)
  assert.equal(await isDone(shop), true)
})
