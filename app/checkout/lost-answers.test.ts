import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { it } from 'node:test'
import { findBooksByIds, updateBook } from '../../db/books.ts'
import { findOrder, listOrders } from '../../db/orders.ts'
import type { Book } from '../../db/schema-books.ts'
import { insertTestBook, rowsOf } from '../../db/testing.ts'
import { findUserByEmail } from '../../db/users.ts'
import { onEachStorage, openTestShop, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestPage } from '../testing/page.ts'
import type { CrashRequest } from './testing-crash-process.ts'
import { address } from './testing-address.ts'

function filled(form: TestPage): Record<string, string> {
  const [total, checkoutKey] = ['total', 'checkoutKey'].map((name) => form.field(name)!.value!)
  return { ...address, total: total!, checkoutKey: checkoutKey! }
}

async function openCheckout(shop: TestShop, ...books: Book[]) {
  const browser = shop.browser()
  for (const { id } of books) await browser.submit('/cart/items', { bookId: id, quantity: 2 })
  await browser.login(reader)
  return { browser, form: filled(await browser.get('/checkout')) }
}

/** The books of each of the reader's orders and their copies, the latest order first. */
async function ordered({ db }: TestShop): Promise<string[][]> {
  const { id: userId } = (await findUserByEmail(db, reader.email))!
  return Array.fromAsync(await listOrders(db, userId), async ({ id }) => {
    const order = (await findOrder(db, id, userId))!
    return order.lines.map(({ title, quantity }) => `${quantity} × ${title}`)
  })
}

async function assertCartIs(browser: TestBrowser, items: string): Promise<void> {
  for (const path of ['/', '/cart']) {
    assert.equal((await browser.get(path)).cart, `Cart, ${items}`, path)
  }
}

/** How an order gets placed and the browser's session does not hear of it. */
const losses: Record<string, (shop: TestShop, browser: TestBrowser, form: object) => unknown> = {
  'its answer is lost': (_, browser, form) => browser.copy().post('/checkout', { ...form }),
  'its session cannot be saved': async (shop, browser, form) => {
    shop.savesFail = true
    assert.equal((await browser.post('/checkout', { ...form })).status, 503)
    shop.savesFail = false
  },
}

