import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import * as argon2 from 'argon2'
import { confirmEmail, createEmailLink } from '../../db/email-links.ts'
import { insertLogin, listLogins } from '../../db/logins.ts'
import { deleteUser } from '../../db/testing.ts'
import { findUserByEmail, updatePasswordHash } from '../../db/users.ts'
import {
  admin,
  hashAtFullPrice,
  onEachStorage,
  openTestShop,
  passwords,
  reader,
} from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import type { TestPage } from '../testing/page.ts'
import { clearIdleLogins } from './active-login.ts'
import { createPasswordHasher } from './passwords.ts'

const wrong = { email: reader.email, password: 'not the password' }

onEachStorage('login', (open) => {
  it('greets once, keeps the cart, and gives the session a new id while the old one is dead', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1, quantity: 3 })
    const before = browser.copy()

    const home = await browser.login(reader)
    assert.deepEqual(home.notices, ['Welcome back, Robin Reader.'])
    assert.equal(home.cart, 'Cart, 3 items')
    assert.equal(home.signedIn, true)
    assert.notEqual(browser.sessionCookie, before.sessionCookie)

    const next = await browser.get('/')
    assert.deepEqual(next.notices, [])
    assert.equal(next.cart, 'Cart, 3 items')

    const old = await before.get('/cart')
    assert.equal(old.signedIn, false)
    assert.equal(old.cart, 'Cart, 0 items')
  })

  it('takes the address however it is typed, but the password exactly', async () => {
    const shop = await open()
    const home = await shop.browser().login({ ...reader, email: '  Reader@EXAMPLE.com ' })
    assert.equal(home.signedIn, true)
    const again = await shop.browser().login({ ...reader, password: ` ${reader.password}` })
    assert.equal(again.signedIn, false)
  })

  it('goes back to the form with the address and the tick, never the password, after a wrong one', async () => {
    const shop = await open()
    const browser = shop.browser()
    const answer = await browser.post('/login', { ...wrong, remember: 'on', returnTo: '/orders' })
    assert.equal(answer.status, 303)
    assert.equal(answer.location, '/login?returnTo=%2Forders')

    const form = await browser.follow(answer)
    assert.deepEqual(form.alerts, ['The e-mail address or the password is wrong.'])
    assert.equal(form.field('email')!.value, reader.email)
    assert.match(form.html, /name="remember"\s+checked/)
    assert.equal(form.field('returnTo')!.value, '/orders')
    assert.ok(!form.html.includes(wrong.password))

    const reloaded = await browser.get(answer.location!)
    assert.deepEqual(reloaded.alerts, [])
    assert.equal(reloaded.field('email')!.value, '')
  })

  it('keeps a browser-session cookie and a short idle limit unless told to remember', async () => {
    const shop = await open()
    const browser = shop.browser()
    const answer = await browser.post('/login', { ...reader })
    assert.match(answer.setCookies.join(), /^session-44100=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/)

    const copy = browser.copy()
    for (let visit = 0; visit < 3; visit++) {
      shop.pass(90 * 60)
      const page = await browser.get('/account')
      assert.equal(page.signedIn, true, 'in use')
      assert.doesNotMatch(page.setCookies.join(), /Max-Age|Expires/, 'renewed')
    }
    shop.pass(2 * 60 * 60 + 1)
    assert.equal((await browser.get('/')).signedIn, false, 'idle, though the cookie is still sent')
    assert.equal((await copy.get('/')).signedIn, false)

    await browser.login(reader)
    browser.closeAndReopen()
    assert.equal((await browser.get('/')).signedIn, false)
  })

  it('remembers for SESSION_MAX_AGE when told to, on the server too', async () => {
    const shop = await open()
    const browser = shop.browser()
    const answer = await browser.post('/login', { ...reader, remember: 'on' })
    assert.match(answer.setCookies.join(), /; Max-Age=604800(;|$)/)
    const { sessionCookie } = browser

    browser.closeAndReopen()
    shop.pass(6 * 24 * 60 * 60)
    const page = await browser.get('/')
    assert.equal(page.signedIn, true)
    assert.match(page.setCookies.join(), /; Max-Age=604800(;|$)/)
    const renewed = browser.sessionCookie
    shop.pass(6 * 24 * 60 * 60)
    assert.equal((await browser.get('/')).signedIn, true)
    shop.pass(7 * 24 * 60 * 60 + 1)
    for (const Cookie of [sessionCookie, renewed]) {
      assert.equal((await shop.browser().get('/', { Cookie })).signedIn, false)
    }
  })

  it('ends with its idle limit, and has its cart again as long as a guest would have one', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 1, quantity: 2 })
    await browser.login(reader)
    const { id } = (await findUserByEmail(shop.db, reader.email))!
    assert.equal((await listLogins(shop.db, id)).length, 1)

    shop.pass(2 * 60 * 60 + 1)
    const page = await browser.get('/')
    assert.equal(page.signedIn, false)
    assert.equal(page.cart, 'Cart, 0 items', 'whoever sits there now has nothing of theirs')
    shop.pass(6 * 24 * 60 * 60)
    await clearIdleLogins(shop.db, shop.config, new Date(shop.now()))
    assert.deepEqual(await listLogins(shop.db, id), [], 'cleared away')
    assert.equal((await browser.login(reader)).cart, 'Cart, 2 items')
  })

  it('ends every login after SESSION_LIFETIME, however much it is used', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.submit('/login', { ...reader, remember: 'on' })
    for (let day = 5; day < 30; day += 5) {
      shop.pass(5 * 24 * 60 * 60)
      assert.equal((await browser.get('/')).signedIn, true, `day ${day}`)
    }
    shop.pass(5 * 24 * 60 * 60 + 1)
    assert.equal((await browser.get('/')).signedIn, false)
  })

  it('leads back to the page that asked for a login, its query included, and only once', async () => {
    const shop = await open()
    const browser = shop.browser()
    const asked = await browser.get('/orders?from=mail')
    assert.equal(asked.status, 303)
    const form = await browser.follow(asked)
    assert.equal(form.field('returnTo')!.value, '/orders?from=mail')

    const answer = await browser.post('/login', { ...reader, returnTo: '/orders?from=mail' })
    assert.equal(answer.location, '/orders?from=mail')
    await browser.follow(answer)

    await browser.post('/logout')
    assert.equal((await browser.post('/login', { ...reader })).location, '/')
  })

  it('never leads to another site or straight out again', async () => {
    const shop = await open()
    for (const returnTo of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      '/.//evil.example',
      'javascript:alert(1)',
      '/logout',
      '/login',
    ]) {
      const browser = shop.browser()
      const form = await browser.get(`/login?${new URLSearchParams({ returnTo })}`)
      assert.equal(form.field('returnTo'), undefined, returnTo)
      assert.equal((await browser.post('/login', { ...reader, returnTo })).location, '/', returnTo)
      // Who is logged in is led on at once.
      const led = await browser.get(`/login?${new URLSearchParams({ returnTo })}`)
      assert.equal(led.location, '/', returnTo)
    }
  })

  it('slows down guessing, tells how long, keeps the address, and lets the owner in afterwards', async () => {
    const shop = await open()
    for (let attempt = 1; attempt <= 5; attempt++) await shop.browser().post('/login', wrong)

    const browser = shop.browser()
    for (const password of [wrong.password, reader.password]) {
      const answer = await browser.post('/login', { ...wrong, password, returnTo: '/orders' })
      assert.equal(answer.status, 429)
      assert.equal(answer.headers.get('Retry-After'), '1')
      assert.deepEqual(answer.alerts, ['Too many attempts. Please try again in 1 second.'])
      assert.equal(answer.field('email')!.value, reader.email)
      assert.equal(answer.field('returnTo')!.value, '/orders')
      assert.ok(!answer.html.includes(password) || password === reader.password)
      assert.deepEqual(answer.setCookies, [], 'counted in no session')
    }
    await wait(1000)
    assert.equal((await browser.login(reader)).signedIn, true)
  })
})

