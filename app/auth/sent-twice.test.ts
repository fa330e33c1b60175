import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Client } from 'pg'
import { onPostgres } from 'remix/session/testing/postgres-server'
import { deleteAllLogins, listLogins } from '../../db/logins.ts'
import { findUserByEmail, setPassword } from '../../db/users.ts'
import { linkTo } from '../address/testing-mails.ts'
import { onEachStorage, openTestShop, passwords, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestPage } from '../testing/page.ts'
import { twice } from '../testing/twice.ts'
import type { Send } from '../testing/twice.ts'

const newPassword = 'an evening on the balcony'
const hash = passwords.hash(reader.password)

type Way = (browser: TestBrowser, send: Send, pass: TestShop['pass']) => Promise<TestPage>

const ways: Record<string, Way> = {
  ...twice,
  async 'by a double click with a pause'(browser, send) {
    const first = send(browser.copy())
    await wait(20)
    const second = await send(browser)
    await first
    return second
  },
  async 'long after the answer was lost'(browser, send, pass) {
    await send(browser.copy())
    pass(120)
    return send(browser)
  },
}

async function loginsOf({ db }: TestShop, email = reader.email) {
  return await listLogins(db, (await findUserByEmail(db, email))!.id)
}

async function formKeyOf(browser: TestBrowser, path: string): Promise<string> {
  return (await browser.get(path)).field('formKey')!.value!
}

