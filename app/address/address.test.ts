import assert from 'node:assert/strict'
import { it } from 'node:test'
import { rowsOf } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import { onBothKinds, openTestShop, reader } from '../testing/shop.ts'
import { linkTo, subjectsTo } from './testing-mails.ts'
import { shop as words } from '../ui/shop.ts'

const email = 'robin@example.com'
const nora = { name: 'Nora', email: 'nora@example.com', password: 'a chair by the sea' }

onBothKinds('another address', (open) => {
  it('is the account’s once the link was followed, and the old one is told', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    assert.match((await browser.get('/account/email')).text, /New e-mail address Send the link/)
    const account = await browser.submit('/account/email', { email: ' Robin@Example.com ' })
    assert.match(account.notices[0]!, /^We have sent a link to robin@example\.com\./)
    assert.ok(account.text.includes(reader.email))
    const path = (await linkTo(shop, email))!
    const asked = await browser.get(path)
    assert.match(asked.heading!, /Confirm your address/)
    assert.match(asked.text, /Once you press the button, robin@example\.com is the address/)
    assert.match(asked.text, /You will be logged out of all other browsers\./)
    assert.equal((await shop.browser().login({ ...reader, email })).signedIn, false)

    const done = await browser.submit(path)
    assert.deepEqual(done.notices, [
      'Your address is robin@example.com, and it is confirmed. You were not logged in anywhere else.',
    ])
    assert.ok(done.text.includes(email))
    const [told] = await subjectsTo(shop, reader.email)
    assert.equal(told, `Your address at ${words.name} was changed`)
    assert.doesNotMatch((await shop.mails())[0]!.text, /robin@/, 'not where it leads')
    assert.equal((await browser.get(path)).status, 404)
    assert.equal((await shop.browser().login(reader)).signedIn, false)
    assert.equal((await shop.browser().login({ ...reader, email })).signedIn, true)
  })

  it('is answered once, also when its forms are sent twice', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const ask = { email, formKey: (await browser.get('/account/email')).field('formKey')!.value! }
    const before = browser.copy()
    assert.equal((await browser.post('/account/email', ask)).location, '/account')
    assert.equal((await before.post('/account/email', ask)).location, '/account')
    assert.equal((await subjectsTo(shop, email)).length, 1)

    const path = (await linkTo(shop, email))!
    const confirm = { formKey: (await browser.get(path)).field('formKey')!.value! }
    const sent = [1, 2].map(() => browser.copy())
    const answers = await Promise.all(sent.map((one) => one.submit(path, confirm)))
    for (const { heading, notices } of answers) {
      assert.equal(heading, 'Your account')
      assert.deepEqual(notices, answers[0]!.notices)
    }
    assert.equal((await subjectsTo(shop, reader.email)).length, 2, 'a login, and one change')
  })

  it('needs the login and the mail: neither is worth anything alone', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    await browser.post('/account/email', { email })
    const path = (await linkTo(shop, email))!
    const stranger = shop.browser()
    const asked = await stranger.get(path)
    assert.equal(asked.status, 200)
    assert.match(asked.html, /href="\/login\?returnTo=%2Fconfirm-email%2F/)
    assert.match((await stranger.post(path)).location!, /^\/login\?/)
    await stranger.submit('/register', nora)
    assert.equal((await stranger.get(path)).status, 404)
    assert.equal((await stranger.post(path)).status, 404)
    assert.equal((await findUserByEmail(shop.db, email)) ?? null, null)
  })
})

it('is there again after the login that has ended while it was typed, beside the one of today', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.submit('/register', nora)
  const page = await browser.get('/account/email')
  assert.equal(page.field('email')!.value, nora.email)
  shop.pass(2 * 60 * 60 + 1)
  const madeFor = page.field('madeFor')!.value!
  const login = await browser.submit('/account/email', { email: 'Robin@', madeFor })
  const returnTo = login.field('returnTo')!.value!
  const again = await browser.submit('/login', { ...nora, returnTo })
  assert.equal(again.field('email')!.value, 'Robin@')
  assert.match(again.text, /It is nora@example\.com/)
})

it('asks who it is again when the login is old, and then carries on', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(reader)
  shop.pass(20 * 60)
  const asked = await browser.post('/account/email', { email })
  assert.match(asked.location!, /^\/confirm\?/)
  assert.deepEqual(await subjectsTo(shop, email), [])
  const page = await browser.follow(asked)
  const names = ['madeFor', 'formKey', 'returnTo', 'kept']
  const hidden = names.map((name) => [name, page.field(name)!.value!])
  const { password } = reader
  const carried = await browser.post('/confirm', { ...Object.fromEntries(hidden), password })
  assert.equal(carried.status, 307)
  await browser.post(carried.location!)
  assert.deepEqual(await subjectsTo(shop, email), [`Your address at ${words.name}`])
})