it('tells nobody whether an account exists', async () => {
  const shop = await openTestShop({ production: true, publicOrigin: 'https://shop.example' })
  const user = (await findUserByEmail(shop.db, reader.email))!
  const wrongPassword = await failTwice(shop)
  await updatePasswordHash(shop.db, user.id, 'not a hash at all')
  const malformedHash = await failTwice(shop)
  await deleteUser(shop.db, user.id)
  const unknownAccount = await failTwice(shop)

  assert.deepEqual(malformedHash, wrongPassword)
  assert.deepEqual(unknownAccount, wrongPassword)
})

async function failTwice(shop: TestShop): Promise<unknown> {
  const browser = shop.browser()
  const answer = await browser.post('/login', { ...wrong, remember: 'on', returnTo: '/orders' })
  const form = await browser.follow(answer)
  return [answer, form].map(({ status, headers, html }: TestPage) => {
    const comparable = [...headers].filter(([name]) => name !== 'x-request-id')
    const cookies = headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]+/, ''))
    const form = html.replace(/name="formKey" value="[^"]*"/, '')
    return {
      status,
      headers: comparable.filter(([name]) => name !== 'set-cookie'),
      cookies,
      html: form,
    }
  })
}

it('verifies a password even where there is no account, so that the time tells nothing', async () => {
  const verified: (string | null)[] = []
  const shop = await openTestShop({
    passwords: {
      ...passwords,
      verify: (hash, password) => {
        verified.push(hash)
        return passwords.verify(hash, password)
      },
    },
  })
  await shop.browser().post('/login', { email: 'nobody@example.com', password: 'something' })
  assert.deepEqual(verified, [null])
})

