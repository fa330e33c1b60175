import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findUserByEmail } from '../../db/users.ts'
import type { TestBrowser } from '../testing/browser.ts'
import { onBothKinds, onEachStorage, openTestShop, passwords, reader } from '../testing/shop.ts'
import { twice } from '../testing/twice.ts'
import { linkTo, subjectsTo } from './testing-mails.ts'
import { shop as words } from '../ui/shop.ts'

const nora = { name: 'Nora', email: 'nora@example.com', password: 'a chair by the sea' }
const confirm = { registration: 'confirm' } as const

onBothKinds('registration with a link', (open) => {
  it('opens the account and logs in, once, in the browser that asked, and keeps the cart', async () => {
    const shop = await open(confirm)
    const browser = shop.browser()
    await browser.submit('/cart/items', { bookId: 2, quantity: 2 })
    const sent = await browser.submit('/register?returnTo=%2Forders', {
      ...nora,
      returnTo: '/orders',
    })
    assert.equal(sent.heading, 'Check your e-mail')
    assert.equal(sent.signedIn, false)
    assert.equal(await findUserByEmail(shop.db, nora.email), undefined)
    assert.equal((await shop.browser().login(nora)).signedIn, false)

    const path = (await linkTo(shop, nora.email))!
    const before = browser.copy()
    const form = await browser.get(path)
    assert.equal(form.heading, 'Open your account')
    assert.equal(form.field('password'), undefined)
    assert.equal(form.signedIn, false, 'programs that look through mail follow links as well')
    const fields = { formKey: form.field('formKey')!.value! }
    const answer = await browser.post(path, fields)
    assert.equal(answer.location, '/orders')
    const orders = await browser.follow(answer)
    assert.equal(orders.signedIn, true)
    assert.equal(orders.cart, 'Cart, 2 items')
    assert.deepEqual(orders.notices, ['Welcome, Nora. Your account is ready.'])
    assert.equal((await before.get('/')).signedIn, false, 'the session has a new id')
    assert.equal((await before.post(path, fields)).location, '/orders', 'the same form once more')

    assert.equal((await shop.browser().get(path)).status, 404)
    assert.equal((await shop.browser().post(path, { password: nora.password })).status, 404)
    assert.equal((await shop.browser().login(nora)).signedIn, true)
    assert.doesNotMatch((await browser.get('/account')).text, /Not confirmed/)
  })

  it('asks for the password in another browser', async () => {
    const shop = await open(confirm)
    await shop.browser().submit('/register', nora)
    const path = (await linkTo(shop, nora.email))!
    const phone = shop.browser()
    const asked = await phone.get(path)
    assert.notEqual(asked.field('password'), undefined)
    assert.match(asked.text, /Enter the password that you chose, and the account is yours\./)
    assert.doesNotMatch(asked.text, /One more click/)
    for (const password of ['', 'not the password']) {
      const page = await phone.post(path, { password })
      assert.equal(page.status, 422)
      const [told] = page.field('password')!.errors
      assert.match(told!, password === '' ? /^Enter the password/ : /^That is not the password/)
    }
    assert.equal((await phone.submit(path, { password: nora.password })).signedIn, true)
  })
})

it('asks for the password where somebody else has logged in since it was asked for', async () => {
  const shop = await openTestShop(confirm)
  const browser = shop.browser()
  await browser.submit('/register', nora)
  await browser.login(reader)
  const path = (await linkTo(shop, nora.email))!
  assert.notEqual((await browser.get(path)).field('password'), undefined)
  assert.equal((await browser.post(path)).status, 422)
  assert.equal(await findUserByEmail(shop.db, nora.email), undefined)
})

it('gives whoever registered in somebody’s name nothing, though the owner follows the link', async () => {
  const shop = await openTestShop(confirm)
  const stranger = shop.browser({ address: '198.51.100.1' })
  await stranger.submit('/register', nora)
  const owner = shop.browser()
  await owner.get((await linkTo(shop, nora.email))!)
  await owner.post((await linkTo(shop, nora.email))!)
  assert.equal(await findUserByEmail(shop.db, nora.email), undefined)
  // And the owner’s own goes its way.
  await owner.submit('/register', { ...nora, password: 'another chair by the sea' })
  assert.equal((await owner.submit((await linkTo(shop, nora.email))!)).signedIn, true)
  assert.equal((await stranger.login(nora)).signedIn, false)
})

