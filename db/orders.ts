import { and, desc, eq, getTableColumns, gte, isNull, sql } from 'drizzle-orm'

import { findBooksByIds } from './books.ts'
import type { Database } from './connect.ts'
import { prepareOnce } from './prepare.ts'
import { books, type Order, orderLines, orders } from './schema.ts'

export interface OrderRequest {
  userId: number
  /** Made with the checkout form. The same key of the same user again is the same order. */
  checkoutKey: string
  /** What the customer was told to pay, in cents. */
  expectedTotalCents: number
  name: string
  address: string
  city: string
  postcode: string
  country: string
  /** How many copies of each book, by the book's id. */
  quantities: ReadonlyMap<number, number>
  now: Date
}

export interface OrderedBook {
  bookId: number
  slug: string
  title: string
  /** Of one copy. */
  priceCents: number
  quantity: number
}

export type OrderWithLines = Order & { lines: OrderedBook[] }

export interface Shortage {
  bookId: number
  /** Null where there is no such book. */
  title: string | null
  requested: number
  /** How many can be bought: 0 for a book that is sold out, retired or unknown. */
  left: number
}

export type OrderResult =
  /** `repeated` when the order was there already. */
  | { outcome: 'placed'; order: OrderWithLines; repeated: boolean }
  | { outcome: 'empty' }
  | { outcome: 'unavailable'; shortages: Shortage[] }
  | {
      outcome: 'total-changed'
      expectedTotalCents: number
      totalCents: number
      lines: OrderedBook[]
    }

const statements = prepareOnce((db) => ({
  takeFromStock: db
    .update(books)
    .set({ stock: sql`${books.stock} - ${sql.placeholder('quantity')}` })
    .where(
      and(
        eq(books.id, sql.placeholder('bookId')),
        gte(books.stock, sql.placeholder('quantity')),
        isNull(books.retiredAt),
      ),
    )
    .prepare(),
}))

/**
 * Orders all of the books or none, at the prices of this moment. Anything but `placed` leaves the
 * database as it was.
 */
export function placeOrder(db: Database, request: OrderRequest): OrderResult {
  // Immediate, so that no other process sells a copy between the reading here and the writing.
  return db.transaction(() => placeOrderLocked(db, request), { behavior: 'immediate' })
}

function placeOrderLocked(db: Database, request: OrderRequest): OrderResult {
  const { userId, checkoutKey, expectedTotalCents, quantities } = request

  // Before anything else: the form sent again finds its cart emptied and its books sold.
  const placed = findOrderByCheckoutKey(db, checkoutKey, userId)
  if (placed) return { outcome: 'placed', order: placed, repeated: true }
  if (quantities.size === 0) return { outcome: 'empty' }

  const { lines, shortages } = readLines(db, quantities)
  if (shortages.length > 0) return { outcome: 'unavailable', shortages }

  const totalCents = lines.reduce((sum, line) => sum + line.priceCents * line.quantity, 0)
  if (totalCents !== expectedTotalCents) {
    return { outcome: 'total-changed', expectedTotalCents, totalCents, lines }
  }
  const order = insertOrder(db, request, totalCents, lines)
  return { outcome: 'placed', order, repeated: false }
}

function readLines(db: Database, quantities: ReadonlyMap<number, number>) {
  const found = new Map(findBooksByIds(db, quantities.keys()).map((book) => [book.id, book]))
  const lines: OrderedBook[] = []
  const shortages: Shortage[] = []
  for (const [bookId, quantity] of quantities) {
    if (!Number.isSafeInteger(quantity) || quantity < 1) {
      throw new RangeError(`Not a quantity to order: ${quantity} of book ${bookId}`)
    }
    const book = found.get(bookId)
    const left = book && !book.retiredAt ? book.stock : 0
    if (book && quantity <= left) {
      lines.push({
        bookId,
        slug: book.slug,
        title: book.title,
        priceCents: book.priceCents,
        quantity,
      })
    } else {
      shortages.push({ bookId, title: book?.title ?? null, requested: quantity, left })
    }
  }
  return { lines, shortages }
}

function insertOrder(
  db: Database,
  { userId, checkoutKey, name, address, city, postcode, country, now }: OrderRequest,
  totalCents: number,
  lines: OrderedBook[],
): OrderWithLines {
  const order = db
    .insert(orders)
    .values({
      userId,
      checkoutKey,
      totalCents,
      name,
      address,
      city,
      postcode,
      country,
      createdAt: now,
    })
    .returning()
    .get()
  for (const { bookId, quantity } of lines) {
    const { changes } = statements(db).takeFromStock.run({ bookId, quantity })
    // The lock excludes this. Throwing undoes the order all the same.
    if (changes !== 1) throw new Error(`Book ${bookId} ran out while it was being ordered`)
  }
  db.insert(orderLines)
    .values(
      lines.map(({ bookId, title, priceCents, quantity }) => {
        return { orderId: order.id, bookId, title, priceCents, quantity }
      }),
    )
    .run()
  return { ...order, lines }
}

/** One of the user's own orders. Somebody else's is as good as none. */
export function findOrder(db: Database, id: number, userId: number): OrderWithLines | undefined {
  const own = and(eq(orders.id, id), eq(orders.userId, userId))
  return withLines(db, db.select().from(orders).where(own).get())
}

function findOrderByCheckoutKey(db: Database, checkoutKey: string, userId: number) {
  const own = and(eq(orders.userId, userId), eq(orders.checkoutKey, checkoutKey))
  return withLines(db, db.select().from(orders).where(own).get())
}

function withLines(db: Database, order: Order | undefined): OrderWithLines | undefined {
  if (!order) return undefined
  const { bookId, title, priceCents, quantity } = getTableColumns(orderLines)
  const lines = db
    .select({ bookId, slug: books.slug, title, priceCents, quantity })
    .from(orderLines)
    .innerJoin(books, eq(books.id, orderLines.bookId))
    .where(eq(orderLines.orderId, order.id))
    // As they stood in the cart.
    .orderBy(sql`${orderLines}.rowid`)
    .all()
  return { ...order, lines }
}

/** The user's orders, the latest first, each with the number of books in it. */
export function listOrders(db: Database, userId: number): (Order & { bookCount: number })[] {
  const lines = db
    .select({ sum: sql<number>`sum(${orderLines.quantity})` })
    .from(orderLines)
    .where(eq(orderLines.orderId, orders.id))
  return db
    .select({ ...getTableColumns(orders), bookCount: sql<number>`(${lines})` })
    .from(orders)
    .where(eq(orders.userId, userId))
    .orderBy(desc(orders.id))
    .all()
}
