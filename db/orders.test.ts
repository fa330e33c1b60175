import assert from 'node:assert/strict'
import { test } from 'node:test'

import * as fc from 'fast-check'

import { findBooksByIds, retireBook, updateBook } from './books.ts'
import type { Database } from './connect.ts'
import { findOrder, listOrders, type OrderRequest, type OrderResult, placeOrder } from './orders.ts'
import { insertTestBook, insertTestUser, now, testDatabase, testDatabasePath } from './testing.ts'
import { raceProcesses } from './testing-race.ts'

const address = {
  name: 'Ann',
  address: 'Mill Lane 1',
  city: 'York',
  postcode: 'YO1',
  country: 'UK',
}

function request(changes: Partial<OrderRequest> & { userId: number }): OrderRequest {
  const defaults = { checkoutKey: 'key', expectedTotalCents: 0, quantities: new Map() }
  return { ...address, ...defaults, now, ...changes }
}

function placed(result: OrderResult) {
  assert.ok(result.outcome === 'placed', `${result.outcome} is not placed`)
  return result.order
}

function stockOf(db: Database, id: number): number | undefined {
  return findBooksByIds(db, [id])[0]?.stock
}

function rowCount(db: Database, table: 'orders' | 'order_lines'): unknown {
  return db.$client.prepare(`select count(*) from ${table}`).pluck().get()
}

function setup() {
  const db = testDatabase()
  const ann = insertTestUser(db, 'ann@example.com')
  const bob = insertTestUser(db, 'bob@example.com')
  const emma = insertTestBook(db, { title: 'Emma', priceCents: 999, stock: 5 })
  const walden = insertTestBook(db, { title: 'Walden', priceCents: 1250, stock: 2 })
  /** Two of Walden and one of Emma. */
  const quantities = new Map([
    [walden.id, 2],
    [emma.id, 1],
  ])
  const order = request({ userId: ann.id, expectedTotalCents: 3499, quantities })
  return { db, ann, bob, emma, walden, order }
}

test('a placed order has its lines as in the cart, and the stock goes down', () => {
  const { db, ann, emma, walden, order } = setup()
  const result = placed(placeOrder(db, order))
  assert.deepEqual(result, {
    ...address,
    id: result.id,
    userId: ann.id,
    checkoutKey: 'key',
    totalCents: 3499,
    createdAt: now,
    lines: [
      { bookId: walden.id, slug: 'walden', title: 'Walden', priceCents: 1250, quantity: 2 },
      { bookId: emma.id, slug: 'emma', title: 'Emma', priceCents: 999, quantity: 1 },
    ],
  })
  assert.deepEqual(findOrder(db, result.id, ann.id), result)
  assert.equal(stockOf(db, emma.id), 4)
  assert.equal(stockOf(db, walden.id), 0)
})

test('an order keeps title and price as sold, and the link to a book that is retired', () => {
  const { db, ann, emma, order } = setup()
  const { id, lines } = placed(placeOrder(db, order))
  updateBook(db, emma.id, { title: 'Emma, revised', priceCents: 5000 })
  retireBook(db, emma.id, now)
  assert.deepEqual(findOrder(db, id, ann.id)?.lines, lines)
})

test('the same key again is the same order, even with the cart emptied or changed since', () => {
  const { db, emma, order } = setup()
  const first = placeOrder(db, order)
  assert.ok(first.outcome === 'placed' && !first.repeated)
  const again: Partial<OrderRequest>[] = [
    {},
    { quantities: new Map() },
    { quantities: new Map([[emma.id, 99]]) },
    { expectedTotalCents: 1 },
  ]
  for (const changes of again) {
    assert.deepEqual(placeOrder(db, { ...order, ...changes }), { ...first, repeated: true })
  }
  assert.equal(rowCount(db, 'orders'), 1)
  assert.equal(stockOf(db, emma.id), 4)
})

test('another key of the same user is another order', () => {
  const { db, ann, emma } = setup()
  const quantities = new Map([[emma.id, 1]])
  const one = request({ userId: ann.id, expectedTotalCents: 999, quantities })
  const first = placed(placeOrder(db, one))
  const second = placed(placeOrder(db, { ...one, checkoutKey: 'other key' }))
  assert.notEqual(first.id, second.id)
  assert.equal(stockOf(db, emma.id), 3)
})