onEachStorage('an order', (open) => {
  for (const [loss, lose] of Object.entries(losses)) {
    it(`is placed and its cart is gone when ${loss}`, async () => {
      const shop = await open()
      const dunes = await insertTestBook(shop.db, { title: 'Dunes', stock: 9 })
      const { browser, form } = await openCheckout(shop, dunes)
      await lose(shop, browser, form)

      await assertCartIs(browser, '0 items')
      assert.equal((await browser.get('/checkout')).location, '/cart')
      const order = await browser.submit('/checkout', form)
      assert.match(order.heading!, /^Order \d+$/)
      assert.match(order.notices.join(), /sent twice, but it is one order/)
      await assertCartIs(browser, '0 items')
      assert.deepEqual(await ordered(shop), [['2 × Dunes']])
      assert.equal((await findBooksByIds(shop.db, [dunes.id]))[0]!.stock, 7)
    })

    it(`leaves what is added later when ${loss}, also more of the same book`, async () => {
      const shop = await open()
      const dunes = await insertTestBook(shop.db, { title: 'Dunes' })
      const tides = await insertTestBook(shop.db, { title: 'Tides' })
      const { browser, form } = await openCheckout(shop, dunes)
      await lose(shop, browser, form)
      await browser.submit('/cart/items', { bookId: dunes.id })
      await browser.submit('/cart/items', { bookId: tides.id, quantity: 3 })
      await assertCartIs(browser, '4 items')
      await browser.submit('/checkout', form)
      await assertCartIs(browser, '4 items')

      const next = filled(await browser.get('/checkout'))
      await lose(shop, browser, next)
      await assertCartIs(browser, '0 items')
      assert.deepEqual(await ordered(shop), [['1 × Dunes', '3 × Tides'], ['2 × Dunes']])
    })

    it(`is not placed a second time by another tab when ${loss}`, async () => {
      const shop = await open()
      const { browser, form } = await openCheckout(shop, await insertTestBook(shop.db))
      const otherTab = filled(await browser.get('/checkout'))
      await lose(shop, browser, form)
      assert.equal((await browser.post('/checkout', otherTab)).location, '/cart')
      assert.equal((await ordered(shop)).length, 1)
    })
  }

  it('is led to by its form when the login has ended before the answer came', async () => {
    const shop = await open()
    const { browser, form } = await openCheckout(shop, await insertTestBook(shop.db))
    const { userId: madeFor } = (await rowsOf(shop.db, 'select user_id "userId" from logins'))[0]!
    await browser.copy().post('/checkout', form)
    await rowsOf(shop.db, 'delete from logins')
    const sent = await browser.post('/checkout', { ...form, madeFor: Number(madeFor) })
    const { searchParams } = new URL(sent.location!, shop.config.publicOrigin)
    const answer = await browser.post('/login', {
      ...reader,
      returnTo: searchParams.get('returnTo')!,
    })
    const order = await browser.follow(await browser.follow(answer))
    assert.match(order.heading!, /^Order \d+$/)
    assert.match(order.notices.join(), /sent twice, but it is one order/)
    assert.equal((await ordered(shop)).length, 1)
  })

  it('is placed once by two forms of one cart that are sent at once', async () => {
    const shop = await open()
    const { browser, form } = await openCheckout(shop, await insertTestBook(shop.db))
    const otherTab = filled(await browser.get('/checkout'))
    await Promise.all([form, otherTab].map((fields) => browser.copy().post('/checkout', fields)))
    assert.equal((await ordered(shop)).length, 1)
    await assertCartIs(browser, '0 items')
  })

  it('empties every copy of its cart, also one from before the login', async () => {
    const shop = await open()
    const dunes = await insertTestBook(shop.db, { title: 'Dunes' })
    const guest = shop.browser()
    await guest.submit('/cart/items', { bookId: dunes.id })
    const browser = guest.copy()
    await browser.login(reader)
    const customer = browser.copy()
    await browser.post('/checkout', filled(await browser.get('/checkout')))
    for (const copy of [guest, customer]) await assertCartIs(copy, '0 items')
  })

  it('uses up the cart as it is told: also the copies that there were not', async () => {
    const shop = await open()
    const few = await insertTestBook(shop.db, { stock: 2 })
    const gone = await insertTestBook(shop.db, { stock: 2 })
    const { browser } = await openCheckout(shop, few, gone)
    await updateBook(shop.db, few.id, { stock: 1 })
    await updateBook(shop.db, gone.id, { stock: 0 })
    const form = filled(await browser.get('/checkout'))
    await browser.copy().post('/checkout', form)
    await rowsOf(shop.db, 'update books set stock = 9')
    await assertCartIs(browser, '0 items')
    assert.deepEqual(await ordered(shop), [['1 × A Book']])
  })

  it('leaves a book that another tab adds while it is placed', async () => {
    const shop = await open()
    const [dunes, tides] = [await insertTestBook(shop.db), await insertTestBook(shop.db)]
    const { browser, form } = await openCheckout(shop, dunes)
    // The later answer brings the cookie that stays, where the whole session is in it.
    const otherTab = browser.copy()
    await browser.post('/checkout', form)
    await otherTab.post('/cart/items', { bookId: tides.id })
    await assertCartIs(otherTab, '1 item')
  })
})

it('an order survives a kill -9 right after its commit, and its cart is gone', async () => {
  const shop = await openTestShop({ storage: 'fs' })
  const dunes = await insertTestBook(shop.db, { title: 'Dunes' })
  const tides = await insertTestBook(shop.db, { title: 'Tides' })
  const { browser, form } = await openCheckout(shop, dunes)

  const request: CrashRequest = {
    config: shop.config,
    cookie: browser.cookieHeader,
    body: new URLSearchParams(form).toString(),
  }
  const script = new URL('./testing-crash-process.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [script, JSON.stringify(request)], { stdio: 'inherit' })
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL'])

  await shop.restart()
  assert.deepEqual(await ordered(shop), [['2 × Dunes']])
  await assertCartIs(browser, '0 items')
  await browser.submit('/cart/items', { bookId: tides.id })
  const order = await browser.submit('/checkout', form)
  assert.match(order.notices.join(), /it is one order/)
  await assertCartIs(browser, '1 item')
  assert.deepEqual(await ordered(shop), [['2 × Dunes']])
})