onEachStorage('a form sent twice', (open) => {
  for (const [way, sendTwice] of Object.entries(ways)) {
    describe(way, () => {
      it('logs in once', async () => {
        const shop = await open()
        const browser = shop.browser()
        await browser.post('/cart/items', { bookId: 1 })
        const formKey = await formKeyOf(browser, '/login')
        const fields = { ...reader, formKey, returnTo: '/orders', remember: 'on' }
        const answer = await sendTwice(browser, (from) => from.post('/login', fields), shop.pass)
        assert.equal(answer.location, '/orders')
        const page = await browser.follow(answer)
        assert.deepEqual(page.notices, ['Welcome back, Robin Reader.'])
        assert.equal(page.signedIn, true)
        assert.equal((await loginsOf(shop)).length, 1)
      })

      it('registers once', async () => {
        const shop = await open()
        const browser = shop.browser()
        await browser.post('/cart/items', { bookId: 1 })
        const email = 'nora@example.com'
        const formKey = await formKeyOf(browser, '/register')
        const fields = { name: 'Nora Newcomer', email, password: newPassword, formKey }
        const answer = await sendTwice(browser, (from) => from.post('/register', fields), shop.pass)
        assert.equal(answer.location, '/')
        const page = await browser.follow(answer)
        assert.deepEqual(page.notices, ['Welcome, Nora Newcomer. Your account is ready.'])
        assert.equal(page.signedIn, true)
        assert.equal((await loginsOf(shop, email)).length, 1)
      })

      it('logs out, and says so', async () => {
        const shop = await open()
        const browser = shop.browser()
        await browser.login(reader)
        const answer = await sendTwice(browser, (from) => from.post('/logout'), shop.pass)
        const page = await browser.follow(answer)
        assert.deepEqual(page.notices, ['You are logged out.'])
        assert.equal(page.signedIn, false)
        assert.deepEqual(await loginsOf(shop), [])
      })

      it('changes the password once', async () => {
        const shop = await open()
        await shop.browser().login(reader)
        const browser = shop.browser()
        await browser.login(reader)
        const formKey = await formKeyOf(browser, '/account')
        const fields = { currentPassword: reader.password, newPassword, formKey }
        const answer = await sendTwice(
          browser,
          (from) => from.post('/account/password', fields),
          shop.pass,
        )
        assert.equal(answer.location, '/account')
        const page = await browser.follow(answer)
        const told = 'Your password has been changed. You have been logged out of 1 other browser.'
        assert.deepEqual(page.notices, [told])
        assert.equal(page.signedIn, true)
        assert.equal((await loginsOf(shop)).length, 1)
        const other = shop.browser()
        assert.equal((await other.login({ ...reader, password: newPassword })).signedIn, true)
      })

      it('gives the account another address once', async () => {
        const shop = await open()
        await shop.browser().login(reader)
        const browser = shop.browser()
        await browser.login(reader)
        const email = 'robin@example.com'
        await browser.post('/account/email', { email })
        const path = (await linkTo(shop, email))!
        const page = await browser.get(path)
        const [formKey, madeFor] = ['formKey', 'madeFor'].map((name) => page.field(name)!.value!)
        const fields = { formKey: formKey!, madeFor: madeFor! }
        const answer = await sendTwice(browser, (from) => from.post(path, fields), shop.pass)
        const told = `Your address is ${email}, and it is confirmed. You have been logged out of 1 other browser.`
        const account = await browser.follow(answer)
        assert.equal(account.heading, 'Your account')
        assert.deepEqual(account.notices, [told])
        assert.equal((await loginsOf(shop, email)).length, 1)
      })

      it('logs out all other browsers, and not this one', async () => {
        const shop = await open()
        for (let other = 0; other < 2; other++) await shop.browser().login(reader)
        const browser = shop.browser()
        await browser.login(reader)
        const formKey = await formKeyOf(browser, '/account')
        const path = '/account/logins/others/remove'
        const answer = await sendTwice(browser, (from) => from.post(path, { formKey }), shop.pass)
        const page = await browser.follow(answer)
        assert.deepEqual(page.notices, ['You have been logged out of 2 other browsers.'])
        assert.equal(page.signedIn, true)
        assert.equal((await loginsOf(shop)).length, 1)
      })

      it('logs out one other browser, and says so', async () => {
        const shop = await open()
        await shop.browser().login(reader)
        const [other] = await loginsOf(shop)
        const browser = shop.browser()
        await browser.login(reader)
        const formKey = await formKeyOf(browser, '/account')
        const path = `/account/logins/${other!.id}/remove`
        const answer = await sendTwice(browser, (from) => from.post(path, { formKey }), shop.pass)
        const page = await browser.follow(answer)
        assert.deepEqual(page.notices, ['You have been logged out of 1 other browser.'])
        assert.equal(page.signedIn, true)
        assert.equal((await loginsOf(shop)).length, 1)
      })

      it('logs out this browser, and says so', async () => {
        const shop = await open()
        const browser = shop.browser()
        await browser.login(reader)
        const path = `/account/logins/${(await loginsOf(shop))[0]!.id}/remove`
        const formKey = await formKeyOf(browser, '/account')
        // The cookie is gone with the first answer, and with it what shows that they are one form.
        const isKnown = way !== 'after all but the cookie was lost'
        const answer = await sendTwice(browser, (from) => from.post(path, { formKey }), shop.pass)
        if (isKnown) assert.equal(answer.location, '/login?signed-out')
        // Whoever comes next gets nothing of this session.
        assert.equal(browser.sessionCookie, '')
        const page = await browser.follow(answer)
        assert.equal(page.heading, 'Log in')
        assert.equal(page.signedIn, false)
        assert.deepEqual(await loginsOf(shop), [])
      })

      it('confirms a login once, and carries on with the form that waited', async () => {
        const shop = await open()
        for (let other = 0; other < 2; other++) await shop.browser().login(reader)
        const browser = shop.browser()
        await browser.login(reader)
        shop.pass(16 * 60)
        const page = await browser.submit('/account/logins/others/remove', {
          formKey: await formKeyOf(browser, '/account'),
        })
        const names = ['formKey', 'returnTo', 'kept']
        const hidden = names.map((name) => [name, page.field(name)!.value!])
        const fields = { ...Object.fromEntries(hidden), password: reader.password }
        const confirmed = await sendTwice(
          browser,
          (from) => from.post('/confirm', fields),
          shop.pass,
        )
        assert.equal(confirmed.status, 307)
        const next = await sendTwice(
          browser,
          (from) => from.post(confirmed.location!, fields),
          shop.pass,
        )
        assert.equal(next.location, '/account')
        const end = await browser.follow(next)
        assert.equal(end.signedIn, true)
        assert.deepEqual(end.notices, ['You have been logged out of 2 other browsers.'])
        assert.equal((await loginsOf(shop)).length, 1)
      })

      it('asks for one mail, and for another one later', async () => {
        const shop = await open()
        const browser = shop.browser()
        const formKey = await formKeyOf(browser, '/reset-password')
        const fields = { email: reader.email, formKey }
        const answer = await sendTwice(
          browser,
          (from) => from.post('/reset-password', fields),
          shop.pass,
        )
        assert.equal((await browser.follow(answer)).heading, 'Check your e-mail')
        assert.equal((await shop.mails()).length, way.startsWith('long after') ? 2 : 1)
      })

      it('takes a new password in place of a forgotten one', async () => {
        const shop = await open()
        const browser = shop.browser()
        await browser.post('/reset-password', { email: reader.email })
        const path = new URL(/https?:\S+/.exec((await shop.mails())[0]!.text)![0]).pathname
        const fields = { password: newPassword, formKey: await formKeyOf(browser, path) }
        const answer = await sendTwice(browser, (from) => from.post(path, fields), shop.pass)
        assert.equal(answer.location, '/login')
        const page = await browser.follow(answer)
        assert.equal(
          page.notices[0],
          'Your password has been changed. Please log in with the new one.',
        )
        assert.equal((await browser.login({ ...reader, password: newPassword })).signedIn, true)
        assert.equal((await browser.get(path)).status, 404)
      })
    })
  }

  it('is one form where its session could not be saved, and the page of refusal sends it', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.post('/cart/items', { bookId: 1 })
    async function refuseThenSend(path: string, fields: Record<string, string>): Promise<TestPage> {
      shop.savesFail = true
      const refused = await browser.post(path, fields)
      assert.equal(refused.status, 503, path)
      shop.savesFail = false
      const passwords = Object.entries(fields).filter(([name]) => /password/i.test(name))
      const page = await browser.follow(
        await browser.sendAgain(refused, Object.fromEntries(passwords)),
      )
      assert.equal(page.signedIn, true, path)
      return page
    }

    const email = 'nora@example.com'
    const registration = { name: 'Nora', email, password: newPassword }
    await refuseThenSend('/register', {
      formKey: await formKeyOf(browser, '/register'),
      ...registration,
    })
    assert.equal((await loginsOf(shop, email)).length, 1)
    await browser.post('/logout')

    const { password } = reader
    const login = { email: reader.email, password, remember: 'on' }
    await refuseThenSend('/login', { formKey: await formKeyOf(browser, '/login'), ...login })
    assert.equal((await loginsOf(shop)).length, 1)

    const account = await browser.get('/account')
    const [madeFor, formKey] = ['madeFor', 'formKey'].map((name) => account.field(name)!.value!)
    const change = { madeFor: madeFor!, formKey: formKey!, currentPassword: password, newPassword }
    const changed = await refuseThenSend('/account/password', change)
    assert.match(changed.notices[0]!, /^Your password has been changed/)
    assert.equal((await loginsOf(shop)).length, 1)
  })

  it('gives nothing to the key without the rest of the form', async () => {
    const shop = await open()
    const browser = shop.browser()
    const formKey = await formKeyOf(browser, '/login')
    const before = browser.copy()
    await browser.submit('/login', { ...reader, formKey })
    assert.equal((await before.submit('/login', { formKey })).signedIn, false)
    for (const login of [
      { email: reader.email, password: '' },
      { email: reader.email, password: newPassword },
      { email: 'admin@example.com', password: reader.password },
    ]) {
      assert.equal((await before.submit('/login', { ...login, formKey })).signedIn, false)
    }
    const registration = { name: 'Robin', email: reader.email, password: newPassword, formKey }
    assert.equal((await before.post('/register', registration)).status, 422)
    assert.equal((await before.get('/')).signedIn, false)
    assert.equal((await loginsOf(shop)).length, 1)
  })

  it('gives nothing to the key of an account form without the session it was sent with', async () => {
    const shop = await open()
    const browser = shop.browser()
    const planted = browser.copy()
    await browser.login(reader)
    const stolen = browser.copy()
    const formKey = await formKeyOf(browser, '/account')
    const path = '/account/logins/others/remove'
    await browser.post(path, { formKey })
    const outsider = shop.browser()
    const admin = shop.browser()
    await admin.login({ email: 'admin@example.com', password: 'admin-demo-password' })
    for (const other of [planted, outsider]) {
      assert.equal((await other.submit(path, { formKey })).signedIn, false)
    }
    const page = await admin.submit(path, { formKey })
    assert.match(page.text, /Ada Admin/)
    // And nothing to the session without the key.
    assert.equal((await stolen.submit(path, { formKey: 'A'.repeat(22) })).signedIn, false)
    assert.equal((await stolen.submit(path)).signedIn, false)
    assert.equal((await browser.get('/')).signedIn, true)
  })

  it('is another form with another word in it', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.login(reader)
    const formKey = await formKeyOf(browser, '/account')
    const first = { currentPassword: reader.password, newPassword, formKey }
    await browser.submit('/account/password', first)
    const wrong = { ...first, newPassword: 'something else again' }
    assert.equal((await browser.post('/account/password', wrong)).status, 422)
    const right = { ...wrong, currentPassword: newPassword }
    const page = await browser.submit('/account/password', right)
    assert.match(page.notices[0]!, /^Your password has been changed/)
    const login = { ...reader, password: 'something else again' }
    assert.equal((await shop.browser().login(login)).signedIn, true)
  })

  it('is a new one after ten minutes', async () => {
    const shop = await open()
    const browser = shop.browser()
    const fields = { ...reader, formKey: await formKeyOf(browser, '/login') }
    const lost = browser.copy()
    await lost.post('/login', fields)
    shop.pass(11 * 60)
    await browser.post('/login', fields)
    assert.equal((await browser.get('/')).signedIn, true)
    assert.equal((await lost.get('/')).signedIn, true)
    assert.equal((await loginsOf(shop)).length, 2)
  })

  it('does not log in again whom somebody has logged out meanwhile', async () => {
    const shop = await open()
    const { id } = (await findUserByEmail(shop.db, reader.email))!
    const browser = shop.browser()
    await browser.login(reader)
    const formKey = await formKeyOf(browser, '/account')
    const fields = { currentPassword: reader.password, newPassword, formKey }
    await browser.copy().post('/account/password', fields)
    await deleteAllLogins(shop.db, id)
    assert.equal((await browser.submit('/account/password', fields)).signedIn, false)

    // The first registration of an account whose password is another one by now.
    const registration = { name: 'Nora', email: 'nora@example.com', password: newPassword }
    const newcomer = shop.browser()
    const sent = { ...registration, formKey: await formKeyOf(newcomer, '/register') }
    await newcomer.copy().post('/register', sent)
    const nora = (await findUserByEmail(shop.db, 'nora@example.com'))!
    await setPassword(shop.db, nora.id, await hash)
    await deleteAllLogins(shop.db, nora.id)
    assert.equal((await newcomer.post('/register', sent)).status, 422)
  })
})