it('tells nobody whether an address has an account, and does as much for both', async () => {
  let hashes = 0
  let networks = 0
  const shop = await openTestShop({
    ...confirm,
    // In development a panel tells of each session.
    production: true,
    publicOrigin: 'https://shop.example',
    passwords: {
      ...passwords,
      hash(password, purpose) {
        hashes += 1
        return passwords.hash(password, purpose)
      },
    },
  })
  const ask = async (email: string, password = nora.password) => {
    const before = { writes: Number(shop.databaseWrites()), hashes }
    const browser = shop.browser({ address: `198.51.${(networks += 1)}.1` })
    const answer = await browser.post('/register', { ...nora, email, password })
    const page = answer.status === 303 ? await browser.follow(answer) : answer
    const seen = [answer, page].map(({ status, headers, html }) => ({
      status,
      headers: [...headers].map(([name, value]) =>
        name === 'x-request-id' ? name : [name, value.replaceAll(/[\w-]{22,}/g, '*')],
      ),
      html: html.replaceAll(/value="[\w-]{22}"/g, '').replaceAll(email, 'ADDRESS'),
    }))
    const writes = Number(shop.databaseWrites()) - before.writes
    return { seen, writes, hashes: hashes - before.hashes }
  }
  const unknown = await ask('nobody@example.com')
  assert.ok(unknown.writes > 0)
  assert.equal(unknown.hashes, 1)
  assert.deepEqual(await ask(reader.email), unknown)
  assert.deepEqual(await ask(reader.email, 'short'), await ask('nobody@example.com', 'short'))
  assert.deepEqual(await subjectsTo(shop, reader.email), [`You have an account at ${words.name}`])
  assert.equal(await linkTo(shop, reader.email), undefined)
  assert.deepEqual(await subjectsTo(shop, 'nobody@example.com'), [`Your account at ${words.name}`])
})

it('sends three mails an hour for one network, and tells who asks for more, whether there is an account or not', async () => {
  const shop = await openTestShop(confirm)
  for (const email of [nora.email, reader.email]) {
    const ask = () => shop.browser().post('/register', { ...nora, email })
    for (let request = 1; request <= 3; request++) {
      assert.equal((await ask()).location, '/register?sent')
    }
    const refused = await ask()
    assert.equal(refused.status, 429)
    assert.equal(refused.headers.get('Retry-After'), '3600')
    assert.deepEqual(refused.field('email')!.errors, [
      'Too many links were asked for. Please try again in 60 minutes.',
    ])
    assert.equal(refused.field('name')!.value, nora.name)
    assert.equal((await subjectsTo(shop, email)).length, 3)
    assert.equal(
      (await shop.browser({ address: '198.51.100.1' }).post('/register', { ...nora, email }))
        .location,
      '/register?sent',
      'its owner elsewhere',
    )
  }
})

/** What a page of the registration sends, with a key of its own. */
async function formOf(browser: TestBrowser) {
  return { ...nora, formKey: (await browser.get('/register')).field('formKey')!.value! }
}

async function asksForPassword(browser: TestBrowser, path: string): Promise<boolean> {
  const page = await browser.get(path)
  assert.equal(page.heading, 'Open your account')
  return page.field('password') !== undefined
}

