import assert from 'node:assert/strict'
import { test } from 'node:test'

import { findBooksByIds, retireBook, updateBook } from './books.ts'
import {
  accountQuantities,
  addToCart,
  listCartItems,
  MAX_LINES,
  noteTold,
  removeFromCart,
  setInCart,
} from './carts.ts'
import type { Database } from './database.ts'
import { placeOrder } from './orders.ts'
import { insertTestBook, insertTestUser, now, onEachDatabase } from './testing.ts'
import { raceProcesses } from './testing-race.ts'

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

  test('an account has its own cart, of books as they are now', async () => {
    const { db, ann, bob, emma, walden } = await setup()
    assert.deepEqual(await addToCart(db, ann, emma, 2), { kind: 'changed', quantity: 2 })
    assert.deepEqual(await addToCart(db, ann, emma, 1), { kind: 'changed', quantity: 3 })
    assert.deepEqual(await addToCart(db, ann, walden, 9), { kind: 'limited', quantity: 3 })
    assert.deepEqual(await setInCart(db, bob, emma, 5), { kind: 'changed', quantity: 5 })
    await updateBook(db, emma.id, { priceCents: 1100 })
    const items = await listCartItems(db, ann)
    assert.deepEqual(
      items.map(({ book, quantity, priceSeen }) => [book.priceCents, quantity, priceSeen]).sort(),
      [
        [1100, 3, 999],
        [1250, 3, 1250],
      ],
    )
    await removeFromCart(db, ann, emma.id)
    assert.deepEqual(await cartOf(db, ann), { [walden.id]: 3 })
    assert.deepEqual(await cartOf(db, bob), { [emma.id]: 5 })
  })

  test('a cart holds no more than 99 copies, 50 books and what there is', async () => {
    const { db, ann, emma } = await setup()
    const many = await insertTestBook(db, { stock: 500 })
    assert.deepEqual(await addToCart(db, ann, many, 98), { kind: 'changed', quantity: 98 })
    assert.deepEqual(await addToCart(db, ann, many, 2), { kind: 'limited', quantity: 99 })
    await retireBook(db, emma.id, now)
    const [retired] = await findBooksByIds(db, [emma.id])
    assert.deepEqual(await addToCart(db, ann, retired!, 1), { kind: 'sold-out' })
    for (let lines = 1; lines < MAX_LINES; lines++) {
      await addToCart(db, ann, await insertTestBook(db), 1)
    }
    assert.deepEqual(await addToCart(db, ann, await insertTestBook(db), 1), { kind: 'full' })
    assert.deepEqual(await setInCart(db, ann, many, 5), { kind: 'changed', quantity: 5 })
  })

  test('a form sent twice adds once, and another one adds again', async () => {
    const { db, ann, bob, emma } = await setup()
    for (const key of ['one', 'one', 'two', 'two']) await addToCart(db, ann, emma, 1, key)
    await addToCart(db, bob, emma, 1, 'two')
    assert.deepEqual(
      [await cartOf(db, ann), await cartOf(db, bob)],
      [{ [emma.id]: 2 }, { [emma.id]: 1 }],
    )
    await setInCart(db, ann, emma, 1)
    await addToCart(db, ann, emma, 1, 'two')
    assert.deepEqual(await cartOf(db, ann), { [emma.id]: 1 })
  })

  test('what the customer was told of is noted, and no wish of another device is undone', async () => {
    const { db, ann, emma } = await setup()
    await addToCart(db, ann, emma, 5)
    await updateBook(db, emma.id, { priceCents: 1100, stock: 2 })
    const [item] = await listCartItems(db, ann)
    await noteTold(db, ann, { book: item!.book, quantity: 2 })
    const [told] = await listCartItems(db, ann)
    assert.deepEqual([told!.quantity, told!.priceSeen], [2, 1100])
    await setInCart(db, ann, emma, 1)
    await noteTold(db, ann, { book: item!.book, quantity: 2 })
    assert.deepEqual(await cartOf(db, ann), { [emma.id]: 1 })
  })

  test('the cart of an account is ordered and emptied in one step', async () => {
    const { db, ann, emma, walden } = await setup()
    await addToCart(db, ann, emma, 2)
    await addToCart(db, ann, walden, 3)
    await updateBook(db, walden.id, { stock: 0 })
    const address = { name: 'Ann', address: 'x', city: 'x', postcode: 'x', country: 'x', now }
    const seen = [{ bookId: emma.id, priceCents: 999, quantity: 1 }]
    const order = { ...address, userId: ann, checkoutKey: 'key', expectedTotalCents: 1998 }
    const changed = await placeOrder(db, { ...order, expectedLines: seen })
    assert.equal(changed.outcome, 'changed')
    assert.equal((await accountQuantities(db, ann)).size, 2)
    const expectedLines = [{ ...seen[0]!, quantity: 2 }]
    assert.equal((await placeOrder(db, { ...order, expectedLines })).outcome, 'placed')
    assert.deepEqual(await cartOf(db, ann), {})
    await addToCart(db, ann, emma, 1)
    const again = await placeOrder(db, { ...order, expectedLines })
    assert.ok(again.outcome === 'placed' && again.repeated)
    assert.deepEqual(await cartOf(db, ann), { [emma.id]: 1 })
  })

  test('what several processes add at once is all there, and no more than fits', async () => {
    const url = await newUrl()
    const { db, ann, emma } = await setup(url)
    const other = await insertTestBook(db, { stock: 500 })
    const calls = [emma, other].flatMap((book) => Array.from({ length: 12 }, () => [ann, book, 1]))
    const module = new URL('./carts.ts', import.meta.url).href
    const race = { call: [module, 'addToCart'] as [string, string], database: url, processes: 4 }
    await raceProcesses(race, calls)
    assert.deepEqual(await cartOf(db, ann), { [emma.id]: 9, [other.id]: 12 })
  })
})
