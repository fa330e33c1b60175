import assert from 'node:assert/strict'
import { test } from 'node:test'

import * as fc from 'fast-check'
import { rounds } from 'remix/session/testing/exploring'

import { findBooksByIds, retireBook, updateBook } from './books.ts'
import { joinCart, takenFromCart } from './guest-carts.ts'
import type { Database } from './database.ts'
import {
  countOrders,
  findOrder,
  type LineToOrder,
  listOrders,
  type OrderRequest,
  type OrderResult,
  placeOrder,
} from './orders.ts'
import type { Book } from './schema-books.ts'
import {
  breakInserts,
  insertTestBook,
  insertTestUser,
  now,
  onEachDatabase,
  rowsOf,
} from './testing.ts'
import { raceProcesses } from './testing-race.ts'

const address = {
  name: 'Ann',
  address: 'Mill Lane 1',
  city: 'York',
  postcode: 'YO1',
  country: 'UK',
}

/** The order of a cart that holds these books, seen as the lines say. */
function request(
  userId: number,
  lines: LineToOrder[],
  changes: Partial<OrderRequest> = {},
): OrderRequest {
  return {
    ...address,
    userId,
    checkoutKey: 'key',
    cart: cartOf(lines),
    expectedLines: lines,
    expectedTotalCents: lines.reduce((sum, line) => sum + line.priceCents * line.quantity, 0),
    now,
    ...changes,
  }
}

function cartOf(lines: Pick<LineToOrder, 'bookId' | 'quantity'>[], id = 'cart') {
  return { id, quantities: new Map(lines.map(({ bookId, quantity }) => [bookId, quantity])) }
}

function placed(result: OrderResult) {
  assert.ok(result.outcome === 'placed', `${result.outcome} is not placed`)
  return result.order
}

/** What a line tells of its book. */
function described({ id, slug, title, author, genre }: Book) {
  return { bookId: id, slug, title, author, genre, retiredAt: null }
}

async function stockOf(db: Database, id: number): Promise<number | undefined> {
  return (await findBooksByIds(db, [id]))[0]?.stock
}

async function rowCount(db: Database, table: 'orders' | 'order_lines'): Promise<number> {
  return (await rowsOf(db, `select * from ${table}`)).length
}

