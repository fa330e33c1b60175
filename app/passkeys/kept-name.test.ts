import assert from 'node:assert/strict'
import { it } from 'node:test'
import { addPasskey, PasskeyAuthenticator } from '../testing/passkey-authenticator.ts'
import type { ShopOptions, TestShop } from '../testing/shop.ts'
import { admin, onBothKinds, reader } from '../testing/shop.ts'
import type { TestPage } from '../testing/page.ts'

const path = '/account/passkeys'

/** The fields of the form by which a passkey is renamed. */
function fieldsOf({ forms }: TestPage, rename: string): Record<string, string> {
  const { controls } = forms.find(({ actions }) => actions.includes(rename))!
  const named = controls.filter(({ name }) => name !== '')
  return Object.fromEntries(named.map(({ name, value }) => [name, value]))
}

/** Sends another name for the first of two passkeys, once the login has ended. */
async function sentTooLate(open: (options?: ShopOptions) => Promise<TestShop>) {
  const shop = await open()
  const browser = shop.browser()
  await browser.login(reader)
  const authenticators = ['Phone', 'Key'].map((name) => {
    return [name, new PasskeyAuthenticator(shop.config.publicOrigin)] as const
  })
  for (const [name, authenticator] of authenticators) {
    await addPasskey(browser, authenticator, name)
  }
  const [phone, key] = authenticators.map(([, { passkeys }]) => `${path}/${passkeys[0]!.id}/rename`)
  const form = fieldsOf(await browser.get(path), phone!)
  shop.pass(2 * 60 * 60 + 1)
  const login = await browser.submit(phone!, { ...form, name: 'My <old> phone' })
  return { shop, browser, login, phone: phone!, key: key! }
}

onBothKinds('another name for a passkey', (open) => {
  it('is there again after the next login, until it is sent', async () => {
    const { browser, login, phone, key } = await sentTooLate(open)
    assert.deepEqual(login.alerts, ['Please log in to go on. What you typed is kept.'])
    const returnTo = login.field('returnTo')!.value!
    const page = await browser.submit('/login', { ...reader, returnTo })
    assert.equal(page.heading, 'Your passkeys')
    const form = fieldsOf(page, phone)
    assert.equal(form['name'], 'My <old> phone')
    assert.equal(fieldsOf(page, key)['name'], 'Key')
    const opened = page.html.match(/<details open\b.*?<\/details>/gs)!
    assert.equal(opened.length, 1, 'nobody has to look for it')
    assert.match(opened[0]!, /My &lt;old&gt; phone/)

    const other = await browser.submit(key, { ...fieldsOf(page, key), name: 'Laptop' })
    assert.deepEqual(other.notices, ['The passkey is called “Laptop”.'])
    assert.equal(fieldsOf(await browser.get(returnTo), phone)['name'], 'My <old> phone')
    const renamed = await browser.submit(phone, form)
    assert.deepEqual(renamed.notices, ['The passkey is called “My <old> phone”.'])
    const later = await browser.get(returnTo)
    assert.doesNotMatch(later.html, /<details open/)
  })

  it('is shown to nobody else', async () => {
    const { shop, browser, login } = await sentTooLate(open)
    const returnTo = login.field('returnTo')!.value!
    for (const other of [browser, shop.browser()]) {
      const page = await other.submit('/login', { ...admin, returnTo })
      assert.equal(page.heading, 'Your passkeys')
      assert.doesNotMatch(page.html, /My &lt;old/)
    }
  })
})
