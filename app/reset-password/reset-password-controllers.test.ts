import assert from 'node:assert/strict'
import { it } from 'node:test'
import { deleteUser, sqliteOf } from '../../db/testing.ts'
import { listLogins } from '../../db/logins.ts'
import { findUserByEmail } from '../../db/users.ts'
import type { KeptMail } from '../mail/mail.ts'
import { onBothKinds, openTestShop, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

const password = 'a rainy day, and tea'

/** Asks for a link and takes its path out of the mail. */
async function askForLink(shop: TestShop, email = reader.email): Promise<string> {
  await shop.browser().post('/reset-password', { email })
  return linkIn((await resetMails(shop))[0]!)
}

async function resetMails(shop: TestShop): Promise<KeptMail[]> {
  return (await shop.mails()).filter(({ subject }) => subject.startsWith('Your new password'))
}

function linkIn({ text }: KeptMail): string {
  return new URL(/https?:\S+/.exec(text)![0]).pathname
}

onBothKinds('a password reset', (open) => {
  it('mails a link with which a new password is chosen, and then logs out everywhere', async () => {
    const shop = await open()
    const elsewhere = shop.browser()
    await elsewhere.login(reader)
    const browser = shop.browser()

    const sent = await browser.submit('/reset-password', { email: ' READER@example.com ' })
    assert.equal(sent.heading, 'Check your e-mail')
    const [mail] = await resetMails(shop)
    assert.equal(mail!.to, reader.email)
    const within = /works\s+once, within \d+ minutes/
    assert.equal(within.exec(mail!.text)![0], within.exec(sent.text)![0])
    const link = /http:\S+/.exec(mail!.text)![0]
    assert.match(link, /^http:\/\/localhost:44100\/reset-password\/[\w-]{43}$/)

    const form = await browser.get(new URL(link).pathname)
    assert.equal(form.heading, 'Choose a new password')
    const login = await browser.submit(new URL(link).pathname, { password })
    assert.deepEqual(login.notices, [
      'Your password has been changed. Please log in with the new one.',
    ])
    assert.equal(login.heading, 'Log in')

    assert.equal((await elsewhere.get('/')).signedIn, false)
    assert.deepEqual(
      await listLogins(shop.db, (await findUserByEmail(shop.db, reader.email))!.id),
      [],
    )
    assert.equal((await shop.browser().login(reader)).signedIn, false)
    assert.equal((await browser.login({ ...reader, password })).signedIn, true)
  })

  it('works once', async () => {
    const shop = await open()
    const path = await askForLink(shop)
    const browser = shop.browser()
    await browser.submit(path, { password })
    for (const page of [
      await browser.get(path),
      await browser.post(path, { password: 'another one' }),
    ]) {
      assert.equal(page.status, 404)
      assert.equal(page.heading, 'This link no longer works')
    }
    assert.equal((await shop.browser().login({ ...reader, password })).signedIn, true)
  })

  it('succeeds for one of two who use the link at once', async () => {
    const shop = await open()
    const path = await askForLink(shop)
    const answers = await Promise.all(
      ['the first password', 'the second password'].map((password) =>
        shop.browser().post(path, { password }),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [303, 404])
  })

  it('is over after 30 minutes', async () => {
    const shop = await open()
    const path = await askForLink(shop)
    const browser = shop.browser()
    shop.pass(29 * 60)
    assert.equal((await browser.get(path)).status, 200)
    shop.pass(61)
    assert.equal((await browser.get(path)).status, 404)
    assert.equal((await browser.post(path, { password })).status, 404)
    assert.equal((await browser.login(reader)).signedIn, true)
  })

  it('asks again for a password that is too easy, without spending the link', async () => {
    const shop = await open()
    const path = await askForLink(shop)
    const browser = shop.browser()
    for (const easy of ['short', 'password', reader.email, '']) {
      const page = await browser.post(path, { password: easy })
      assert.equal(page.status, 422, easy)
      assert.equal(page.field('password')!.errors.length > 1, true)
      assert.equal(page.field('password')!.value, undefined)
    }
    assert.equal((await browser.post(path, { password })).status, 303)
  })
})

it('says to whom the link was sent whose password is chosen, and so do password managers', async () => {
  const shop = await openTestShop()
  const path = await askForLink(shop)
  const browser = shop.browser()
  const page = await browser.get(path)
  assert.match(page.text, / For the account of reader@example\.com\. New password /)
  assert.match(page.html, /type="email"\s+value="reader@example\.com"\s+autocomplete="username"/)
  assert.equal(page.field('email'), undefined, 'nobody sends it')
  const wrong = await browser.post(path, { password: 'short' })
  assert.match(wrong.html, /value="reader@example\.com"\s+autocomplete="username"/)
  for (const other of [await browser.get(`${path}x`), await browser.get('/reset-password?sent')]) {
    assert.ok(!other.html.includes(reader.email))
  }
})

it('answers for an unknown address exactly as for a known one', async () => {
  const shop = await openTestShop()
  const known = await ask(shop)
  await deleteUser(shop.db, (await findUserByEmail(shop.db, reader.email))!.id)
  const unknown = await ask(shop)
  assert.equal((await resetMails(shop)).length, 1)
  assert.deepEqual(unknown, known)
})

it('does as much for an unknown address as for a known one', async () => {
  const shop = await openTestShop()
  const writesFor = async (email: string) => {
    const before = Number(shop.databaseWrites())
    await shop.browser().submit('/reset-password', { email })
    return Number(shop.databaseWrites()) - before
  }
  const known = await writesFor(reader.email)
  assert.ok(known > 0)
  assert.equal(await writesFor('nobody@example.com'), known)
  assert.equal((await shop.mails()).length, 1)
})

async function ask(shop: TestShop) {
  const browser = shop.browser()
  const answer = await browser.post('/reset-password', { email: reader.email })
  const page = await browser.follow(answer)
  return [answer, page].map(({ status, headers, html }) => {
    return { status, headers: [...headers].filter(([name]) => name !== 'x-request-id'), html }
  })
}

it('sends three mails an hour for one network, and answers the fourth request all the same', async () => {
  const shop = await openTestShop()
  for (let request = 1; request <= 5; request++) {
    const browser = shop.browser({ address: `198.51.100.${request}` })
    const answer = await browser.post('/reset-password', { email: reader.email })
    assert.equal(answer.location, '/reset-password?sent')
  }
  assert.equal((await resetMails(shop)).length, 3)
})

it('sends ten mails an hour to an address that many ask for, and the owner’s own nevertheless', async () => {
  const shop = await openTestShop()
  const owner = shop.browser()
  await owner.login(reader)
  await owner.post('/logout')
  for (let request = 1; request <= 15; request++) {
    const browser = shop.browser({ address: `198.51.${request}.1` })
    await browser.post('/reset-password', { email: reader.email })
  }
  assert.equal((await resetMails(shop)).length, 10)
  const [earlier] = (await resetMails(shop)).map(linkIn)
  await owner.post('/reset-password', { email: reader.email })
  assert.equal((await resetMails(shop)).length, 11)
  assert.equal((await owner.get(earlier!)).status, 200, 'a stranger’s request breaks no link')
})

it('leads back, after the login, to the page that asked for one', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  const login = await browser.follow(await browser.get('/orders'))
  assert.match(login.html, /href="\/reset-password\?returnTo=%2Forders"/)
  const form = await browser.get('/reset-password?returnTo=%2Forders')
  assert.match(form.html, /href="\/login\?returnTo=%2Forders"/)
  const returnTo = form.field('returnTo')!.value!
  const sent = await browser.submit('/reset-password', { email: reader.email, returnTo })
  assert.match(sent.html, /href="\/login\?returnTo=%2Forders"/)
  const [mail] = await resetMails(shop)
  assert.doesNotMatch(mail!.text, /orders/)

  const answer = await browser.post(linkIn(mail!), { password })
  assert.equal(answer.location, '/login?returnTo=%2Forders')
  await browser.submit('/login', { ...reader, password, returnTo: '/orders' })
  // It was for that once, also in the same session.
  const again = await askForLink(shop)
  assert.equal((await browser.post(again, { password: 'a sunny day' })).location, '/login')
})

it('mails nothing that a stranger has chosen', async () => {
  const shop = await openTestShop()
  const name = 'Your account is locked. Call 0800 555 666'
  await shop.browser().submit('/register', { name, email: 'victim@example.com', password })
  await shop.browser({ address: '198.51.100.1' }).post('/reset-password', {
    email: 'victim@example.com',
    returnTo: '/books?q=call-0800-555-666',
    name,
  })
  const [mail] = await resetMails(shop)
  assert.equal(mail!.to, 'victim@example.com')
  assert.doesNotMatch(JSON.stringify(mail), /locked|0800/)
})

it('is worth nothing after the password was changed on the account page', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(reader)
  const path = await askForLink(shop)
  const change = { currentPassword: reader.password, newPassword: 'an evening on the balcony' }
  assert.equal((await browser.post('/account/password', change)).status, 303)
  assert.equal((await browser.get(path)).status, 404)
  assert.equal((await browser.post(path, { password })).status, 404)
})