it('slows down who guesses at many accounts from one network, and nobody else', async () => {
  const shop = await openTestShop()
  for (let account = 1; account <= 20; account++) {
    const guesser = shop.browser({ address: `203.0.113.${account}` })
    await guesser.post('/login', { email: `user${account}@example.com`, password: 'guess' })
  }
  const guesser = await shop.browser({ address: '203.0.113.99' }).post('/login', { ...reader })
  assert.equal(guesser.status, 429)
  assert.ok(Number(guesser.headers.get('Retry-After')) > 500)
  assert.match(guesser.alerts.join(), /^Too many attempts\. Please try again in 10 minutes\.$/)
  assert.equal((await shop.browser({ address: '198.51.100.7' }).login(reader)).signedIn, true)
})

it('makes a new hash at login when the parameters have changed', async () => {
  const shop = await openTestShop({ passwords: createPasswordHasher() })
  const { id } = (await findUserByEmail(shop.db, reader.email))!
  await updatePasswordHash(
    shop.db,
    id,
    await argon2.hash(reader.password, { memoryCost: 1024, timeCost: 2 }),
  )
  assert.equal((await shop.browser().login(reader)).signedIn, true)
  assert.match(
    (await findUserByEmail(shop.db, reader.email))!.passwordHash,
    /\$m=19456,(t=2,p=1|p=1,t=2)\$/,
  )
  assert.equal((await shop.browser().login(reader)).signedIn, true)
})