it('answers for an address with an account as for any other, and does as much', async () => {
  // In development a panel tells of each session.
  const shop = await openTestShop({ production: true, publicOrigin: 'https://shop.example' })
  const browser = shop.browser()
  await browser.submit('/register', nora)
  const ask = async (email: string) => {
    const before = Number(shop.databaseWrites())
    const answer = await browser.post('/account/email', { email })
    const page = await browser.follow(answer)
    const seen = [answer, page].map(({ status, headers, html }) => ({
      status,
      headers: [...headers.keys()],
      html: html.replaceAll(/value="[\w-]{22}"/g, '').replaceAll(email, 'ADDRESS'),
    }))
    return { seen, writes: Number(shop.databaseWrites()) - before }
  }
  const unknown = await ask('nobody@example.com')
  assert.deepEqual(await ask(reader.email), unknown)
  assert.equal(await linkTo(shop, reader.email), undefined)
  assert.deepEqual(await subjectsTo(shop, reader.email), [`You have an account at ${words.name}`])
})

it('is confirmed by who registered with it, by the link that it was sent', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.submit('/register', nora)
  assert.match((await browser.get('/account')).text, /nora@example\.com Not confirmed/)
  const other = shop.browser()
  await other.login(nora)
  const path = (await linkTo(shop, nora.email))!
  assert.doesNotMatch((await browser.get(path)).text, /logged out/)
  const done = await browser.submit(path)
  assert.deepEqual(done.notices, ['Your address is nora@example.com, and it is confirmed.'])
  assert.doesNotMatch((await browser.get('/account')).text, /Not confirmed/)
  assert.equal((await other.get('/account')).status, 200, 'it is the address of before')
  assert.equal((await browser.post('/account/email', { email: nora.email })).status, 422)
})

it('is told even where nobody had confirmed it that the account has left it', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.submit('/register', nora)
  await browser.post('/account/email', { email })
  await browser.submit((await linkTo(shop, email))!)
  assert.deepEqual(await subjectsTo(shop, nora.email), [
    `Your address at ${words.name} was changed`,
    `Your address at ${words.name}`,
  ])
})

it('goes to its owner, whoever has typed it before', async () => {
  const shop = await openTestShop()
  const stranger = shop.browser({ address: '198.51.100.1' })
  await stranger.submit('/register', { ...nora, email })
  const owner = shop.browser()
  await owner.login(reader)
  await owner.post('/account/email', { email })
  const done = await owner.submit((await linkTo(shop, email))!)
  assert.ok(done.text.includes(email))
  assert.equal((await stranger.get('/')).signedIn, false)
  assert.equal((await shop.browser().login({ ...nora, email })).signedIn, false)
})

it('gets three mails an hour from one network, and who asks for more is told and nothing is written', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(reader)
  const ask = (fields: Record<string, string>) => browser.post('/account/email', fields)
  for (let request = 1; request <= 3; request++) {
    assert.equal((await ask({ email })).location, '/account')
  }
  const written = shop.databaseWrites()
  for (let request = 1; request <= 5; request++) {
    const refused = await ask({ email, formKey: String(request).padStart(22, 'k') })
    assert.equal(refused.status, 429)
    assert.ok(Number(refused.headers.get('Retry-After')) > 0)
    assert.match(refused.field('email')!.errors[0]!, /^Too many links were asked for/)
    assert.equal(refused.field('email')!.value, email)
  }
  assert.equal(shop.databaseWrites(), written)
  assert.equal((await subjectsTo(shop, email)).length, 3)
  for (let request = 4; request <= 12; request++) await ask({ email: `${request}@example.com` })
  assert.equal((await rowsOf(shop.db, 'select * from email_links')).length, 10, 'of one login')
})

it('is answered with its link however often the form is sent at once, also where no other is left', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(reader)
  const form = async () => {
    const page = await browser.get('/account/email')
    return { email, formKey: page.field('formKey')!.value! }
  }
  for (let request = 1; request <= 3; request++) {
    const ask = await form()
    const sent = [1, 2, 3].map(() => browser.copy().post('/account/email', ask))
    for (const { location } of await Promise.all(sent)) assert.equal(location, '/account')
  }
  const one = await form()
  const sent = [1, 2].map(() => browser.copy().post('/account/email', one))
  for (const { status } of await Promise.all(sent)) assert.equal(status, 429)
  assert.equal((await subjectsTo(shop, email)).length, 3)
})

it('keeps the token out of the log and the database', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(reader)
  await browser.post('/account/email', { email })
  const path = (await linkTo(shop, email))!
  await shop.browser().get(path)
  await browser.submit(path)
  assert.ok(!JSON.stringify(shop.log).includes(path.split('/').at(-1)!))
})
