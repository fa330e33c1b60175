import { and, eq, lt, sql } from '#drizzle-orm'

import { findListedBooks } from './books.ts'
import { accountQuantities, fitQuantity, upsertItems } from './carts.ts'
import type { CartOutcome, Quantities } from './carts.ts'
import type { Database } from './database.ts'
import { lockRows } from './dialect.ts'
import { prepareOnce } from './prepare-once.ts'
import { type cartItems, joinedCarts } from './schema-carts.ts'
import { orders } from './schema-orders.ts'
import { users } from './schema.ts'

/** A guest's cart as the session holds it: what was put into it, whether it is still there or not. */
export interface StoredCart {
  /** Made with the cart. What was taken out of it is known by it. */
  id: string
  quantities: Quantities
}

const statements = prepareOnce((db) => ({
  taken: db
    .select({ taken: joinedCarts.taken })
    .from(joinedCarts)
    .where(eq(joinedCarts.cartId, sql.placeholder('cartId')))
    .unionAll(takenByOrders(db))
    .prepare(),
}))

function takenByOrders(db: Database) {
  return db
    .select({ taken: sql<Record<string, number>>`${orders.cartTaken}` })
    .from(orders)
    .where(eq(orders.cartId, sql.placeholder('cartId')))
}

/** A guest's cart, with what a join has to know of it. */
export interface GuestCart extends StoredCart {
  /** Prices in cents by the ids of the books. */
  pricesSeen: Record<number, number>
  /** By the ids of the books: made with the form that added copies last. */
  formKeys?: ReadonlyMap<number, string>
}

/** What became of a book of a guest's cart. */
export interface JoinedItem {
  title: string
  /** Copies that came along, of those that the guest wished. */
  added: number
  outcome: CartOutcome
}

export interface JoinResult {
  items: JoinedItem[]
  /** Whether the account had something in its cart before. */
  hadItems: boolean
}

/**
 * Moves a guest's cart into that of an account: copies add up, within the stock, 99 copies and 50
 * books. What was moved is noted by the id of the guest's cart, so a copy of it, in an old cookie or a
 * form sent twice, moves only what it has beyond.
 */
export async function joinCart(
  db: Database,
  userId: number,
  cart: GuestCart,
  now: Date,
): Promise<JoinResult> {
  const nothing = { items: [], hadItems: false }
  if ((await leftInCart(db, cart)).size === 0) return nothing
  return db.transaction(async (tx) => {
    await lockRows(tx, users, [userId])
    await lockCart(tx, cart.id, now)
    const left = await leftInCart(tx, cart)
    const [user] = await tx.select({ id: users.id }).from(users).where(eq(users.id, userId))
    if (left.size === 0 || !user) {
      await removeLockOfCart(tx, cart.id)
      return nothing
    }
    await noteTaken(tx, cart.id, left, now)
    return moveItems(tx, userId, left, cart)
  })
}

/** Of carts that no session holds any more. */
export async function forgetJoinedCarts(db: Database, before: Date): Promise<void> {
  await db.delete(joinedCarts).where(lt(joinedCarts.joinedAt, before))
}

async function moveItems(
  tx: Database,
  userId: number,
  left: Quantities,
  { pricesSeen, formKeys }: GuestCart,
): Promise<JoinResult> {
  const saved = await accountQuantities(tx, userId)
  const found = new Map((await findListedBooks(tx, left.keys())).map((book) => [book.id, book]))
  const rows: (typeof cartItems.$inferInsert)[] = []
  const items: JoinedItem[] = []
  let lines = saved.size
  for (const [bookId, wanted] of left) {
    const book = found.get(bookId)
    if (!book) continue
    const has = saved.get(bookId) ?? 0
    const outcome = fitQuantity(book, has + wanted, { has, lines })
    // What was saved stays, also where there are fewer by now: its line tells that.
    const quantity = Math.max(has, 'quantity' in outcome ? outcome.quantity : 0)
    items.push({ title: book.title, added: quantity - has, outcome })
    if (quantity === 0) continue
    if (has === 0) lines++
    const priceSeen = pricesSeen[bookId] ?? book.priceCents
    rows.push({ userId, bookId, quantity, priceSeen, formKey: formKeys?.get(bookId) ?? null })
  }
  if (rows.length > 0) await upsertItems(tx, rows)
  return { items, hadItems: saved.size > 0 }
}

/**
 * What was taken out of a guest's cart, by orders or into an account. The session may still hold that,
 * in a cookie from before or because it could not be saved.
 */
export async function takenFromCart(db: Database, cartId: string): Promise<Map<number, number>> {
  const sum = new Map<number, number>()
  for (const { taken } of await statements(db).taken.execute({ cartId })) {
    for (const [bookId, quantity] of Object.entries(taken ?? {})) {
      sum.set(Number(bookId), (sum.get(Number(bookId)) ?? 0) + quantity)
    }
  }
  return sum
}

export function withoutTaken(quantities: Quantities, taken: Quantities): Map<number, number> {
  const left = [...quantities].map(
    ([bookId, quantity]) => [bookId, quantity - (taken.get(bookId) ?? 0)] as const,
  )
  return new Map(left.filter(([, quantity]) => quantity > 0))
}

export async function leftInCart(db: Database, cart: StoredCart): Promise<Map<number, number>> {
  return withoutTaken(cart.quantities, await takenFromCart(db, cart.id))
}

/** Has everybody else wait who would take something out of this cart. */
export async function lockCart(tx: Database, cartId: string, now: Date): Promise<void> {
  await tx
    .insert(joinedCarts)
    .values({ cartId, taken: {}, joinedAt: now })
    .onConflictDoUpdate({
      target: joinedCarts.cartId,
      set: { joinedAt: sql`${joinedCarts.joinedAt}` },
    })
}

/** Takes away the row that was made for the lock alone. Others still wait for the transaction. */
export async function removeLockOfCart(tx: Database, cartId: string): Promise<void> {
  const isEmpty = sql`cast(${joinedCarts.taken} as text) = '{}'`
  await tx.delete(joinedCarts).where(and(eq(joinedCarts.cartId, cartId), isEmpty))
}

async function noteTaken(
  tx: Database,
  cartId: string,
  left: Quantities,
  joinedAt: Date,
): Promise<void> {
  const [noted] = await tx.select().from(joinedCarts).where(eq(joinedCarts.cartId, cartId))
  const taken = { ...noted?.taken }
  for (const [bookId, quantity] of left) taken[bookId] = (taken[bookId] ?? 0) + quantity
  await tx.update(joinedCarts).set({ taken, joinedAt }).where(eq(joinedCarts.cartId, cartId))
}
