import assert from 'node:assert/strict'
import { it } from 'node:test'
import { deleteAllLogins } from '../../db/logins.ts'
import { rowsOf } from '../../db/testing.ts'
import { findUserByEmail, setPassword } from '../../db/users.ts'
import type { TestPage } from '../testing/page.ts'
import { onBothKinds, openTestShop, reader } from '../testing/shop.ts'
import { twice } from '../testing/twice.ts'
import { beginLogin, protectedShop } from './testing-login.ts'

const newer = 'a newer secret of the tests, thirty-two or more'
const ways: typeof twice = {
  ...twice,
  async 'three times'(browser, send) {
    await Promise.all([send(browser.copy()), send(browser.copy())])
    return send(browser)
  },
}

onBothKinds('a remembered browser', (open) => {
  it('does not ask a browser that is remembered, for thirty days', async () => {
    const { shop, app } = await protectedShop(open)
    const browser = shop.browser({ userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' })
    const formKey = await beginLogin(browser)
    const early = browser.copy()
    await browser.submit('/login/code', { code: app.code(), formKey, rememberDevice: 'on' })
    await browser.post('/logout')
    assert.equal((await browser.login(reader)).signedIn, true)
    await browser.post('/logout')
    await beginLogin(early)
    shop.pass(29 * 24 * 60 * 60)
    assert.equal((await browser.login(reader)).signedIn, true)
    const list = await browser.get('/account/second-factor')
    assert.match(list.text, /Firefox on Linux Since .*, for 30 days/)
    await browser.post('/logout')
    shop.pass(24 * 60 * 60)
    await beginLogin(browser)
  })

  it('remembers no browser unasked, and no copy of its cookies from before', async () => {
    const { shop, app } = await protectedShop(open)
    const browser = shop.browser()
    await browser.submit('/login/code', { code: app.code(), formKey: await beginLogin(browser) })
    await browser.post('/logout')
    shop.pass(60)
    const formKey = await beginLogin(browser)
    const copied = browser.copy()
    await browser.submit('/login/code', { code: app.code(), formKey, rememberDevice: 'on' })
    await browser.post('/logout')
    assert.equal((await browser.login(reader)).signedIn, true)
    await beginLogin(copied)
  })

  it('asks a remembered browser again where it was forgotten, and after a new password', async () => {
    const { shop, owner, app } = await protectedShop(open)
    const browser = shop.browser()
    async function remember(password = reader.password) {
      const formKey = await beginLogin(browser, { password })
      await browser.submit('/login/code', { code: app.code(), formKey, rememberDevice: 'on' })
      await browser.post('/logout')
      shop.pass(60)
    }
    await remember()
    const list = await owner.get('/account/second-factor')
    const forgotten = await owner.submit(devicePath(list))
    assert.deepEqual(forgotten.notices, ['That browser is asked for a code again.'])
    await remember()
    const newPassword = 'an evening on the balcony'
    await owner.post('/account/password', { currentPassword: reader.password, newPassword })
    await beginLogin(browser, { password: newPassword })
  })

  it('remembers no browser whose login a new password has ended at that moment', async (t) => {
    const { shop, app } = await protectedShop(open)
    const browser = shop.browser()
    const fields = { code: app.code(), formKey: await beginLogin(browser), rememberDevice: 'on' }
    const { id, passwordHash } = (await findUserByEmail(shop.db, reader.email))!
    const { transaction } = shop.db
    const transactions = t.mock.method(shop.db, 'transaction', async (work: never) => {
      // The one that logs in, before its answer is given.
      transactions.mock.restore()
      const answer: unknown = await transaction.call(shop.db, work)
      await setPassword(shop.db, id, passwordHash)
      await deleteAllLogins(shop.db, id)
      return answer as never
    })
    await browser.post('/login/code', fields)
    assert.equal((await browser.get('/')).signedIn, false)
    await beginLogin(browser)
  })

  for (const [way, sendTwice] of Object.entries(ways)) {
    it(`remembers a browser once whose form is sent ${way}`, async () => {
      const { shop, owner, app } = await protectedShop(open)
      const browser = shop.browser()
      const fields = { code: app.code(), formKey: await beginLogin(browser), rememberDevice: 'on' }
      const early = browser.copy()
      await browser.follow(await sendTwice(browser, (from) => from.post('/login/code', fields)))
      assert.equal((await rowsOf(shop.db, 'select * from remembered_devices')).length, 1)
      await browser.post('/logout')
      await early.post('/login/code', fields)
      await beginLogin(early)
      assert.equal((await browser.login(reader)).signedIn, true)

      await owner.submit(devicePath(await owner.get('/account/second-factor')))
      await browser.post('/login/code', fields)
      await browser.post('/logout')
      await beginLogin(browser)
    })
  }
})

it('remembers a browser once while the secret is changed', async () => {
  const { shop, app } = await protectedShop(() => openTestShop({ storage: 'cookie' }))
  const browser = shop.browser()
  const fields = { code: app.code(), formKey: await beginLogin(browser), rememberDevice: 'on' }
  const { sessionSecrets } = shop.config
  await browser.copy().post('/login/code', fields)
  await shop.restart({ sessionSecrets: [newer, ...sessionSecrets] })
  await browser.submit('/login/code', fields)
  assert.equal((await rowsOf(shop.db, 'select * from remembered_devices')).length, 1)
  await browser.post('/logout')
  assert.equal((await browser.login(reader)).signedIn, true)
})

it('remembers a browser whose form has no key', async () => {
  const { shop, app } = await protectedShop(openTestShop)
  const browser = shop.browser()
  await beginLogin(browser)
  await browser.submit('/login/code', { code: app.code(), rememberDevice: 'on' })
  await browser.post('/logout')
  assert.equal((await browser.login(reader)).signedIn, true)
})

function devicePath({ html }: TestPage): string {
  return /action="([^"]+\/devices\/[^"]+)"/.exec(html)![1]!
}