onEachStorage('a form that asks for an account', (open) => {
  for (const [way, sendTwice] of Object.entries(twice)) {
    it(`leaves the browser where one click would have, sent twice ${way}`, async () => {
      for (const isGuest of [false, true]) {
        const shop = await open(confirm)
        const browser = shop.browser()
        if (isGuest) await browser.submit('/cart/items', { bookId: 2, quantity: 2 })
        const form = { ...(await formOf(browser)), returnTo: '/orders' }
        const answer = await sendTwice(browser, (from) => from.post('/register', form))
        assert.equal(answer.location, '/register?sent&returnTo=%2Forders')
        assert.equal((await subjectsTo(shop, nora.email)).length, 1)
        const path = (await linkTo(shop, nora.email))!
        assert.equal(await asksForPassword(browser, path), false)
        const opened = await browser.post(path)
        assert.equal(opened.location, '/orders')
        const page = await browser.follow(opened)
        assert.equal(page.signedIn, true)
        assert.equal(page.cart, `Cart, ${isGuest ? 2 : 0} items`)
      }
    })
  }

  it('is answered, sent twice at once, with the last mail that there may be', async () => {
    const shop = await open(confirm)
    const browser = shop.browser()
    for (let request = 1; request <= 2; request++) await shop.browser().post('/register', nora)
    const form = await formOf(browser)
    const both = [1, 2].map(() => browser.copy())
    const sent = both.map((one) => one.post('/register', form))
    for (const { location } of await Promise.all(sent)) assert.equal(location, '/register?sent')
    assert.equal((await subjectsTo(shop, nora.email)).length, 3)
    const path = (await linkTo(shop, nora.email))!
    for (const one of both) assert.equal(await asksForPassword(one, path), false)
  })

  it('sends one mail, however often it is sent', async () => {
    const shop = await open(confirm)
    const browser = shop.browser()
    const form = await formOf(browser)
    const all = [1, 2, 3].map(() => browser.copy())
    for (const one of all)
      assert.equal((await one.post('/register', form)).location, '/register?sent')
    assert.equal((await subjectsTo(shop, nora.email)).length, 1)
    const path = (await linkTo(shop, nora.email))!
    for (const one of all) assert.equal(await asksForPassword(one, path), false)
    assert.equal(await asksForPassword(shop.browser(), path), true)
  })

  it('is known again beside others that the browser has sent since', async () => {
    const shop = await open(confirm)
    const browser = shop.browser()
    const [form, other] = [await formOf(browser), await formOf(browser)]
    await browser.copy().post('/register', form)
    const path = (await linkTo(shop, nora.email))!
    await browser.post('/register', { ...other, name: 'Nora Newcomer' })
    await browser.post('/register', form)
    const paths = [path, (await linkTo(shop, nora.email))!]
    assert.notEqual(paths[0], paths[1])
    for (const one of paths) assert.equal(await asksForPassword(browser, one), false)
  })

  it('is known again while the secret is changed', async () => {
    const shop = await open(confirm)
    const browser = shop.browser()
    const form = await formOf(browser)
    await browser.copy().post('/register', form)
    const sessionSecrets = ['another secret of the tests, as long', ...shop.config.sessionSecrets]
    await shop.restart({ sessionSecrets })
    await browser.post('/register', form)
    assert.equal((await subjectsTo(shop, nora.email)).length, 1)
    assert.equal(await asksForPassword(browser, (await linkTo(shop, nora.email))!), false)
  })

  it('is not known to who has its key and does not know the password', async () => {
    const shop = await open(confirm)
    const form = await formOf(shop.browser())
    await shop.browser().post('/register', form)
    const path = (await linkTo(shop, nora.email))!
    const stranger = shop.browser()
    await stranger.post('/register', { ...form, password: 'a table by the sea' })
    assert.equal(await asksForPassword(stranger, path), true)
    assert.equal((await stranger.post(path)).status, 422)
  })
})

it('slows down who guesses the password of a link', async () => {
  const shop = await openTestShop(confirm)
  await shop.browser().submit('/register', nora)
  const path = (await linkTo(shop, nora.email))!
  const guesser = shop.browser()
  const statuses = []
  for (let guess = 1; guess <= 7; guess++) {
    statuses.push((await guesser.post(path, { password: 'a guess' })).status)
  }
  assert.equal(statuses.at(-1), 429)
})

it('mails nothing that was typed, and keeps the token out of the log and the database', async () => {
  const shop = await openTestShop(confirm)
  const browser = shop.browser()
  await browser.submit('/register', { ...nora, name: 'Call 0800 555 666', returnTo: '/books?q=x' })
  const path = (await linkTo(shop, nora.email))!
  assert.doesNotMatch(JSON.stringify(await shop.mails()), /0800|q=x|\/books/)
  await shop.browser().get(path)
  await browser.submit(path)
  assert.ok(!JSON.stringify(shop.log).includes(path.split('/').at(-1)!))
})