test('the key of another user reveals nothing of the order and works as a new one', () => {
  const { db, bob, emma, order } = setup()
  const anns = placed(placeOrder(db, order))
  const stolen = request({ userId: bob.id, checkoutKey: order.checkoutKey })
  assert.deepEqual(placeOrder(db, stolen), { outcome: 'empty' })

  const quantities = new Map([[emma.id, 1]])
  const bobs = placed(placeOrder(db, { ...stolen, expectedTotalCents: 999, quantities }))
  assert.notEqual(bobs.id, anns.id)
  assert.equal(bobs.userId, bob.id)
  assert.equal(bobs.totalCents, 999)
})

test('a total that is not the one seen is an answer with both and the lines of now', () => {
  const { db, emma, walden, order } = setup()
  updateBook(db, walden.id, { priceCents: 1300 })
  assert.deepEqual(placeOrder(db, order), {
    outcome: 'total-changed',
    expectedTotalCents: 3499,
    totalCents: 3599,
    lines: [
      { bookId: walden.id, slug: 'walden', title: 'Walden', priceCents: 1300, quantity: 2 },
      { bookId: emma.id, slug: 'emma', title: 'Emma', priceCents: 999, quantity: 1 },
    ],
  })
  assert.equal(rowCount(db, 'orders'), 0)
  assert.equal(stockOf(db, walden.id), 2)

  const agreed = placed(placeOrder(db, { ...order, expectedTotalCents: 3599 }))
  assert.equal(agreed.totalCents, 3599)
})

test('books that are short, sold out, retired or unknown are named with what is left', () => {
  const { db, ann, emma, walden } = setup()
  const soldOut = insertTestBook(db, { title: 'Sold out', stock: 0 })
  const retired = insertTestBook(db, { title: 'Retired', stock: 7 })
  retireBook(db, retired.id, now)
  const quantities = new Map([
    [walden.id, 3],
    [emma.id, 5],
    [soldOut.id, 1],
    [retired.id, 1],
    [999, 1],
  ])
  assert.deepEqual(placeOrder(db, request({ userId: ann.id, quantities })), {
    outcome: 'unavailable',
    shortages: [
      { bookId: walden.id, title: 'Walden', requested: 3, left: 2 },
      { bookId: soldOut.id, title: 'Sold out', requested: 1, left: 0 },
      { bookId: retired.id, title: 'Retired', requested: 1, left: 0 },
      { bookId: 999, title: null, requested: 1, left: 0 },
    ],
  })
  assert.equal(rowCount(db, 'orders'), 0)
  assert.equal(stockOf(db, emma.id), 5)
})

test('an empty cart is no order', () => {
  const { db, ann } = setup()
  assert.deepEqual(placeOrder(db, request({ userId: ann.id })), { outcome: 'empty' })
})

test('a quantity that is not a whole number above zero throws and changes nothing', () => {
  const { db, ann, emma } = setup()
  for (const quantity of [0, -1, 1.5, NaN, Infinity]) {
    const quantities = new Map([[emma.id, quantity]])
    assert.throws(() => placeOrder(db, request({ userId: ann.id, quantities })), RangeError)
  }
  assert.equal(stockOf(db, emma.id), 5)
})

test('an order that fails half-way leaves no trace', () => {
  const { db, emma, order } = setup()
  assert.throws(() => placeOrder(db, { ...order, userId: 999 }), /FOREIGN KEY/)
  db.$client.exec(`create temp trigger broken before insert on order_lines
                   begin select raise(abort, 'disk trouble'); end`)
  assert.throws(() => placeOrder(db, order), /disk trouble/)
  assert.equal(rowCount(db, 'orders'), 0)
  assert.equal(stockOf(db, emma.id), 5)
})

test('an order of somebody else is as good as none', () => {
  const { db, ann, bob, order } = setup()
  const { id } = placed(placeOrder(db, order))
  assert.equal(findOrder(db, id, bob.id), undefined)
  assert.equal(findOrder(db, id + 1, ann.id), undefined)
  assert.deepEqual(listOrders(db, bob.id), [])
})

test('orders are listed with the latest first and the number of books in each', () => {
  const { db, ann, emma, order } = setup()
  const { lines: _, ...first } = placed(placeOrder(db, order))
  const quantities = new Map([[emma.id, 2]])
  const next = { ...order, checkoutKey: 'next', expectedTotalCents: 1998, quantities }
  const { lines: __, ...second } = placed(placeOrder(db, next))
  assert.deepEqual(listOrders(db, ann.id), [
    { ...second, bookCount: 2 },
    { ...first, bookCount: 3 },
  ])
})

