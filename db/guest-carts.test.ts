import assert from 'node:assert/strict'
import { test } from 'node:test'

import { updateBook } from './books.ts'
import { accountQuantities, addToCart, listCartItems, MAX_LINES } from './carts.ts'
import type { Database } from './database.ts'
import { forgetJoinedCarts, joinCart, takenFromCart } from './guest-carts.ts'
import { placeOrder } from './orders.ts'
import { insertTestBook, insertTestUser, now, onEachDatabase, rowsOf } from './testing.ts'
import { raceProcesses } from './testing-race.ts'

function guestCart(id: string, quantities: Record<number, number>, pricesSeen = {}) {
  const entries = Object.entries(quantities)
  return { id, quantities: new Map(entries.map(([book, n]) => [Number(book), n])), pricesSeen }
}

async function cartOf(db: Database, userId: number): Promise<Record<number, number>> {
  return Object.fromEntries(await accountQuantities(db, userId))
}

onEachDatabase(({ testDatabase, newUrl }) => {
  async function setup(url?: string) {
    const db = await testDatabase(url)
    const ann = (await insertTestUser(db, 'ann@example.com')).id
    const bob = (await insertTestUser(db, 'bob@example.com')).id
    const emma = await insertTestBook(db, { title: 'Emma', priceCents: 999, stock: 9 })
    const walden = await insertTestBook(db, { title: 'Walden', priceCents: 1250, stock: 3 })
    return { db, ann, bob, emma, walden }
  }

  test('a guest’s cart adds up with that of the account, as far as there are copies', async () => {
    const { db, ann, emma, walden } = await setup()
    const gone = await insertTestBook(db, { title: 'Gone', stock: 0 })
    await addToCart(db, ann, emma, 2)
    await addToCart(db, ann, walden, 2)
    const cart = guestCart(
      'guest',
      { [emma.id]: 3, [walden.id]: 3, [gone.id]: 1, 999_999: 1 },
      { [emma.id]: 900 },
    )
    const { items, hadItems } = await joinCart(db, ann, cart, now)
    assert.equal(hadItems, true)
    assert.deepEqual(items, [
      { title: 'Emma', added: 3, outcome: { kind: 'changed', quantity: 5 } },
      { title: 'Walden', added: 1, outcome: { kind: 'limited', quantity: 3 } },
      { title: 'Gone', added: 0, outcome: { kind: 'sold-out' } },
    ])
    assert.deepEqual(await cartOf(db, ann), { [emma.id]: 5, [walden.id]: 3 })
    const prices = (await listCartItems(db, ann)).map(({ priceSeen }) => priceSeen)
    assert.deepEqual(prices.sort(), [1250, 900])
  })

  test('a saved cart is never made smaller by one that joins it', async () => {
    const { db, ann, walden } = await setup()
    await addToCart(db, ann, walden, 3)
    await updateBook(db, walden.id, { stock: 1 })
    await joinCart(db, ann, guestCart('guest', { [walden.id]: 1 }), now)
    assert.deepEqual(await cartOf(db, ann), { [walden.id]: 3 })
  })

  test('a full cart takes more of its own books and leaves out new ones', async () => {
    const { db, ann, emma } = await setup()
    await addToCart(db, ann, emma, 1)
    for (let lines = 2; lines < MAX_LINES; lines++) {
      await addToCart(db, ann, await insertTestBook(db), 1)
    }
    const [last, next] = [await insertTestBook(db), await insertTestBook(db)]
    const cart = guestCart('guest', { [emma.id]: 1, [last.id]: 1, [next.id]: 1 })
    const { items } = await joinCart(db, ann, cart, now)
    assert.deepEqual(
      items.map(({ outcome }) => outcome.kind),
      ['changed', 'changed', 'full'],
    )
    assert.equal((await accountQuantities(db, ann)).size, MAX_LINES)
  })

  test('the same guest’s cart counts once, whoever brings a copy, and what it has beyond counts', async () => {
    const { db, ann, bob, emma, walden } = await setup()
    const cart = guestCart('guest', { [emma.id]: 2 })
    await joinCart(db, ann, cart, now)
    for (const user of [ann, bob]) {
      assert.deepEqual(await joinCart(db, user, cart, now), { items: [], hadItems: false })
    }
    assert.deepEqual(await cartOf(db, bob), {})
    const more = guestCart('guest', { [emma.id]: 3, [walden.id]: 1 })
    await joinCart(db, ann, more, now)
    await joinCart(db, ann, more, now)
    assert.deepEqual(await cartOf(db, ann), { [emma.id]: 3, [walden.id]: 1 })
    assert.deepEqual([...(await takenFromCart(db, 'guest'))].sort(), [
      [emma.id, 3],
      [walden.id, 1],
    ])
    // Of another cart nothing was taken.
    await joinCart(db, ann, guestCart('next', { [emma.id]: 1 }), now)
    assert.deepEqual(await cartOf(db, ann), { [emma.id]: 4, [walden.id]: 1 })
  })

  test('what was ordered of a cart does not join, and what joined is not ordered of it', async () => {
    const { db, ann, bob, emma } = await setup()
    const cart = guestCart('guest', { [emma.id]: 2 })
    const line = { bookId: emma.id, priceCents: 999, quantity: 2 }
    const address = { name: 'Ann', address: 'x', city: 'x', postcode: 'x', country: 'x', now }
    const order = { ...address, expectedLines: [line], expectedTotalCents: 1998 }
    await placeOrder(db, { ...order, userId: ann, checkoutKey: 'a', cart })
    await joinCart(db, bob, cart, now)
    assert.deepEqual(await cartOf(db, bob), {})

    const next = guestCart('next', { [emma.id]: 2 })
    await joinCart(db, bob, next, now)
    const result = await placeOrder(db, { ...order, userId: ann, checkoutKey: 'b', cart: next })
    assert.equal(result.outcome, 'empty')
  })

  test('notes of joined carts are forgotten when no session can hold those any more', async () => {
    const { db, ann, emma } = await setup()
    await joinCart(db, ann, guestCart('old', { [emma.id]: 1 }), now)
    const later = new Date(now.getTime() + 60_000)
    await joinCart(db, ann, guestCart('new', { [emma.id]: 1 }), later)
    await forgetJoinedCarts(db, later)
    assert.equal((await takenFromCart(db, 'old')).size, 0)
    assert.equal((await takenFromCart(db, 'new')).size, 1)
  })

  test('nobody’s cart takes what belongs to an account that is gone', async () => {
    const { db, ann, emma } = await setup()
    await rowsOf(db, `delete from users where id = ${ann}`)
    await joinCart(db, ann, guestCart('guest', { [emma.id]: 1 }), now)
    for (const table of ['cart_items', 'joined_carts']) {
      assert.deepEqual(await rowsOf(db, `select * from ${table}`), [], table)
    }
  })

  test('one guest’s cart that joins several accounts at once counts once', async () => {
    const url = await newUrl()
    const { db, ann, bob, emma } = await setup(url)
    const module = new URL('./guest-carts.ts', import.meta.url).href
    const race = { call: [module, 'joinCart'] as [string, string], database: url, processes: 4 }
    for (let round = 0; round < 5; round++) {
      const cart = guestCart(`guest ${round}`, { [emma.id]: 1 })
      const calls = [ann, bob, ann, bob].map((user) => [user, cart, now])
      await raceProcesses(race, calls)
    }
    const [anns, bobs] = [await cartOf(db, ann), await cartOf(db, bob)]
    assert.equal((anns[emma.id] ?? 0) + (bobs[emma.id] ?? 0), 5)
  })
})