it('hashes a registration that comes again no second time', async () => {
  let hashed = 0
  const shop = await openTestShop({
    passwords: {
      ...passwords,
      hash(...args) {
        hashed++
        return passwords.hash(...args)
      },
    },
  })
  const browser = shop.browser()
  const formKey = await formKeyOf(browser, '/register')
  const fields = { name: 'Nora', email: 'nora@example.com', password: newPassword, formKey }
  await browser.copy().post('/register', fields)
  await browser.post('/register', fields)
  assert.equal(hashed, 1)
})

// SQLite runs transactions one after the other.
onPostgres('a form sent twice at once, in PostgreSQL', (newUrl) => {
  it('waits for the answer of the first one', async () => {
    const databaseUrl = await newUrl()
    const shop = await openTestShop({ databaseUrl })
    const browser = shop.browser()
    const fields = { ...reader, formKey: await formKeyOf(browser, '/login') }

    // The first one stops where it notes its answer.
    const client = new Client(databaseUrl)
    await client.connect()
    await client.query('begin; lock table answered_forms in exclusive mode')
    const answers = [browser.copy(), browser].map((from) => from.post('/login', fields))
    const observer = new Client(databaseUrl)
    await observer.connect()
    const waiting = `select from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database()`
    while ((await observer.query(waiting)).rowCount! < 2) await wait(5)
    await client.query('rollback')
    await Promise.all([...answers, client.end(), observer.end()])
    assert.equal((await browser.get('/')).signedIn, true)
    assert.equal((await loginsOf(shop)).length, 1)
  })
})
