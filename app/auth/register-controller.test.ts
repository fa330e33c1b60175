import assert from 'node:assert/strict'
import { it } from 'node:test'
import { listLogins } from '../../db/logins.ts'
import { findUserByEmail } from '../../db/users.ts'
import { onBothKinds, openTestShop, reader } from '../testing/shop.ts'

const newcomer = {
  name: 'Nora Newcomer',
  email: 'nora@example.com',
  password: 'a chair by the sea',
}

onBothKinds('registration', (open) => {
  it('logs in, keeps the cart, and gives the session a new id; later the password logs in', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 2, quantity: 2 })
    const before = browser.copy()

    const home = await browser.submit('/register', newcomer)
    assert.deepEqual(home.notices, ['Welcome, Nora Newcomer. Your account is ready.'])
    assert.equal(home.signedIn, true)
    assert.equal(home.cart, 'Cart, 2 items')
    assert.deepEqual((await browser.get('/')).notices, [])

    const old = await before.get('/')
    assert.equal(old.signedIn, false)
    assert.equal(old.cart, 'Cart, 0 items')

    const loggedOut = await browser.submit('/logout')
    assert.equal(loggedOut.signedIn, false)
    const back = await browser.login(newcomer)
    assert.deepEqual(back.notices, ['Welcome back, Nora Newcomer.'])
  })

  it('leads back to the page that asked for a login', async () => {
    const shop = await open()
    const browser = shop.browser()
    const login = await browser.follow(await browser.get('/orders'))
    assert.match(login.html, /href="\/register\?returnTo=%2Forders"/)
    const form = await browser.get('/register?returnTo=%2Forders')
    assert.equal(form.field('returnTo')!.value, '/orders')
    const answer = await browser.post('/register', { ...newcomer, returnTo: '/orders' })
    assert.equal(answer.location, '/orders')
  })

  it('shows a wrong form again with the input kept, the password never, and messages at their fields', async () => {
    const shop = await open()
    const browser = shop.browser()
    const page = await browser.post('/register', { name: ' ', email: 'nora@', password: 'short' })
    assert.equal(page.status, 422)
    assert.deepEqual(page.field('name')!.errors, ['Enter your name.'])
    assert.deepEqual(page.field('email')!.errors, ['That does not look like an e-mail address.'])
    assert.equal(page.field('email')!.value, 'nora@')
    assert.equal(page.field('password')!.errors[0], 'Use at least 8 characters.')
    assert.equal(page.field('password')!.value, undefined)
    assert.ok(!page.html.includes('short'))
    assert.deepEqual(page.setCookies, [])
  })
})

it('refuses common, personal and overlong passwords and takes unusual ones as they are', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  for (const password of ['password', '1234567', 'x'.repeat(257), 'nora@example.com', '']) {
    const page = await browser.post('/register', { ...newcomer, password })
    assert.equal(page.status, 422, password)
    assert.equal(page.field('password')!.errors.length > 0, true, password)
  }
  assert.equal(await findUserByEmail(shop.db, newcomer.email), undefined)

  const password = `  ${'é🪑'.repeat(100)}  `
  await browser.submit('/register', { ...newcomer, password })
  assert.equal((await shop.browser().login({ ...newcomer, password })).signedIn, true)
  assert.equal(
    (await shop.browser().login({ ...newcomer, password: password.trim() })).signedIn,
    false,
  )
})

it('has one account for an address, however it is typed and however often it is sent at once', async () => {
  const shop = await openTestShop()
  const page = await shop.browser().post('/register', { ...newcomer, email: 'READER@example.com' })
  assert.equal(page.status, 422)
  assert.deepEqual(page.field('email')!.errors, ['There is an account with this address already.'])
  assert.equal((await findUserByEmail(shop.db, reader.email))!.name, reader.name)

  const answers = await Promise.all(
    ['nora@example.com', 'Nora@Example.com', ' nora@example.com'].map((email) =>
      shop.browser().post('/register', { ...newcomer, email }),
    ),
  )
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [303, 422, 422])
})