it('lets the owner in with the new password, whoever guessed at the old one before', async () => {
  const shop = await openTestShop()
  for (let guess = 1; guess <= 8; guess++) {
    const stranger = shop.browser({ address: `203.0.${guess}.1` })
    await stranger.post('/login', { ...reader, password: 'a guess' })
  }
  const browser = shop.browser()
  for (let mistake = 1; mistake <= 25; mistake++) {
    await browser.post('/login', { ...reader, password: 'what was it?' })
  }
  await browser.submit(await askForLink(shop), { password })
  assert.equal((await browser.login({ ...reader, password })).signedIn, true)
  const elsewhere = shop.browser({ address: '198.51.100.1' })
  assert.equal((await elsewhere.login({ ...reader, password })).signedIn, true)
})

it('keeps what is no address, with the message at the field', async () => {
  const shop = await openTestShop()
  for (const email of ['', 'reader', 'reader@', '<b>@example.com']) {
    const page = await shop.browser().post('/reset-password', { email })
    assert.equal(page.status, 422, email)
    assert.equal(page.field('email')!.errors.length, 1)
    assert.equal(page.field('email')!.value, email)
  }
})

it('keeps the token out of the log and the database, and the page out of caches', async () => {
  const shop = await openTestShop()
  const path = await askForLink(shop)
  const token = path.split('/').at(-1)!
  const browser = shop.browser()
  const form = await browser.get(path)
  assert.equal(form.headers.get('Cache-Control'), 'private, no-store')
  assert.equal(form.headers.get('Referrer-Policy'), 'same-origin')
  await browser.request(path, { method: 'HEAD' })
  await browser.request(path, { method: 'PUT' })
  await browser.request(path, { method: 'POST', headers: { Origin: 'https://evil.example' } })
  assert.ok(!sqliteOf(shop.db).serialize().includes(token))
  await browser.post(path, { password: 'short' })
  await browser.post(path, { password })
  assert.ok(shop.log.length > 5)
  assert.ok(!JSON.stringify(shop.log).includes(token))
})

it('finds nothing for tokens that were made up', async () => {
  const shop = await openTestShop()
  await askForLink(shop)
  for (const token of ['x', '%00', "'or'1", 'a'.repeat(5000), '%F0%9F%AA%91']) {
    assert.equal((await shop.browser().get(`/reset-password/${token}`)).status, 404, token)
  }
})
