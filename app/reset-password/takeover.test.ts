import assert from 'node:assert/strict'
import { it } from 'node:test'
import { rowsOf } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import { setUpSecondFactor } from '../testing/authenticator.ts'
import type { TestBrowser } from '../testing/browser.ts'
import { onBothKinds, openTestShop } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

const stranger = { name: 'Sam Stranger', email: 'nora@example.com', password: 'a chair by the sea' }
const own = { name: 'Nora', password: 'a rainy day, and tea' }

async function linkFor(shop: TestShop, browser: TestBrowser): Promise<string> {
  await browser.post('/reset-password', { email: stranger.email })
  const mails = await shop.mails()
  const reset = mails.find(({ subject }) => subject.startsWith('Your new password'))!
  return new URL(/https?:\S+/.exec(reset.text)![0]).pathname
}

async function placeOrder(browser: TestBrowser): Promise<string> {
  await browser.submit('/cart/items', { bookId: 1 })
  const form = await browser.get('/checkout')
  const [total, checkoutKey] = ['total', 'checkoutKey'].map((name) => form.field(name)!.value!)
  const address = { name: 'S', address: 'A', city: 'C', postcode: '1', country: 'X' }
  const fields = { ...address, total: total!, checkoutKey: checkoutKey! }
  return (await browser.post('/checkout', fields)).location!
}

onBothKinds('an address that somebody else has used first', (open) => {
  it('is its owner’s by a reset, with nothing of the stranger’s, who is out', async () => {
    const shop = await open()
    const before = shop.browser({ address: '198.51.100.1' })
    await before.submit('/register', stranger)
    const order = await placeOrder(before)
    assert.match(order, /^\/orders\/\d+$/)
    await before.submit('/cart/items', { bookId: 2 })

    const owner = shop.browser()
    const path = await linkFor(shop, owner)
    const form = await owner.get(path)
    assert.match(form.text, /somebody else may have opened its account/)
    assert.equal((await owner.post(path, { password: own.password })).status, 422, 'with a name')
    const formKey = form.field('formKey')!.value!
    for (let click = 1; click <= 2; click++) {
      assert.equal((await owner.post(path, { ...own, formKey })).location, '/login')
    }
    assert.equal((await before.get('/')).signedIn, false)
    assert.equal((await before.login(stranger)).signedIn, false)
    assert.match((await before.get('/account')).location!, /^\/login/)

    const home = await owner.login({ ...own, email: stranger.email })
    assert.equal(home.signedIn, true)
    assert.equal(home.cart, 'Cart, 0 items')
    const seen = [await owner.get('/account'), await owner.get('/orders'), await owner.get(order)]
    for (const { text } of seen) assert.doesNotMatch(text, /Stranger|Order \d/)
    assert.equal(seen[2]!.status, 404)
    assert.match(seen[0]!.text, /Nora/)
    assert.doesNotMatch(seen[0]!.text, /Not confirmed/)
  })

  it('leaves the account of before with nothing by which somebody gets in', async () => {
    const shop = await open()
    const before = shop.browser({ address: '198.51.100.1' })
    await before.submit('/register', stranger)
    await placeOrder(before)
    await before.submit('/cart/items', { bookId: 2 })
    const app = await setUpSecondFactor(shop, before)
    shop.pass(60)
    const again = shop.browser({ address: '198.51.100.1' })
    const formKey = (await again.submit('/login', stranger)).field('formKey')!.value!
    await again.post('/login/code', { code: app.code(), formKey, rememberDevice: 'on' })
    shop.pass(16 * 60)
    await before.post('/account/second-factor/codes', { waits: 'as a form' })
    await shop.browser().submit('/login', stranger)

    const { id } = (await findUserByEmail(shop.db, stranger.email))!
    const owner = shop.browser()
    await owner.post(await linkFor(shop, owner), own)
    const tables = await rowsOf(
      shop.db,
      `select m.name from sqlite_master m, pragma_table_info(m.name) c
       where m.type = 'table' and c.name = 'user_id'`,
    )
    assert.ok(tables.length > 8)
    for (const { name } of tables) {
      const left = await rowsOf(shop.db, `select * from ${String(name)} where user_id = ${id}`)
      assert.equal(left.length > 0, name === 'orders' || name === 'cart_items', String(name))
    }
    const [user] = await rowsOf(shop.db, `select * from users where id = ${id}`)
    assert.equal(user!['totp_secret'], null)
    assert.equal(user!['password_hash'], '')
  })

  it('keeps its account where the browser shows that its holder is back', async () => {
    const shop = await open()
    const browser = shop.browser()
    await browser.submit('/register', stranger)
    const order = await placeOrder(browser)
    await browser.post('/logout')
    const elsewhere = shop.browser()
    await elsewhere.login(stranger)
    const change = { currentPassword: stranger.password, newPassword: 'an evening on the balcony' }
    assert.equal((await elsewhere.post('/account/password', change)).status, 303)
    const path = await linkFor(shop, browser)
    assert.equal((await browser.get(path)).field('name'), undefined)
    await browser.submit(path, { password: own.password })
    await browser.login({ ...own, email: stranger.email })
    assert.equal((await browser.get(order)).status, 200)
    assert.notEqual((await findUserByEmail(shop.db, stranger.email))!.emailConfirmedAt, null)
  })
})

it('cannot be confirmed for the stranger by its owner, who only follows the link', async () => {
  const shop = await openTestShop()
  await shop.browser({ address: '198.51.100.1' }).submit('/register', stranger)
  const [welcome] = await shop.mails()
  const path = new URL(/https?:\S+/.exec(welcome!.text)![0]).pathname
  const owner = shop.browser()
  assert.match((await owner.get(path)).text, /Somebody else used your address\?/)
  await owner.post(path)
  assert.equal((await findUserByEmail(shop.db, stranger.email))!.emailConfirmedAt, null)
})

it('ends each link that was sent before its owner came', async () => {
  const shop = await openTestShop()
  const before = shop.browser({ address: '198.51.100.1' })
  await before.submit('/register', stranger)
  const [welcome] = await shop.mails()
  const confirm = new URL(/https?:\S+/.exec(welcome!.text)![0]).pathname
  const owner = shop.browser()
  const [first, second] = [await linkFor(shop, owner), await linkFor(shop, shop.browser())]
  await owner.submit(first, own)
  assert.equal((await owner.get(second)).status, 404)
  assert.equal((await before.post(confirm)).status, 303)
  await owner.login({ ...own, email: stranger.email })
  assert.equal((await owner.get(confirm)).status, 404)
})
