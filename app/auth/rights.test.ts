import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listLogins } from '../../db/logins.ts'
import { findUserByEmail, setRole } from '../../db/users.ts'
import { linkTo } from '../address/testing-mails.ts'
import { admin, onEachStorage, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

const newPassword = 'an evening on the balcony'
const change = { currentPassword: reader.password, newPassword }

async function loginsOf({ db }: TestShop, { email }: { email: string }) {
  return listLogins(db, (await findUserByEmail(db, email))!.id)
}

async function linkFor(shop: TestShop): Promise<string> {
  await shop.browser().post('/reset-password', { email: reader.email })
  return new URL(/https?:\S+/.exec((await shop.mails())[0]!.text)![0]).pathname
}

onEachStorage('a copy of a cookie from before', (open) => {
  it('is logged out by whatever changes the rights of its login', async () => {
    const shop = await open()
    for (const [path, fields] of [
      ['/account/logins/others/remove', {}],
      ['/account/password', change],
      ['/login', { email: reader.email, password: newPassword }],
      ['/register', { name: 'Nora', email: 'nora@example.com', password: newPassword }],
      ['/logout', {}],
    ] as const) {
      const browser = shop.browser()
      const password = path === '/account/logins/others/remove' || path === '/account/password'
      await browser.login({ ...reader, password: password ? reader.password : newPassword })
      const copy = browser.copy()
      assert.equal((await copy.get('/')).signedIn, true)
      const page = await browser.submit(path, { ...fields })
      assert.equal(page.signedIn, path !== '/logout', path)
      assert.equal((await copy.get('/')).signedIn, false, path)
      assert.equal((await copy.get('/account')).status, 303, path)
      await browser.post('/logout')
    }
    assert.deepEqual(await loginsOf(shop, reader), [])
  })

  it('is logged out by another address of its account, as is every other browser', async () => {
    const shop = await open()
    const [browser, other] = [shop.browser(), shop.browser()]
    for (const one of [browser, other]) await one.login(reader)
    const email = 'robin@example.com'
    await browser.post('/account/email', { email })
    const path = (await linkTo(shop, email))!
    const formKey = (await browser.get(path)).field('formKey')!.value!
    const [copy, again] = [browser.copy(), browser.copy()]
    const done = await browser.submit(path, { formKey })
    assert.equal(done.heading, 'Your account')
    const told = `Your address is ${email}, and it is confirmed. You have been logged out of 1 other browser.`
    assert.deepEqual(done.notices, [told])
    for (const old of [copy, other]) {
      assert.equal((await old.get('/')).signedIn, false)
      assert.equal((await old.get('/account')).status, 303)
    }
    assert.equal((await loginsOf(shop, { email })).length, 1)
    // The answer to the form was lost, so the browser sends it as it was.
    const repeated = await again.submit(path, { formKey })
    assert.equal(repeated.signedIn, true)
    assert.deepEqual(repeated.notices, [told])
    assert.equal((await browser.submit(path, { formKey })).signedIn, true)
    assert.equal((await loginsOf(shop, { email })).length, 1)
  })

  it('is logged out by a reset, wherever that happens', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const copy = browser.copy()
    await shop.browser().post(await linkFor(shop), { password: newPassword })
    for (const old of [browser, copy]) assert.equal((await old.get('/')).signedIn, false)
    assert.deepEqual(await loginsOf(shop, reader), [])
  })

  it('is logged out when its account becomes an administrator’s, and when it was one', async () => {
    const shop = await open()
    const { id } = (await findUserByEmail(shop.db, reader.email))!
    for (const [role, status] of [
      ['admin', 200],
      ['reader', 403],
    ] as const) {
      const browser = shop.browser()
      await browser.login(reader)
      const copy = browser.copy()
      await setRole(shop.db, id, role)
      for (const old of [browser, copy]) assert.equal((await old.get('/')).signedIn, false)
      assert.deepEqual(await loginsOf(shop, reader), [])
      await browser.login(reader)
      assert.equal((await browser.get('/admin/customers')).status, status)
      assert.equal((await copy.get('/admin/customers')).status, 303)
    }
  })
})

async function withBoth(shop: TestShop) {
  const [one, other] = [shop.browser(), shop.browser()]
  await one.login(reader)
  await other.login(admin)
  const Cookie = `${one.sessionCookie}; ${other.sessionCookie}`
  const post = (path: string, fields: Record<string, string> = {}) =>
    shop.browser().request(path, {
      method: 'POST',
      headers: { Cookie, Origin: shop.config.publicOrigin },
      body: new URLSearchParams(fields),
    })
  return { one, other, post }
}

onEachStorage('a request with two session cookies', (open, storage) => {
  it('logs both out', async () => {
    const shop = await open()
    const { one, other, post } = await withBoth(shop)
    const answer = await post('/logout')
    assert.equal(answer.location, '/login?signed-out')
    // Sealed in cookies the other one would count when this one is gone: an empty session counts before it.
    const told =
      storage === 'cookie'
        ? /^session-44100=[\w-]{100,}; Path=\/; Max-Age=\d{3,};/
        : /^session-44100=; Path=\/; Max-Age=0;/
    assert.match(answer.setCookies.join(), told)
    assert.deepEqual([...(await loginsOf(shop, reader)), ...(await loginsOf(shop, admin))], [])
    for (const browser of [one, other]) assert.equal((await browser.get('/')).signedIn, false)
    assert.deepEqual(
      shop.sessionFiles().filter((name) => name.includes('.json')),
      [],
    )
  })

  it('ends both when somebody logs in', async () => {
    const shop = await open()
    const { one, other, post } = await withBoth(shop)
    assert.equal((await post('/login', { ...reader })).status, 303)
    assert.equal((await loginsOf(shop, reader)).length, 1)
    assert.deepEqual(await loginsOf(shop, admin), [])
    for (const browser of [one, other]) assert.equal((await browser.get('/')).signedIn, false)
  })
})
