import { and, count, desc, eq, getTableColumns, gte, isNotNull, isNull, sql } from '#drizzle-orm'

import { copiesForSale, findListedBooks } from './books.ts'
import { accountQuantities, clearCart } from './carts.ts'
import type { Quantities } from './carts.ts'
import type { Database } from './database.ts'
import { lockNames, lockRows } from './dialect.ts'
import { leftInCart, lockCart, removeLockOfCart } from './guest-carts.ts'
import type { StoredCart } from './guest-carts.ts'
import { prepareOnce } from './prepare-once.ts'
import { books } from './schema-books.ts'
import { type Order, orderLines, orders } from './schema-orders.ts'
import { users } from './schema.ts'

export interface LineToOrder {
  bookId: number
  /** Of one copy. */
  priceCents: number
  quantity: number
}

export interface OrderRequest {
  /** `null` for a guest. */
  userId: number | null
  /** Made with the checkout form. The same key of the same user again is the same order. */
  checkoutKey: string
  /** A guest's cart; without it that of the user's account is ordered. */
  cart?: StoredCart
  /** Where the link to a guest's order is sent, and until when it opens the order. */
  link?: { email: string; linkExpiresAt: Date }
  /** What the customer saw and agreed to: this is ordered, or nothing. */
  expectedLines: readonly LineToOrder[]
  /** What the customer was told to pay, in cents. */
  expectedTotalCents: number
  name: string
  address: string
  city: string
  postcode: string
  country: string
  now: Date
}

export interface OrderedBook extends LineToOrder {
  slug: string
  title: string
  author: string
  genre: string
  /** Then the book has no page any more. */
  retiredAt: Date | null
}

export type OrderWithLines = Order & { lines: OrderedBook[] }

export type OrderResult =
  /** `repeated` when the order was there already. */
  | { outcome: 'placed'; order: OrderWithLines; repeated: boolean }
  | { outcome: 'empty' }
  /** There is a cart, but no copy of any of its books. */
  | { outcome: 'unavailable' }
  /** What would be ordered is not what the customer saw. */
  | { outcome: 'changed'; lines: OrderedBook[]; totalCents: number }

const columns = getTableColumns(orders)
const { cartId: _cart, cartTaken: _taken, email: _email, linkExpiresAt: _until, ...shown } = columns

/** What is told of an order. */
export const orderColumns = shown

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
    .returning({ id: books.id })
    .prepare(),
}))

/**
 * Orders what is left in the cart, as far as it can be had, if that is what the customer saw.
 * Anything but `placed` leaves the database as it was.
 */
export async function placeOrder(db: Database, request: OrderRequest): Promise<OrderResult> {
  return db.transaction(async (tx) => {
    const { userId, checkoutKey, cart } = request
    // Before anything else: the form sent again finds its cart emptied and its books sold.
    const placed = await awaitOrder(tx, checkoutKey, userId)
    if (placed) return { outcome: 'placed', order: placed, repeated: true }

    // Here and not only by the caller: another form may have ordered this cart a moment ago.
    if (cart) await lockCart(tx, cart.id, request.now)
    else if (userId !== null) await lockRows(tx, users, [userId])
    const left = await readLeft(tx, request)
    // So that nobody else sells a copy between the reading here and the writing.
    await lockRows(tx, books, left.keys())
    const result = await orderLeft(tx, request, left)
    // By now the order itself says what it has taken.
    if (cart) await removeLockOfCart(tx, cart.id)
    return result
  })
}

async function readLeft(db: Database, { userId, cart }: OrderRequest): Promise<Quantities> {
  if (cart) return leftInCart(db, cart)
  return userId === null ? new Map() : accountQuantities(db, userId)
}

async function orderLeft(
  db: Database,
  request: OrderRequest,
  left: Quantities,
): Promise<OrderResult> {
  const { userId, cart, expectedLines, expectedTotalCents } = request
  if (left.size === 0) return { outcome: 'empty' }
  const lines = await readLines(db, left)
  if (lines.length === 0) return { outcome: 'unavailable' }

  const totalCents = lines.reduce((sum, line) => sum + line.priceCents * line.quantity, 0)
  const agreed = matchLines(lines, expectedLines)
  if (totalCents !== expectedTotalCents || !agreed) return { outcome: 'changed', lines, totalCents }
  const order = await insertOrder(db, request, left, totalCents, agreed)
  if (!cart && userId !== null) await clearCart(db, userId)
  return { outcome: 'placed', order, repeated: false }
}

async function readLines(db: Database, quantities: Quantities): Promise<OrderedBook[]> {
  const books = await findListedBooks(db, quantities.keys())
  const found = new Map(books.map((book) => [book.id, book]))
  const lines: OrderedBook[] = []
  for (const [bookId, wanted] of quantities) {
    if (!Number.isSafeInteger(wanted)) {
      throw new RangeError(`Not a quantity to order: ${wanted} of book ${bookId}`)
    }
    const book = found.get(bookId)
    const quantity = book ? Math.min(wanted, copiesForSale(book)) : 0
    if (!book || quantity === 0) continue
    const { slug, title, author, genre, retiredAt, priceCents } = book
    lines.push({ bookId, slug, title, author, genre, retiredAt, priceCents, quantity })
  }
  return lines
}

