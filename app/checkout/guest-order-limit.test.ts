import assert from 'node:assert/strict'
import { it } from 'node:test'
import { onPostgres } from 'remix/session/testing/postgres-server'
import { rowsOf } from '../../db/testing.ts'
import { onEachStorage, openTestShop } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import type { TestPage } from '../testing/page.ts'
import { address } from './testing-address.ts'

const guest = { email: 'robin@example.com', ...address }

/** Sends the form of a new guest so many times at once. */
async function orderAtOnce(
  shop: TestShop,
  times: number,
  email = guest.email,
): Promise<TestPage[]> {
  const browser = shop.browser()
  await browser.submit('/cart/items', { bookId: 1 })
  const page = await browser.get('/checkout')
  const [total, checkoutKey] = ['total', 'checkoutKey'].map((name) => page.field(name)!.value!)
  const form = { ...guest, email, total: total!, checkoutKey: checkoutKey! }
  const sent = Array.from({ length: times }, () => browser.copy().post('/checkout', form))
  return Promise.all(sent)
}

async function leadsAllToOneOrder(shop: TestShop): Promise<void> {
  const many = await orderAtOnce(shop, 20)
  assert.equal(new Set(many.map(({ location }) => location)).size, 1)
  assert.match(many[0]!.location!, /^\/orders\/guest\//)
  for (let order = 2; order < 10; order += 1) await orderAtOnce(shop, 1)

  const tenth = await orderAtOnce(shop, 2)
  assert.deepEqual(
    tenth.map(({ status }) => status),
    [303, 303],
  )
  assert.equal(new Set(tenth.map(({ location }) => location)).size, 1)
  const eleventh = await orderAtOnce(shop, 2)
  assert.deepEqual(
    eleventh.map(({ status }) => status),
    [429, 429],
  )
  assert.equal((await rowsOf(shop.db, 'select id from orders')).length, 10)
}

async function lastOfLineLeadsToItsOrder(shop: TestShop): Promise<void> {
  await rowsOf(shop.db, 'update books set stock = 100 returning id')
  for (let order = 1; order < 30; order += 1) await orderAtOnce(shop, 1, `${order}@example.com`)
  const statuses: number[] = []
  for (const email of ['30@example.com', '31@example.com']) {
    const sent = await orderAtOnce(shop, 2, email)
    statuses.push(...sent.map(({ status }) => status))
  }
  assert.deepEqual(statuses, [303, 303, 429, 429])
  assert.equal((await rowsOf(shop.db, 'select id from orders')).length, 30)
}

const title =
  'leads to its order however often it was sent at once, also where that is the tenth of a day'

onEachStorage('the form of a guest', (open) => {
  it(title, async () => leadsAllToOneOrder(await open()))
  it('and where it is the last of its line', async () => lastOfLineLeadsToItsOrder(await open()))
})

onPostgres('the form of a guest in PostgreSQL', (newUrl) => {
  it(title, async () => leadsAllToOneOrder(await openTestShop({ databaseUrl: await newUrl() })))
  it(`${title}, with sessions there`, async () => {
    const databaseUrl = await newUrl()
    await leadsAllToOneOrder(await openTestShop({ databaseUrl, storage: 'database' }))
  })
})