it('does not log in with a password or an address that was changed, or an account deleted, while it was checked', async () => {
  let meanwhile: (() => Promise<unknown>) | undefined
  const shop = await openTestShop({
    passwords: {
      ...passwords,
      async verify(hash, password) {
        const correct = await passwords.verify(hash, password)
        await meanwhile?.()
        return correct
      },
    },
  })
  const user = (await findUserByEmail(shop.db, reader.email))!
  const newHash = await passwords.hash('a password of another day')

  meanwhile = () => updatePasswordHash(shop.db, user.id, newHash)
  assert.equal((await shop.browser().login(reader)).signedIn, false)
  assert.deepEqual(await listLogins(shop.db, user.id), [])
  assert.equal((await findUserByEmail(shop.db, reader.email))!.passwordHash, newHash)

  await updatePasswordHash(shop.db, user.id, user.passwordHash)
  const owner = await insertLogin(shop.db, {
    userId: user.id,
    userAgent: '',
    remembered: true,
    now: new Date(),
  })
  const link = { userId: user.id, email: 'robin@example.com' }
  const token = await createEmailLink(shop.db, link, new Date())
  meanwhile = () => confirmEmail(shop.db, token, { login: owner, now: new Date() })
  assert.equal((await shop.browser().login(reader)).signedIn, false)
  assert.deepEqual(await listLogins(shop.db, user.id), [owner])
  assert.equal(await findUserByEmail(shop.db, reader.email), undefined)

  meanwhile = () => deleteUser(shop.db, user.id)
  const answer = await shop.browser().login({ ...reader, email: link.email })
  assert.equal(answer.status, 200)
  assert.equal(answer.signedIn, false)
})

it('answers 503 with Retry-After when too many passwords are waiting, and counts no failure', async () => {
  const shop = await openTestShop({ passwords: createPasswordHasher({ concurrency: 1, queue: 0 }) })
  await hashAtFullPrice(shop)
  // Five wrong passwords would slow the reader down.
  const [first, ...others] = await Promise.all([
    shop.browser().post('/login', { ...admin }),
    ...Array.from({ length: 5 }, () => shop.browser().post('/login', { ...reader })),
  ])
  assert.equal(first!.status, 303)
  for (const busy of others) {
    assert.equal(busy.status, 503)
    assert.equal(busy.headers.get('Retry-After'), '2')
    assert.equal(busy.heading, 'One moment, please')
  }
  assert.equal((await shop.browser().login(reader)).signedIn, true)
})

it('answers pages while a flood of logins waits, and lets the owner in right after it', async () => {
  const shop = await openTestShop({ storage: 'fs', passwords: createPasswordHasher() })
  await hashAtFullPrice(shop)
  let answered = 0
  const flood = Array.from({ length: 100 }, async (_, n) => {
    const guesser = shop.browser({ address: `198.51.${n}.1` })
    const { status } = await guesser.post('/login', { ...wrong, email: `${n}@example.com` })
    answered++
    return status
  })
  assert.equal((await shop.browser().get('/')).status, 200)
  assert.ok(answered < 100)

  const statuses = await Promise.all(flood)
  const refused = statuses.filter((status) => status === 503)
  assert.ok(refused.length >= 80, 'one is hashed, sixteen wait, and the others are sent away')
  assert.equal((await shop.browser().login(reader)).signedIn, true)
})

it('leads on at once who is logged in already', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(reader)
  assert.equal((await browser.get('/login')).location, '/')
  assert.equal((await browser.get('/login?returnTo=%2Forders')).location, '/orders')
})

it('says so when the browser keeps no cookies, and leads on who has just come', async () => {
  const shop = await openTestShop()
  for (const path of ['/login', '/register']) {
    const newcomer = { name: 'Nora', email: 'nora@example.com', password: 'a chair by the sea' }
    const account = path === '/login' ? reader : newcomer
    const withoutCookies = () => shop.browser()
    const form = await withoutCookies().get(`${path}?returnTo=%2Forders`)
    const { name, email, password } = account
    const formKey = form.field('formKey')!.value!
    const fields = { name, email, password, formKey, returnTo: '/orders' }
    const answer = await withoutCookies().post(path, fields)
    const page = await withoutCookies().get(answer.location!)
    assert.match(page.alerts.join(), /^Your browser did not keep our cookie/)
    assert.equal(page.field('returnTo')!.value, '/orders')

    const browser = shop.browser()
    const led = await browser.follow(await browser.post(path, fields))
    assert.equal(led.location, '/orders')
    assert.match((await browser.follow(led)).notices.join(), /^Welcome/)
  }
})
