import assert from 'node:assert/strict'
import { test } from 'node:test'

import { takenFromCart } from './guest-carts.ts'
import {
  findGuestOrder,
  forgetExpiredLinks,
  guestOrderDays,
  guestOrderExpiry,
  keepGuestOrder,
} from './guest-orders.ts'
import { createLinkToken, hashLinkToken } from './link-tokens.ts'
import { findOrder, findOrderByCheckoutKey, listOrders, placeOrder } from './orders.ts'
import type { OrderRequest, OrderResult } from './orders.ts'
import { insertTestBook, insertTestUser, now, onEachDatabase, rowsOf } from './testing.ts'
import { raceProcesses } from './testing-race.ts'

const email = 'ann@example.com'
const daysLater = (days: number) => new Date(now.getTime() + days * 24 * 60 * 60_000)

function placed(result: OrderResult) {
  assert.ok(result.outcome === 'placed', `${result.outcome} is not placed`)
  return result
}

onEachDatabase(({ newUrl, testDatabase }) => {
  async function setup(url?: string) {
    const db = await testDatabase(url)
    const ann = (await insertTestUser(db, email)).id
    const bob = (await insertTestUser(db, 'bob@example.com')).id
    const emma = await insertTestBook(db, { title: 'Emma', priceCents: 999, stock: 200 })
    const lines = [{ bookId: emma.id, priceCents: 999, quantity: 2 }]
    function request(token: string, cartId = token): OrderRequest {
      return {
        userId: null,
        checkoutKey: hashLinkToken(token),
        cart: { id: cartId, quantities: new Map([[emma.id, 2]]) },
        link: { email, linkExpiresAt: guestOrderExpiry(now) },
        expectedLines: lines,
        expectedTotalCents: 1998,
        name: 'Ann',
        address: 'Mill Lane 1',
        city: 'York',
        postcode: 'YO1',
        country: 'UK',
        now,
      }
    }
    return { db, ann, bob, emma, request }
  }

  test('a guest’s order is found by its link alone, for so many days', async () => {
    const { db, ann, emma, request } = await setup()
    const token = createLinkToken()
    const { order } = placed(await placeOrder(db, request(token, 'cart')))
    assert.equal(order.userId, null)
    assert.deepEqual(await findGuestOrder(db, token, now), order)
    assert.deepEqual(await findGuestOrder(db, token, daysLater(guestOrderDays - 1)), order)
    assert.equal(await findGuestOrder(db, token, daysLater(guestOrderDays)), undefined)
    assert.equal(await findGuestOrder(db, createLinkToken(), now), undefined)
    assert.equal(await findGuestOrder(db, hashLinkToken(token), now), undefined)
    assert.equal(await findOrder(db, order.id, ann), undefined)
    assert.deepEqual(await listOrders(db, ann), [])
    assert.deepEqual([...(await takenFromCart(db, 'cart'))], [[emma.id, 2]])
    const rows = JSON.stringify(await rowsOf(db, 'select * from orders'))
    assert.ok(!rows.includes(token), 'the link’s hash is stored alone')
  })

  test('the address of an expired link is forgotten, and the order is not', async () => {
    const { db, ann, emma, request } = await setup()
    const [old, kept, young] = [createLinkToken(), createLinkToken(), createLinkToken()]
    const { order } = placed(await placeOrder(db, request(old)))
    placed(await placeOrder(db, request(kept)))
    const keptId = (await keepGuestOrder(db, kept, { userId: ann, now }))!
    const linkExpiresAt = daysLater(guestOrderDays + 1)
    placed(await placeOrder(db, { ...request(young), link: { email, linkExpiresAt } }))
    await forgetExpiredLinks(db, daysLater(guestOrderDays))
    const rows = await rowsOf(db, 'select id, name, email from orders order by id')
    assert.deepEqual(
      rows.map(({ name, email }) => [name, email]),
      [
        ['Ann', null],
        ['Ann', null],
        ['Ann', email],
      ],
    )
    assert.equal(rows[0]!['id'], order.id)
    assert.equal((await findOrder(db, keptId, ann))!.lines.length, 1)
    assert.ok(await findGuestOrder(db, young, daysLater(guestOrderDays)))
    assert.deepEqual([...(await takenFromCart(db, old))], [[emma.id, 2]])
  })

  test('the same form of a guest is one order, also when it is kept by then', async () => {
    const { db, ann, request } = await setup()
    const token = createLinkToken()
    const first = placed(await placeOrder(db, request(token, 'cart')))
    const again = placed(await placeOrder(db, request(token, 'other cart')))
    assert.deepEqual(again, { ...first, repeated: true })
    assert.equal((await placeOrder(db, request(createLinkToken(), 'cart'))).outcome, 'empty')
    await keepGuestOrder(db, token, { userId: ann, now })
    const kept = placed(await placeOrder(db, request(token, 'third cart')))
    assert.deepEqual([kept.order.id, kept.repeated], [first.order.id, true])
    assert.equal(await findOrderByCheckoutKey(db, 'key', null), undefined)
  })

  test('a key that a customer’s form has opens no order without an account', async () => {
    const { db, ann, request } = await setup()
    const token = createLinkToken()
    const { link: _, ...ofCustomer } = { ...request(token), userId: ann }
    placed(await placeOrder(db, ofCustomer))
    assert.equal(await findGuestOrder(db, token, now), undefined)
    assert.equal(await findOrderByCheckoutKey(db, hashLinkToken(token), null), undefined)
    assert.equal(await keepGuestOrder(db, token, { userId: ann, now }), undefined)
  })

  test('an order is kept by one account, and stays there', async () => {
    const { db, ann, bob, request } = await setup()
    const token = createLinkToken()
    const { order } = placed(await placeOrder(db, request(token)))
    const late = daysLater(guestOrderDays)
    assert.equal(await keepGuestOrder(db, token, { userId: bob, now: late }), undefined)
    const wrong = createLinkToken()
    assert.equal(await keepGuestOrder(db, wrong, { userId: bob, now }), undefined)
    assert.equal(await keepGuestOrder(db, token, { userId: bob, now }), order.id)
    assert.equal(await keepGuestOrder(db, token, { userId: ann, now }), undefined)
    assert.equal(await keepGuestOrder(db, token, { userId: bob, now }), order.id)
    assert.deepEqual(await findOrder(db, order.id, bob), { ...order, userId: bob })
    assert.equal(await findOrder(db, order.id, ann), undefined)
  })

  test('of several accounts that keep an order at once, in several processes, one has it', async () => {
    const url = await newUrl()
    const { db, ann, bob, request } = await setup(url)
    const tokens = Array.from({ length: 30 }, createLinkToken)
    for (const token of tokens) placed(await placeOrder(db, request(token)))
    const results = await raceProcesses<number | undefined>(
      { call: ['./guest-orders.ts', 'keepGuestOrder'], database: url, processes: 2 },
      tokens.flatMap((token) => [ann, bob].map((userId) => [token, { userId, now }])),
    )
    assert.equal(results.filter((id) => id !== undefined).length, tokens.length)
    const owned = [...(await listOrders(db, ann)), ...(await listOrders(db, bob))]
    assert.equal(owned.length, tokens.length)
  })

  test('one form of a guest, sent to several processes at once, is one order', async () => {
    const url = await newUrl()
    const { request } = await setup(url)
    const forms = Array.from({ length: 20 }, createLinkToken).map((token) => request(token))
    const results = await raceProcesses<OrderResult>(
      { call: ['./orders.ts', 'placeOrder'], database: url, processes: 4 },
      forms.flatMap((form) => [1, 2, 3, 4].map(() => [form])),
    )
    for (const result of results) placed(result)
    assert.equal(results.filter((result) => !placed(result).repeated).length, forms.length)
  })
})
