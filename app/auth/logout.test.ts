import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Session } from 'remix/session'
import { listLogins } from '../../db/logins.ts'
import { findUserByEmail } from '../../db/users.ts'
import { onEachStorage, openTestShop, passwords, reader } from '../testing/shop.ts'
import { createFormKey } from '../ui/form-key.ts'

onEachStorage('logout', (open) => {
  it('clears the cookie, deletes the login, and leaves the cookie from before anonymous', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1 })
    await browser.login(reader)
    const before = browser.copy()
    const { id } = (await findUserByEmail(shop.db, reader.email))!
    assert.equal((await listLogins(shop.db, id)).length, 1)

    const answer = await browser.post('/logout')
    assert.equal(answer.status, 303)
    assert.equal(answer.location, '/login?signed-out')
    assert.deepEqual(answer.setCookies, [
      'session-44100=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
    ])
    assert.deepEqual(await listLogins(shop.db, id), [])
    assert.deepEqual(
      shop.sessionFiles().filter((name) => name.includes('.json')),
      [],
    )

    const page = await browser.follow(answer)
    assert.deepEqual(page.notices, ['You are logged out.'])
    assert.equal(page.signedIn, false)
    assert.equal(page.cart, 'Cart, 0 items')
    assert.deepEqual(page.setCookies, [])

    assert.equal((await before.get('/')).signedIn, false)
    assert.match((await before.get('/account')).location!, /^\/login\?/)
  })

  it('has the last word over a slower request that was under way', async () => {
    let underWay: (() => void) | undefined
    const shop = await open({
      passwords: {
        ...passwords,
        verify(...args) {
          underWay?.()
          return passwords.verify(...args)
        },
      },
    })
    const browser = shop.browser()
    await browser.login(reader)
    const tab = browser.copy()
    const begun = new Promise<void>((resolve) => (underWay = resolve))
    // It works on two passwords, and then it writes to the session.
    const slow = tab.post('/account/password', {
      currentPassword: reader.password,
      newPassword: 'an evening on the balcony',
    })
    await begun
    const loggedOut = await Promise.race([browser.post('/logout'), slow])
    assert.equal(loggedOut.location, '/login?signed-out', 'the slow one is slower')
    await slow

    for (const { cookieHeader } of [browser, tab]) {
      const page = await shop.browser().get('/', { Cookie: cookieHeader })
      assert.equal(page.signedIn, false)
    }
    assert.equal((await tab.get('/account')).status, 303)
  })

  for (const who of ['a guest', 'who is logged in']) {
    it(`of ${who} in one tab does not end the login that is under way in another one`, async () => {
      const [begin, begun] = gate()
      const [release, released] = gate()
      let isSlow = false
      const shop = await open({
        passwords: {
          ...passwords,
          async verify(...args) {
            if (isSlow) begin()
            await (isSlow && released)
            return passwords.verify(...args)
          },
        },
      })
      const browser = shop.browser()
      await browser.submit('/cart/items', { bookId: 1 })
      if (who !== 'a guest') await browser.login(reader)
      const before = browser.copy()
      isSlow = true
      const login = browser.copy().post('/login', { ...reader, formKey: createFormKey() })
      await begun
      assert.equal((await browser.post('/logout')).location, '/login?signed-out')
      release()
      const answer = await login

      assert.equal((await before.get('/')).signedIn, false)
      const { id } = (await findUserByEmail(shop.db, reader.email))!
      // In a session of its own: nobody comes into the one that has ended.
      assert.equal(answer.status, 303)
      for (const cookie of answer.setCookies) browser.receive(cookie)
      assert.equal((await browser.get('/')).signedIn, true)
      assert.equal((await listLogins(shop.db, id)).length, 1)
      assert.equal((await before.get('/')).signedIn, false)
    })
  }

  it('that a login in another tab overtakes is told so, ends nothing of it, and works the next time', async (t) => {
    const [begin, begun] = gate()
    const [release, released] = gate()
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const { storage } = shop.sessions
    const { save } = storage
    const slow = t.mock.method(storage, 'save', async (session: Session) => {
      begin()
      await released
      return save(session)
    })
    const logout = browser.copy().post('/logout')
    await begun
    slow.mock.restore()
    assert.equal((await browser.login(reader)).signedIn, true)
    release()
    const answer = await logout
    assert.equal(answer.status, 409)
    assert.equal(answer.heading, 'That came too late')
    assert.deepEqual(answer.setCookies, [])
    assert.equal((await browser.get('/')).signedIn, true)

    const again = await browser.follow(await browser.sendAgain(answer))
    assert.deepEqual(again.notices, ['You are logged out.'])
    assert.equal((await browser.get('/')).signedIn, false)
    const { id } = (await findUserByEmail(shop.db, reader.email))!
    assert.deepEqual(await listLogins(shop.db, id), [])
  })
})

it('clears the cookie of production with all of its attributes', async () => {
  const shop = await openTestShop({ production: true, publicOrigin: 'https://shop.example' })
  const browser = shop.browser()
  const login = await browser.post('/login', { ...reader })
  assert.match(
    login.setCookies.join(),
    /^__Host-session=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
  assert.deepEqual((await browser.post('/logout')).setCookies, [
    '__Host-session=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Lax',
  ])
})

it('does nothing for somebody without a session', async () => {
  const shop = await openTestShop()
  const answer = await shop.browser().post('/logout')
  assert.equal(answer.location, '/login?signed-out')
  assert.deepEqual(answer.setCookies, [])
})

function gate(): [open: () => void, opened: Promise<void>] {
  const { promise, resolve } = Promise.withResolvers<void>()
  return [resolve, promise]
}
