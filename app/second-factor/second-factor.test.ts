import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listLogins } from '../../db/logins.ts'
import { rowsOf, sqliteOf } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import { appOf, readRecoveryCodes, setUpSecondFactor } from '../testing/authenticator.ts'
import type { TestPage } from '../testing/page.ts'
import { admin, onBothKinds, openTestShop, reader } from '../testing/shop.ts'
import { twice } from '../testing/twice.ts'
import type { TestShop } from '../testing/shop.ts'
import { hashRecoveryCode, recoveryCodesOf } from './recovery-codes.ts'

const path = '/account/second-factor'

async function loginsOf({ db }: TestShop) {
  return listLogins(db, (await findUserByEmail(db, reader.email))!.id)
}

function hidden(page: TestPage): Record<string, string> {
  const names = ['madeFor', 'formKey', 'returnTo', 'kept']
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = page.field(name)?.value
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

async function signedIn(shop: TestShop) {
  const browser = shop.browser()
  await browser.login(reader)
  return browser
}

function hashesOf({ html }: TestPage): string[] {
  return readRecoveryCodes(html).map(hashRecoveryCode).toSorted()
}

async function storedHashes({ db }: TestShop): Promise<unknown[]> {
  const rows = await rowsOf(db, 'select code_hash from recovery_codes')
  return rows.map((row) => row['code_hash']).toSorted()
}

/** What a login asks for. */
async function asksForCode(shop: TestShop): Promise<boolean> {
  return (await shop.browser().login(reader)).heading === 'Enter your code'
}

onBothKinds('a second factor', (open, storage) => {
  it('counts once a code has proved it, ends all other logins and gives a new id', async () => {
    const shop = await open()
    const other = await signedIn(shop)
    const browser = await signedIn(shop)
    const page = await browser.get(path)
    const code = appOf(shop, page.html)
    assert.equal(appOf(shop, (await browser.get(path)).html)(), code(), 'the same one on each page')
    const wrong = await browser.post(path, { ...hidden(page), code: '12345' })
    assert.equal(wrong.status, 422)
    assert.equal(wrong.field('code')!.errors[0], 'That is not the code that the app shows now.')
    assert.equal(await asksForCode(shop), false)

    const { sessionCookie } = browser
    const stolen = browser.copy()
    const added = await browser.submit(path, { ...hidden(wrong), code: code() })
    assert.match(added.notices.join(), /^Your login asks for a code from now on/)
    assert.notEqual(browser.sessionCookie, sessionCookie)
    for (const old of [other, stolen]) assert.equal((await old.get('/')).signedIn, false)
    assert.equal(await asksForCode(shop), true)
    assert.equal(
      (await browser.get('/session', { Accept: 'application/json' })).html.includes(
        'newTotpSecret',
      ),
      false,
    )
  })

  it('is made of nothing that whoever was logged in before has seen', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const seen = appOf(shop, (await browser.get(path)).html)
    shop.pass(15 * 60 + 1)
    await browser.submit('/confirm', { password: reader.password })
    const own = await browser.get(path)
    assert.equal(appOf(shop, own.html)(), seen(), 'the same for who has confirmed the login')
    await browser.login(admin)
    const page = await browser.get(path)
    assert.notEqual(appOf(shop, page.html)(), seen())
    assert.equal((await browser.post(path, { ...hidden(page), code: seen() })).status, 422)
  })

  for (const [way, sendTwice] of Object.entries(twice)) {
    describe(`sent twice ${way}`, () => {
      it('is set up once, and its codes are shown', async () => {
        const shop = await open()
        const browser = await signedIn(shop)
        const page = await browser.get(path)
        const code = appOf(shop, page.html)
        const fields = { ...hidden(page), code: code() }
        const answer = await sendTwice(browser, (from) => from.post(path, fields))
        const codes = await browser.follow(answer)
        const login = shop.browser()
        const formKey = (await login.submit('/login', { ...reader })).field('formKey')!.value!
        const [recovery] = readRecoveryCodes(codes.html)
        const end = await login.submit('/login/code', { code: recovery!, formKey })
        assert.equal(end.signedIn, true)
      })

      it('gets new recovery codes once, and they are shown', async () => {
        const shop = await open()
        const browser = await signedIn(shop)
        const { recoveryCodes } = await setUpSecondFactor(shop, browser)
        const fields = hidden(await browser.get(path))
        const answer = await sendTwice(browser, (from) => from.post(`${path}/codes`, fields))
        const codes = readRecoveryCodes((await browser.follow(answer)).html)
        const login = shop.browser()
        const formKey = (await login.submit('/login', { ...reader })).field('formKey')!.value!
        const old = await login.post('/login/code', { code: recoveryCodes[0]!, formKey })
        assert.equal(old.status, 422)
        const end = await login.submit('/login/code', { code: codes[0]!, formKey })
        assert.equal(end.signedIn, true)
      })

      it('is removed once, and says so', async () => {
        const shop = await open()
        const browser = await signedIn(shop)
        await setUpSecondFactor(shop, browser)
        const fields = hidden(await browser.get(path))
        const answer = await sendTwice(browser, (from) => from.post(`${path}/remove`, fields))
        const page = await browser.follow(answer)
        assert.match(page.notices.join(), /^Your login no longer asks for a code/)
        assert.equal(page.signedIn, true)
        assert.equal(await asksForCode(shop), false)
        const left = await rowsOf(shop.db, 'select * from recovery_codes')
        assert.deepEqual(left, [])
      })

      it('has a remembered browser asked again, and says so', async () => {
        const shop = await open()
        const browser = await signedIn(shop)
        const app = await setUpSecondFactor(shop, browser)
        shop.pass(60)
        const other = shop.browser()
        const { formKey } = hidden(await other.submit('/login', { ...reader }))
        await other.submit('/login/code', {
          code: app.code(),
          formKey: formKey!,
          rememberDevice: 'on',
        })
        const page = await browser.get(path)
        const forget = /action="([^"]+\/devices\/[^"]+)"/.exec(page.html)![1]!
        const answer = await sendTwice(browser, (from) => from.post(forget, hidden(page)))
        const { notices, signedIn: isIn } = await browser.follow(answer)
        assert.deepEqual(notices, ['That browser is asked for a code again.'])
        assert.equal(isIn, true)
        assert.deepEqual(await rowsOf(shop.db, 'select * from remembered_devices'), [])
      })
    })
  }

  it('shows its recovery codes once, to be printed or downloaded, and keeps hashes', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const page = await browser.get(path)
    const fields = { ...hidden(page), code: appOf(shop, page.html)() }
    const shown = await browser.submit(path, fields)
    const codes = readRecoveryCodes(shown.html)
    assert.equal(new Set(codes).size, 10)
    for (const code of codes)
      assert.match(code, /^([0-9a-hjkmnp-tv-z]{6}-){3}[0-9a-hjkmnp-tv-z]{6}$/)
    const file = /href="data:text\/plain;charset=utf-8,([^"]+)"\s+download="/.exec(shown.html)![1]!
    for (const code of codes) assert.ok(decodeURIComponent(file).includes(code))
    assert.equal((await browser.get(`${path}/codes`)).location, path)
    const database = sqliteOf(shop.db).serialize()
    for (const code of codes) assert.ok(!database.includes(code))
    assert.ok(!database.includes(page.field('formKey')!.value!), 'nor what they are made of')
  })

  it('makes recovery codes that nobody finds who reads the database, with a form that waits', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const app = await setUpSecondFactor(shop, browser)
    const fields = hidden(await browser.get(path))
    shop.pass(16 * 60)
    const asked = await browser.submit(`${path}/codes`, fields)
    assert.ok(sqliteOf(shop.db).serialize().includes(fields['formKey']!), 'the form waits')
    const kept = asked.field('kept')!.value!
    const proof = { ...hidden(asked), kept, password: reader.password, code: app.code() }
    const codes = readRecoveryCodes((await browser.submit('/confirm', proof)).html)
    assert.equal(codes.length, 10)
    const { id } = (await findUserByEmail(shop.db, reader.email))!
    const [secret] = shop.config.sessionSecrets
    assert.deepEqual(recoveryCodesOf(secret!, id, fields['formKey']!), codes)

    const thief = shop.browser()
    await thief.login(admin)
    await setUpSecondFactor(shop, thief)
    const asks = { ...hidden(await thief.get(path)), formKey: fields['formKey']! }
    const told = readRecoveryCodes((await thief.submit(`${path}/codes`, asks)).html)
    assert.equal(told.length, 10)
    for (const code of told) assert.ok(!codes.includes(code), 'nor by an account of their own')
  })

  it('shows new codes that count, of a form without a key and after a new secret as well', async () => {
    const shop = await open(storage === 'memory' ? { storage: 'fs' } : {}) // which outlasts a restart
    const browser = await signedIn(shop)
    await setUpSecondFactor(shop, browser)
    const shown = await browser.submit(`${path}/codes`)
    assert.deepEqual(hashesOf(shown), await storedHashes(shop))
    const answer = await browser.post(`${path}/codes`, hidden(await browser.get(path)))
    const { sessionSecrets } = shop.config
    const newer = 'a newer one, of thirty-two letters or more'
    await shop.restart({ sessionSecrets: [newer, ...sessionSecrets] })
    assert.deepEqual(hashesOf(await browser.follow(answer)), await storedHashes(shop))
  })

  it('is asked for by whatever a stolen cookie would change', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const app = await setUpSecondFactor(shop, browser)
    shop.pass(16 * 60)
    const stolen = browser.copy()
    for (const [method, to] of [
      ['get', path],
      ['post', path],
      ['post', `${path}/codes`],
      ['post', `${path}/remove`],
      ['post', `${path}/devices/x/remove`],
    ] as const) {
      const answer = await stolen[method](to)
      assert.match(answer.location!, /^\/confirm\?/, `${method} ${to}`)
    }
    const asked = await stolen.submit(`${path}/remove`)
    const fields = { ...hidden(asked), password: reader.password }
    for (const code of ['', '000000', 'k'.repeat(24)]) {
      const refused = await stolen.post('/confirm', { ...fields, code })
      assert.equal(refused.status, 422, 'the password alone is not all that a login asks for')
      assert.equal(
        refused.field('password')!.errors[0],
        'The password or the code is wrong. A code works once.',
      )
    }
    const noPassword = { ...fields, password: 'a guess', code: app.code() }
    assert.equal((await stolen.post('/confirm', noPassword)).status, 422)
    assert.equal(await asksForCode(shop), true)

    const own = await browser.submit(`${path}/remove`)
    const right = { ...hidden(own), password: reader.password, code: app.code() }
    const removed = await browser.submit('/confirm', right)
    assert.match(removed.notices.join(), /^Your login no longer asks for a code/)
    assert.equal((await stolen.get('/')).signedIn, false)
  })

  it('confirms one login by one code', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const app = await setUpSecondFactor(shop, browser)
    shop.pass(16 * 60)
    const page = await browser.get('/confirm?returnTo=/orders')
    const fields = { ...hidden(page), password: reader.password, code: app.code() }
    assert.equal((await browser.post('/confirm', fields)).location, '/orders')
    const thief = shop.browser()
    const formKey = (await thief.submit('/login', { ...reader })).field('formKey')!.value!
    const replayed = await thief.post('/login/code', { code: fields.code, formKey })
    assert.equal(replayed.status, 422)
  })

  it('stays what it is where another tab sets one up as well', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const tab = await browser.get(path)
    await setUpSecondFactor(shop, browser)
    const late = await browser.post(path, { ...hidden(tab), code: '000000' })
    assert.equal(late.heading, 'Your second factor')
    assert.equal((await rowsOf(shop.db, 'select * from recovery_codes')).length, 10)
  })

  it('forgets no browser of somebody else', async () => {
    const shop = await open()
    const browser = await signedIn(shop)
    const app = await setUpSecondFactor(shop, browser)
    shop.pass(60)
    await browser.post('/logout')
    const formKey = (await browser.submit('/login', { ...reader })).field('formKey')!.value!
    await browser.submit('/login/code', { code: app.code(), formKey, rememberDevice: 'on' })
    const list = await browser.get(path)
    const forget = /action="([^"]+\/devices\/[^"]+)"/.exec(list.html)![1]!
    const stranger = shop.browser()
    await stranger.login(admin)
    await stranger.submit(forget)
    assert.equal((await rowsOf(shop.db, 'select * from remembered_devices')).length, 1)
  })
})

it('leads password managers to the form', async () => {
  const shop = await openTestShop()
  const browser = await signedIn(shop)
  const answer = await browser.get('/.well-known/change-password')
  assert.equal(answer.location, '/account/password')
  assert.equal((await loginsOf(shop)).length, 1)
})