onEachDatabase(({ dialect, testDatabase, newUrl }) => {
  async function setup() {
    const db = await testDatabase()
    const ann = await insertTestUser(db, 'ann@example.com')
    const bob = await insertTestUser(db, 'bob@example.com')
    const emma = await insertTestBook(db, { title: 'Emma', priceCents: 999, stock: 5 })
    const walden = await insertTestBook(db, { title: 'Walden', priceCents: 1250, stock: 2 })
    /** Two of Walden and one of Emma. */
    const order = request(ann.id, [
      { bookId: walden.id, priceCents: 1250, quantity: 2 },
      { bookId: emma.id, priceCents: 999, quantity: 1 },
    ])
    return { db, ann, bob, emma, walden, order }
  }

  test('a placed order has its lines as in the cart, and the stock goes down', async () => {
    const { db, ann, emma, walden, order } = await setup()
    const result = placed(await placeOrder(db, order))
    assert.deepEqual(result, {
      ...address,
      id: result.id,
      userId: ann.id,
      checkoutKey: 'key',
      totalCents: 3499,
      createdAt: now,
      lines: [
        { ...described(walden), priceCents: 1250, quantity: 2 },
        { ...described(emma), priceCents: 999, quantity: 1 },
      ],
    })
    assert.deepEqual(await findOrder(db, result.id, ann.id), result)
    assert.equal(await stockOf(db, emma.id), 4)
    assert.equal(await stockOf(db, walden.id), 0)
  })

  test('a guest’s cart leaves nothing but its order, and what it was noted for', async () => {
    const { db, ann, emma, order } = await setup()
    const notes = () => rowsOf(db, 'select cart_id, taken, joined_at from joined_carts')
    const guest = { ...order, userId: null }
    const stranger = cartOf([{ bookId: 999_999, quantity: 1 }])
    for (const [outcome, changes] of [
      ['changed', { expectedTotalCents: 1 }],
      ['empty', { cart: cartOf([]) }],
      ['unavailable', { cart: stranger }],
      ['placed', {}],
      ['empty', { checkoutKey: 'next' }],
    ] as const) {
      assert.equal((await placeOrder(db, { ...guest, ...changes })).outcome, outcome)
      assert.deepEqual(await notes(), [], outcome)
    }

    const line = { bookId: emma.id, quantity: 1 }
    const cart = { ...cartOf([line], 'joined'), pricesSeen: {} }
    await joinCart(db, ann.id, cart, now)
    const noted = await notes()
    const later = new Date(now.getTime() + 1000)
    const again = { ...guest, cart, checkoutKey: 'joined', now: later }
    assert.equal((await placeOrder(db, again)).outcome, 'empty')
    assert.deepEqual(await notes(), noted)
    assert.deepEqual([...(await takenFromCart(db, 'joined'))], [[emma.id, 1]])
  })

  test('an order keeps title and price as sold, and tells which book is retired by now', async () => {
    const { db, ann, emma, order } = await setup()
    const { id, lines } = placed(await placeOrder(db, order))
    await updateBook(db, emma.id, { title: 'Emma, revised', priceCents: 5000 })
    await retireBook(db, emma.id, now)
    const [walden, other] = lines
    assert.deepEqual((await findOrder(db, id, ann.id))?.lines, [
      walden,
      { ...other, retiredAt: now },
    ])
  })

  test('the same key again is the same order, even with the cart emptied or changed since', async () => {
    const { db, emma, order } = await setup()
    const first = await placeOrder(db, order)
    assert.ok(first.outcome === 'placed' && !first.repeated)
    const again: Partial<OrderRequest>[] = [
      {},
      { cart: cartOf([], 'next') },
      { cart: cartOf([{ bookId: emma.id, quantity: 99 }], 'next') },
      { expectedTotalCents: 1 },
    ]
    for (const changes of again) {
      assert.deepEqual(await placeOrder(db, { ...order, ...changes }), { ...first, repeated: true })
    }
    assert.equal(await rowCount(db, 'orders'), 1)
    assert.equal(await stockOf(db, emma.id), 4)
  })

  test('another key with another cart is another order', async () => {
    const { db, ann, emma } = await setup()
    const one = request(ann.id, [{ bookId: emma.id, priceCents: 999, quantity: 1 }])
    const first = placed(await placeOrder(db, one))
    const cart = { ...one.cart!, id: 'other cart' }
    const second = placed(await placeOrder(db, { ...one, checkoutKey: 'other key', cart }))
    assert.notEqual(first.id, second.id)
    assert.equal(await stockOf(db, emma.id), 3)
  })

  test('a cart that was ordered is empty, whatever form comes with a copy of it', async () => {
    const { db, bob, emma, order } = await setup()
    placed(await placeOrder(db, order))
    for (const userId of [order.userId, bob.id]) {
      const again = { ...order, userId, checkoutKey: 'other key' }
      assert.deepEqual(await placeOrder(db, again), { outcome: 'empty' })
    }
    assert.equal(await stockOf(db, emma.id), 4)
  })

  test('what was put into a cart beside what an order took is left to order', async () => {
    const { db, ann, emma, walden, order } = await setup()
    placed(await placeOrder(db, order))
    const cart = cartOf([
      { bookId: walden.id, quantity: 2 },
      { bookId: emma.id, quantity: 3 },
    ])
    const lines = [{ bookId: emma.id, priceCents: 999, quantity: 2 }]
    placed(await placeOrder(db, request(ann.id, lines, { cart, checkoutKey: 'next' })))
    assert.equal(await stockOf(db, emma.id), 2)
    assert.deepEqual([...(await takenFromCart(db, 'cart'))].sort(), [
      [emma.id, 3],
      [walden.id, 2],
    ])
    assert.equal(
      (await placeOrder(db, request(ann.id, lines, { cart, checkoutKey: 'last' }))).outcome,
      'empty',
    )
  })

  test('an order uses up the whole cart, also what could not be had', async () => {
    const { db, ann, emma, walden } = await setup()
    await updateBook(db, emma.id, { stock: 0 })
    const cart = cartOf([
      { bookId: walden.id, quantity: 5 },
      { bookId: emma.id, quantity: 1 },
    ])
    const lines = [{ bookId: walden.id, priceCents: 1250, quantity: 2 }]
    placed(await placeOrder(db, request(ann.id, lines, { cart })))
    await updateBook(db, emma.id, { stock: 9 })
    await updateBook(db, walden.id, { stock: 9 })
    assert.deepEqual(await placeOrder(db, request(ann.id, lines, { cart, checkoutKey: 'next' })), {
      outcome: 'empty',
    })
  })

  test('the key of another user reveals nothing of the order and works as a new one', async () => {
    const { db, bob, emma, order } = await setup()
    const anns = placed(await placeOrder(db, order))
    const stolen = { checkoutKey: order.checkoutKey, cart: cartOf([], 'of bob') }
    assert.deepEqual(await placeOrder(db, request(bob.id, [], stolen)), { outcome: 'empty' })

    const lines = [{ bookId: emma.id, priceCents: 999, quantity: 1 }]
    const cart = cartOf(lines, 'of bob')
    const bobs = placed(await placeOrder(db, request(bob.id, lines, { ...stolen, cart })))
    assert.notEqual(bobs.id, anns.id)
    assert.equal(bobs.userId, bob.id)
    assert.equal(bobs.totalCents, 999)
  })

  test('what is not what the customer saw is an answer with the lines and the total of now', async () => {
    const { db, emma, walden, order } = await setup()
    await updateBook(db, walden.id, { priceCents: 1300 })
    const changed = await placeOrder(db, order)
    assert.deepEqual(changed, {
      outcome: 'changed',
      totalCents: 3599,
      lines: [
        { ...described(walden), priceCents: 1300, quantity: 2 },
        { ...described(emma), priceCents: 999, quantity: 1 },
      ],
    })
    assert.equal(await rowCount(db, 'orders'), 0)
    assert.equal(await stockOf(db, walden.id), 2)

    assert.ok(changed.outcome === 'changed')
    const agreed = { expectedLines: changed.lines, expectedTotalCents: changed.totalCents }
    assert.equal(placed(await placeOrder(db, { ...order, ...agreed })).totalCents, 3599)
  })

  test('other books for the same money are not what the customer saw', async () => {
    const { db, ann, emma } = await setup()
    const other = await insertTestBook(db, { title: 'Other', priceCents: 999 })
    const seen = [{ bookId: emma.id, priceCents: 999, quantity: 2 }]
    const other2 = { bookId: other.id, priceCents: 999, quantity: 2 }
    const half = { quantity: 1, priceCents: 999 }
    for (const lines of [
      [other2],
      [
        { ...half, bookId: emma.id },
        { ...half, bookId: other.id },
      ],
    ]) {
      const result = await placeOrder(db, request(ann.id, seen, { cart: cartOf(lines) }))
      assert.equal(result.outcome, 'changed')
    }
    assert.equal(await rowCount(db, 'orders'), 0)
  })

  test('other prices for the same money, or a book for none, are not what the customer saw', async () => {
    const { db, ann, emma, walden } = await setup()
    const seen = [
      { bookId: walden.id, priceCents: 1250, quantity: 1 },
      { bookId: emma.id, priceCents: 999, quantity: 1 },
    ]
    const gift = await insertTestBook(db, { title: 'Gift', priceCents: 0 })
    const more = [...seen, { bookId: gift.id, priceCents: 0, quantity: 1 }]
    const added = await placeOrder(db, request(ann.id, seen, { cart: cartOf(more) }))
    assert.equal(added.outcome, 'changed')

    await updateBook(db, walden.id, { priceCents: 999 })
    await updateBook(db, emma.id, { priceCents: 1250 })
    assert.equal((await placeOrder(db, request(ann.id, seen))).outcome, 'changed')
    assert.equal(await rowCount(db, 'orders'), 0)
  })

  test('books that are short, sold out, retired or unknown are ordered as far as they can be had', async () => {
    const { db, ann, walden } = await setup()
    const soldOut = await insertTestBook(db, { title: 'Sold out', stock: 0 })
    const retired = await insertTestBook(db, { title: 'Retired', stock: 7 })
    await retireBook(db, retired.id, now)
    const gone = [soldOut.id, retired.id, 999].map((bookId) => ({ bookId, quantity: 1 }))
    assert.deepEqual(await placeOrder(db, request(ann.id, [], { cart: cartOf(gone) })), {
      outcome: 'unavailable',
    })
    const cart = cartOf([{ bookId: walden.id, quantity: 3 }, ...gone])
    const wanted = [{ bookId: walden.id, priceCents: 1250, quantity: 3 }]
    assert.deepEqual(await placeOrder(db, request(ann.id, wanted, { cart })), {
      outcome: 'changed',
      totalCents: 2500,
      lines: [{ ...described(walden), priceCents: 1250, quantity: 2 }],
    })
    assert.equal(await rowCount(db, 'orders'), 0)
    assert.equal(await stockOf(db, walden.id), 2)
  })

  test('an empty cart is no order', async () => {
    const { db, ann } = await setup()
    assert.deepEqual(await placeOrder(db, request(ann.id, [])), { outcome: 'empty' })
  })

  test('a quantity that is not a whole number throws and changes nothing', async () => {
    const { db, ann, emma } = await setup()
    for (const quantity of [1.5, Infinity]) {
      const line = { bookId: emma.id, priceCents: 999, quantity }
      await assert.rejects(placeOrder(db, request(ann.id, [line])), RangeError)
    }
    for (const quantity of [0, -1, NaN]) {
      const line = { bookId: emma.id, priceCents: 999, quantity }
      assert.equal((await placeOrder(db, request(ann.id, [line]))).outcome, 'empty')
    }
    assert.equal(await stockOf(db, emma.id), 5)
  })

  test('an order that fails half-way leaves no trace', async () => {
    const { db, emma, order } = await setup()
    await assert.rejects(placeOrder(db, { ...order, userId: 999 }), /foreign key/i)
    await breakInserts(db, 'order_lines')
    await assert.rejects(placeOrder(db, order), /order_lines is broken/)
    assert.equal(await rowCount(db, 'orders'), 0)
    assert.equal(await stockOf(db, emma.id), 5)
  })

  test('an order of somebody else is as good as none', async () => {
    const { db, ann, bob, order } = await setup()
    const { id } = placed(await placeOrder(db, order))
    assert.equal(await findOrder(db, id, bob.id), undefined)
    assert.equal(await findOrder(db, id + 1, ann.id), undefined)
    assert.deepEqual(await listOrders(db, bob.id), [])
  })

  test('orders are listed with the latest first and the number of books in each', async () => {
    const { db, ann, emma, order } = await setup()
    const { lines: _, ...first } = placed(await placeOrder(db, order))
    const lines = [{ bookId: emma.id, priceCents: 999, quantity: 2 }]
    const next = request(ann.id, lines, {
      checkoutKey: 'next',
      cart: cartOf(lines, 'next'),
    })
    const { lines: __, ...second } = placed(await placeOrder(db, next))
    assert.deepEqual(await listOrders(db, ann.id), [
      { ...second, bookCount: 2 },
      { ...first, bookCount: 3 },
    ])
  })

  test('the pages of the orders hold each of them once', async () => {
    const { db, ann, bob, emma } = await setup()
    const ids = await Array.fromAsync({ length: 5 }, async (_, index) => {
      await updateBook(db, emma.id, { stock: 9 })
      const lines = [{ bookId: emma.id, priceCents: 999, quantity: 1 }]
      const cart = cartOf(lines, `cart ${index}`)
      const next = request(ann.id, lines, { checkoutKey: `${index}`, cart })
      return placed(await placeOrder(db, next)).id
    })
    const pages = await Array.fromAsync([1, 2, 3, 4], async (page) => {
      const orders = await listOrders(db, ann.id, { page, pageSize: 2 })
      return orders.map(({ id }) => id)
    })
    assert.deepEqual(pages.flat(), ids.toReversed())
    assert.deepEqual(
      pages.map((page) => page.length),
      [2, 2, 1, 0],
    )
    assert.deepEqual([await countOrders(db, ann.id), await countOrders(db, bob.id)], [5, 0])
  })

  test('of customers that buy the last copy in several processes at once, one gets it', async () => {
    const database = await newUrl()
    const db = await testDatabase(database)
    const customers = await Array.fromAsync(
      [1, 2, 3, 4],
      async (index) => (await insertTestUser(db, `c-${index}@example.com`)).id,
    )
    // Many books, one after the other: only the first calls for each of them can go wrong.
    const books = await Array.fromAsync({ length: 80 }, async () => {
      return (await insertTestBook(db, { priceCents: 1000, stock: 1 })).id
    })
    const calls = books.flatMap((id) => {
      const lines = [{ bookId: id, priceCents: 1000, quantity: 1 }]
      return customers.map((userId) => {
        const cart = cartOf(lines, `${userId} ${id}`)
        return [request(userId, lines, { checkoutKey: `${id}`, cart })]
      })
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
      assert.equal(await stockOf(db, id), 0)
    }
    assert.equal(await rowCount(db, 'orders'), books.length)
    assert.equal(await rowCount(db, 'order_lines'), books.length)
  })

  test('one form sent to several processes at once is one order', async () => {
    const database = await newUrl()
    const db = await testDatabase(database)
    const { id: userId } = await insertTestUser(db, 'ann@example.com')
    const { id } = await insertTestBook(db, { priceCents: 1000, stock: 200 })
    // Many forms, one after the other: only the first calls for each of them can go wrong.
    const forms = Array.from({ length: 80 }, (_, index) => {
      const lines = [{ bookId: id, priceCents: 1000, quantity: 2 }]
      return request(userId, lines, { checkoutKey: `${index}`, cart: cartOf(lines, `${index}`) })
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
    assert.equal(await stockOf(db, id), 40)
    assert.equal(await rowCount(db, 'orders'), forms.length)
  })

  test('several forms of one cart, sent to several processes at once, are one order', async () => {
    const database = await newUrl()
    const db = await testDatabase(database)
    const { id: userId } = await insertTestUser(db, 'ann@example.com')
    const { id } = await insertTestBook(db, { priceCents: 1000, stock: 200 })
    const lines = [{ bookId: id, priceCents: 1000, quantity: 2 }]
    const carts = Array.from({ length: 80 }, (_, index) => cartOf(lines, `${index}`))
    const results = await raceProcesses<OrderResult>(
      { call: ['./orders.ts', 'placeOrder'], database, processes: 4 },
      carts.flatMap((cart) =>
        [1, 2, 3, 4].map((form) => [
          request(userId, lines, { checkoutKey: `${cart.id} ${form}`, cart }),
        ]),
      ),
    )
    const outcomes = results.map((result) => result.outcome)
    assert.equal(outcomes.filter((outcome) => outcome === 'placed').length, carts.length)
    assert.equal(outcomes.filter((outcome) => outcome === 'empty').length, carts.length * 3)
    assert.equal(await stockOf(db, id), 40)
  })

  test('copies are neither made nor lost, whatever is ordered in whatever order', async () => {
    const small = fc.integer({ min: 1, max: 4 })
    const carts = fc.array(
      fc.record({
        key: fc.integer({ min: 0, max: 5 }),
        cart: fc.integer({ min: 0, max: 8 }),
        books: fc.array(fc.tuple(small, small)),
        agrees: fc.boolean(),
      }),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(carts, async (orders) => {
        const { db, ann } = await setup()
        await insertTestBook(db, { stock: 6 })
        const before = await Array.fromAsync([1, 2, 3], (id) => stockOf(db, id))
        const sold = new Map<number, number>()
        const known = new Set<number>()
        for (const { key, cart, books, agrees } of orders) {
          const order = request(ann.id, [], {
            checkoutKey: `${key}`,
            cart: { id: `${cart}`, quantities: new Map(books) },
            expectedTotalCents: -1,
          })
          const first = await placeOrder(db, order)
          const seen =
            agrees && first.outcome === 'changed'
              ? { expectedTotalCents: first.totalCents, expectedLines: first.lines }
              : {}
          const result = await placeOrder(db, { ...order, ...seen })
          if (result.outcome !== 'placed' || known.has(result.order.id)) continue
          known.add(result.order.id)
          for (const { bookId, quantity } of result.order.lines) {
            sold.set(bookId, (sold.get(bookId) ?? 0) + quantity)
          }
        }
        for (const id of [1, 2, 3]) {
          assert.equal(await stockOf(db, id), before[id - 1]! - (sold.get(id) ?? 0))
          assert.ok((await stockOf(db, id))! >= 0)
        }
        assert.equal(await rowCount(db, 'orders'), known.size)
      }),
      { numRuns: dialect === 'sqlite' ? rounds(50) : 10 },
    )
  })
})
