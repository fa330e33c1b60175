import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listLogins } from '../../db/logins.ts'
import { findUserByEmail } from '../../db/users.ts'
import { setUpSecondFactor } from '../testing/authenticator.ts'
import { openTestShop, reader } from '../testing/shop.ts'

/** Where a link of somebody else would have the form of a login sent on to. */
const forms = (path: string) => [`${path}#?carry-on=`, `${path}?a=?carry-on=`, `${path}?carry-on=a`]

it('has nothing sent on by a link to the login or to the confirmation', async () => {
  const shop = await openTestShop()
  await shop.browser().login(reader)
  const browser = shop.browser()
  await browser.login(reader)
  await browser.post('/logout')
  for (const returnTo of forms('/account/logins/others/remove')) {
    const page = await browser.get(`/login?${new URLSearchParams({ returnTo })}`)
    assert.equal(page.field('returnTo'), undefined)
    const entered = await browser.post('/login', { ...reader, returnTo })
    assert.deepEqual([entered.status, entered.location], [303, '/'])
    shop.pass(15 * 60 + 1)
    const confirmed = await browser.post('/confirm', { password: reader.password, returnTo })
    assert.deepEqual([confirmed.status, confirmed.location], [303, '/account'])
    await browser.post('/logout')
  }
  const user = await findUserByEmail(shop.db, reader.email)
  assert.equal((await listLogins(shop.db, user!.id)).length, 1)
})

it('has nothing sent on by a link to the code, which would remove it', async () => {
  const shop = await openTestShop()
  const app = await setUpSecondFactor(shop, await loggedIn())
  for (const returnTo of forms('/account/second-factor/remove')) {
    shop.pass(60)
    const browser = await loggedIn()
    await browser.submit('/login/code', { code: app.code(), returnTo })
    assert.equal((await browser.get('/')).signedIn, true)
    assert.notEqual((await findUserByEmail(shop.db, reader.email))!.totpSecret, null, returnTo)
  }

  async function loggedIn() {
    const browser = shop.browser()
    await browser.login(reader)
    return browser
  }
})

it('has nothing sent on a second time where the clock was set back', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(reader)
  shop.pass(15 * 60 + 1)
  const path = '/account/logins/others/remove'
  const page = await browser.submit(path, { formKey: 'k'.repeat(22) })
  shop.pass(20 * 60)
  const sent = { kept: page.field('kept')!.value!, returnTo: '/account', ...reader }
  const { location } = await browser.post('/confirm', sent)
  assert.equal((await browser.post(location!, sent)).location, '/account')

  shop.pass(-15 * 60)
  const later = shop.browser()
  await later.login(reader)
  const again = await later.submit(location!, sent)
  assert.deepEqual(again.alerts, ['That form had already been sent. It counts only once.'])
})