test('of customers that buy the last copy in several processes at once, one gets it', async () => {
  const database = testDatabasePath()
  const db = testDatabase(database)
  const customers = [1, 2, 3, 4].map((index) => insertTestUser(db, `c-${index}@example.com`).id)
  // Many books, one after the other: only the first calls for each of them can go wrong.
  const books = Array.from({ length: 80 }, () => {
    return insertTestBook(db, { priceCents: 1000, stock: 1 }).id
  })
  const calls = books.flatMap((id) => {
    const order = { checkoutKey: `${id}`, expectedTotalCents: 1000, quantities: new Map([[id, 1]]) }
    return customers.map((userId) => [request({ userId, ...order })])
  })
  const results = await raceProcesses<OrderResult>(
    { call: ['./orders.ts', 'placeOrder'], database, processes: 4 },
    calls,
  )
  const outcomes = results.map((result) => result.outcome)
  for (const [index, id] of books.entries()) {
    const ofBook = outcomes.slice(index * customers.length, (index + 1) * customers.length)
    assert.equal(ofBook.filter((outcome) => outcome === 'placed').length, 1)
    assert.equal(ofBook.filter((outcome) => outcome === 'unavailable').length, 3)
    assert.equal(stockOf(db, id), 0)
  }
  assert.equal(rowCount(db, 'orders'), books.length)
  assert.equal(rowCount(db, 'order_lines'), books.length)
})

test('one form sent to several processes at once is one order', async () => {
  const database = testDatabasePath()
  const db = testDatabase(database)
  const { id: userId } = insertTestUser(db, 'ann@example.com')
  const { id } = insertTestBook(db, { priceCents: 1000, stock: 200 })
  // Many forms, one after the other: only the first calls for each of them can go wrong.
  const forms = Array.from({ length: 80 }, (_, index) => {
    const quantities = new Map([[id, 2]])
    return request({ userId, checkoutKey: `${index}`, expectedTotalCents: 2000, quantities })
  })
  const results = await raceProcesses<OrderResult>(
    { call: ['./orders.ts', 'placeOrder'], database, processes: 4 },
    forms.flatMap((form) => [1, 2, 3, 4].map(() => [form])),
  )
  for (const index of forms.keys()) {
    const ofForm = results.slice(index * 4, (index + 1) * 4)
    assert.equal(new Set(ofForm.map((result) => placed(result).id)).size, 1)
    const first = ofForm.filter((result) => result.outcome === 'placed' && !result.repeated)
    assert.equal(first.length, 1)
  }
  assert.equal(stockOf(db, id), 40)
  assert.equal(rowCount(db, 'orders'), forms.length)
})

test('copies are neither made nor lost, whatever is ordered in whatever order', () => {
  const carts = fc.array(
    fc.record({
      key: fc.integer({ min: 0, max: 5 }),
      cart: fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))),
      total: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(carts, (orders) => {
      const { db, ann } = setup()
      insertTestBook(db, { stock: 6 })
      const before = [1, 2, 3].map((id) => stockOf(db, id)!)
      const sold = new Map<number, number>()
      const known = new Set<number>()
      for (const { key, cart, total } of orders) {
        const order = request({ userId: ann.id, checkoutKey: `${key}`, quantities: new Map(cart) })
        const first = placeOrder(db, { ...order, expectedTotalCents: -1 })
        const seen = total && first.outcome === 'total-changed' ? first.totalCents : -1
        const result = placeOrder(db, { ...order, expectedTotalCents: seen })
        if (result.outcome !== 'placed' || known.has(result.order.id)) continue
        known.add(result.order.id)
        for (const { bookId, quantity } of result.order.lines) {
          sold.set(bookId, (sold.get(bookId) ?? 0) + quantity)
        }
      }
      for (const id of [1, 2, 3]) {
        assert.equal(stockOf(db, id), before[id - 1]! - (sold.get(id) ?? 0))
        assert.ok(stockOf(db, id)! >= 0)
      }
      assert.equal(rowCount(db, 'orders'), known.size)
    }),
    { numRuns: 50 },
  )
})