/** The lines as the customer saw them, in that order; `null` if they are not what was seen. */
function matchLines(
  lines: readonly OrderedBook[],
  seen: readonly LineToOrder[],
): OrderedBook[] | null {
  const byBook = new Map(lines.map((line) => [line.bookId, line]))
  const matched = seen.flatMap(({ bookId, priceCents, quantity }) => {
    const line = byBook.get(bookId)
    return line?.priceCents === priceCents && line.quantity === quantity ? [line] : []
  })
  return new Set(matched).size === Math.max(lines.length, seen.length) ? matched : null
}

async function insertOrder(
  db: Database,
  request: OrderRequest,
  taken: Quantities,
  totalCents: number,
  lines: OrderedBook[],
): Promise<OrderWithLines> {
  const { userId, checkoutKey, cart, link, name, address, city, postcode, country } = request
  const [order] = await db
    .insert(orders)
    .values({
      userId,
      checkoutKey,
      ...link,
      // All that stood in the cart, also what could not be had: the cart is used up.
      ...(cart && { cartId: cart.id, cartTaken: Object.fromEntries(taken) }),
      totalCents,
      name,
      address,
      city,
      postcode,
      country,
      createdAt: request.now,
    })
    .returning(orderColumns)
  for (const { bookId, quantity } of lines) {
    const taken = await statements(db).takeFromStock.execute({ bookId, quantity })
    // The lock excludes this. Throwing undoes the order all the same.
    if (taken.length !== 1) throw new Error(`Book ${bookId} ran out while it was being ordered`)
  }
  await db.insert(orderLines).values(
    lines.map(({ bookId, title, priceCents, quantity }) => {
      return { orderId: order!.id, bookId, title, priceCents, quantity }
    }),
  )
  return { ...order!, lines }
}

/** One of the user's own orders. Somebody else's is as good as none. */
export async function findOrder(
  db: Database,
  id: number,
  userId: number,
): Promise<OrderWithLines | undefined> {
  const own = and(eq(orders.id, id), eq(orders.userId, userId))
  return withLines(db, await db.select(orderColumns).from(orders).where(own))
}

/**
 * The order that a checkout form has become, if it has.
 *
 * @param userId `null` for a guest's, also where it is kept in an account by now
 */
export async function findOrderByCheckoutKey(
  db: Database,
  checkoutKey: string,
  userId: number | null,
): Promise<OrderWithLines | undefined> {
  const own = userId === null ? isNotNull(orders.email) : eq(orders.userId, userId)
  const ofForm = and(own, eq(orders.checkoutKey, checkoutKey))
  return withLines(db, await db.select(orderColumns).from(orders).where(ofForm))
}

/** The same, once none is being placed. */
export async function awaitOrder(
  db: Database,
  checkoutKey: string,
  userId: number | null,
): Promise<OrderWithLines | undefined> {
  return db.transaction(async (tx) => {
    await lockNames(tx, `order ${userId} ${checkoutKey}`)
    return findOrderByCheckoutKey(tx, checkoutKey, userId)
  })
}

export async function withLines(
  db: Database,
  [order]: Order[],
): Promise<OrderWithLines | undefined> {
  if (!order) return undefined
  const { bookId, title, priceCents, quantity } = getTableColumns(orderLines)
  const { slug, author, genre, retiredAt } = getTableColumns(books)
  const lines = await db
    .select({ bookId, slug, title, author, genre, retiredAt, priceCents, quantity })
    .from(orderLines)
    .innerJoin(books, eq(books.id, orderLines.bookId))
    .where(eq(orderLines.orderId, order.id))
    // As they stood in the cart.
    .orderBy(sql`${orderLines}.rowid`)
  return { ...order, lines }
}

export async function countOrders(db: Database, userId: number): Promise<number> {
  const [own] = await db.select({ total: count() }).from(orders).where(eq(orders.userId, userId))
  return own?.total ?? 0
}

/** The user's orders, or a page of them, the latest first, each with the number of books in it. */
export async function listOrders(
  db: Database,
  userId: number,
  { page, pageSize } = { page: 1, pageSize: Number.MAX_SAFE_INTEGER },
): Promise<(Order & { bookCount: number })[]> {
  const lines = db
    .select({ sum: sql<number>`cast(sum(${orderLines.quantity}) as bigint)` })
    .from(orderLines)
    .where(eq(orderLines.orderId, orders.id))
  return db
    .select({ ...orderColumns, bookCount: sql<number>`(${lines})` })
    .from(orders)
    .where(eq(orders.userId, userId))
    .orderBy(desc(orders.id))
    .limit(pageSize)
    .offset((page - 1) * pageSize)
}