it('tells all that is wrong at once, and the owner of a known address what else to do', async () => {
  const shop = await openTestShop()
  const weak = { ...newcomer, email: reader.email, password: 'short', returnTo: '/checkout' }
  const page = await shop.browser().post('/register', weak)
  assert.deepEqual(page.field('email')!.errors, ['There is an account with this address already.'])
  assert.equal(page.field('password')!.errors[0], 'Use at least 8 characters.')
  assert.match(page.alerts.join(), /If that account is yours, log in ?\. Forgot its password\?/)
  assert.match(page.html, /href="\/login\?returnTo=%2Fcheckout"\s*>log in</)
  assert.match(page.html, /href="\/reset-password\?returnTo=%2Fcheckout"\s*>choose a new password</)

  const unknown = await shop.browser().post('/register', { ...newcomer, password: 'short' })
  assert.deepEqual(unknown.field('email')!.errors, [])
  assert.doesNotMatch(unknown.html, /If that account is yours/)
})

it('answers no more questions about addresses by a form that is wrong than by one that is right', async () => {
  const shop = await openTestShop()
  const ask = (email: string, address = '192.0.2.1') =>
    shop.browser({ address }).post('/register', { ...newcomer, email, password: 'short' })
  const answers = []
  for (let question = 1; question <= 8; question++) answers.push(await ask(reader.email))
  assert.deepEqual(
    answers.map((page) => page.field('email')!.errors.length),
    [1, 1, 1, 1, 1, 0, 0, 0],
  )
  assert.equal((await ask(reader.email, '192.0.2.2')).field('email')!.errors.length, 1)
  // Who only had trouble with the password is not kept from registering.
  assert.equal((await shop.browser().submit('/register', newcomer)).signedIn, true)
})

it('never makes an administrator, whatever fields are sent', async () => {
  const shop = await openTestShop()
  await shop.browser().submit('/register', { ...newcomer, role: 'admin', id: 1 })
  assert.equal((await findUserByEmail(shop.db, newcomer.email))!.role, 'reader')
})

it('ends the login of somebody else in the same browser', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(reader)
  await browser.submit('/register', newcomer)
  assert.deepEqual(
    await listLogins(shop.db, (await findUserByEmail(shop.db, reader.email))!.id),
    [],
  )
  assert.match((await browser.get('/account')).text, /Nora Newcomer/)
})

it('takes a name for what it is, one line without a link, and any address that browsers take', async () => {
  const shop = await openTestShop()
  const name = 'You have won!\r\n\r\nhttps://evil.example/prize'
  const page = await shop.browser().post('/register', { ...newcomer, name })
  assert.equal(page.status, 422)
  assert.deepEqual(page.field('name')!.errors, ['Enter a name without a link or an address in it.'])
  for (const [typed, email] of [
    ["o'brien@example.com", "o'brien@example.com"],
    ['me@münchen.de', 'me@xn--mnchen-3ya.de'],
    [' no\u200bra@example.com', 'nora@example.com'],
  ]) {
    const browser = shop.browser()
    const fields = { ...newcomer, name: 'Nora\n\u202eNewcomer', email: typed! }
    const home = await browser.submit('/register', fields)
    assert.deepEqual(home.notices, ['Welcome, Nora Newcomer. Your account is ready.'])
    assert.equal((await findUserByEmail(shop.db, email!))!.email, email)
    assert.equal((await shop.browser().login({ ...newcomer, email: typed! })).signedIn, true)
  }
})

it('slows down who registers without end, or asks who has an account', async () => {
  const shop = await openTestShop()
  const ask = (address: string) =>
    shop.browser({ address }).post('/register', { ...newcomer, email: reader.email })
  const answers = []
  for (let question = 1; question <= 10; question++) answers.push(await ask('192.0.2.1'))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [...Array(6).fill(422), ...Array(4).fill(429)],
  )
  const refused = answers.at(-1)!
  assert.ok(Number(refused.headers.get('Retry-After')) > 3000)
  assert.match(refused.alerts.join(), /^Too many attempts\. Please try again in 60 minutes\./)
  assert.equal(refused.field('name')!.value, newcomer.name)
  assert.equal((await ask('192.0.2.2')).status, 422)
  assert.equal((await shop.browser().login(reader)).signedIn, true, 'who has an account')
})
