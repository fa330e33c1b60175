import { and, count, eq, gt, ne, sql } from '#drizzle-orm'

import { copiesForSale, type ListedBook, listedColumns } from './books.ts'
import type { Database } from './database.ts'
import { lockRows } from './dialect.ts'
import { prepareOnce } from './prepare-once.ts'
import { type Book, books } from './schema-books.ts'
import { cartItems } from './schema-carts.ts'
import { users } from './schema.ts'

/** Copies of one book, and different books: what also fits into a session cookie. */
export const MAX_QUANTITY = 99
export const MAX_LINES = 50

/** Copies of each book, by the book's id. */
export type Quantities = ReadonlyMap<number, number>

export interface CartItem {
  book: ListedBook
  /** As wished: there may be fewer by now. */
  quantity: number
  /** The price in cents that the customer was last told. */
  priceSeen: number
}

/** What its owner was told of a book in the cart. */
export interface SeenItem {
  book: Pick<Book, 'id' | 'priceCents'>
  /** As many as there are. */
  quantity: number
}

/** What became of a wish to have so many copies. */
export type CartOutcome =
  | { kind: 'changed'; quantity: number }
  /** Fewer than wished, because there are no more. */
  | { kind: 'limited'; quantity: number }
  | { kind: 'sold-out' }
  | { kind: 'full' }

const statements = prepareOnce((db) => ({
  items: db
    .select({ book: listedColumns, quantity: cartItems.quantity, priceSeen: cartItems.priceSeen })
    .from(cartItems)
    .innerJoin(books, eq(books.id, cartItems.bookId))
    .where(eq(cartItems.userId, sql.placeholder('userId')))
    .prepare(),
}))

/** What is in the cart of an account. */
export async function listCartItems(db: Database, userId: number): Promise<CartItem[]> {
  return statements(db).items.execute({ userId })
}

/** As `listCartItems`, without the books. */
export async function accountQuantities(db: Database, userId: number): Promise<Quantities> {
  const items = await db
    .select({ bookId: cartItems.bookId, quantity: cartItems.quantity })
    .from(cartItems)
    .where(eq(cartItems.userId, userId))
  return new Map(items.map(({ bookId, quantity }) => [bookId, quantity]))
}

/** How many copies a cart holds that is asked for so many. */
export function fitQuantity(
  book: ListedBook,
  wanted: number,
  { has, lines }: { has: number; lines: number },
): CartOutcome {
  if (copiesForSale(book) === 0) return { kind: 'sold-out' }
  if (has === 0 && lines >= MAX_LINES) return { kind: 'full' }
  const quantity = Math.min(wanted, copiesForSale(book), MAX_QUANTITY)
  return { kind: quantity < wanted ? 'limited' : 'changed', quantity }
}

/**
 * Puts more copies of a book into the cart of an account.
 *
 * @param formKey Made with the form: sent twice in a row, it adds once
 */
export async function addToCart(
  db: Database,
  userId: number,
  book: Book,
  quantity: number,
  formKey: string | null = null,
): Promise<CartOutcome> {
  return changeItem(db, userId, book, (item) => {
    if (!item) return { wanted: quantity, formKey }
    if (formKey !== null && item.formKey === formKey) return { wanted: item.quantity }
    return { wanted: item.quantity + quantity, formKey }
  })
}

/** Sets how many copies of a book are in the cart of an account, as far as there are any. */
export async function setInCart(
  db: Database,
  userId: number,
  book: Book,
  wanted: number,
): Promise<CartOutcome> {
  return changeItem(db, userId, book, () => ({ wanted }))
}

async function changeItem(
  db: Database,
  userId: number,
  book: Book,
  change: (item: { quantity: number; formKey: string | null } | undefined) => {
    wanted: number
    formKey?: string | null
  },
): Promise<CartOutcome> {
  return db.transaction(async (tx) => {
    await lockRows(tx, users, [userId])
    const [item] = await tx.select().from(cartItems).where(itemOf(userId, book.id))
    const { wanted, formKey = item?.formKey ?? null } = change(item)
    const lines = item ? 0 : await countLines(tx, userId)
    const outcome = fitQuantity(book, wanted, { has: item?.quantity ?? 0, lines })
    if ('quantity' in outcome) {
      const { quantity } = outcome
      await upsertItems(tx, [
        { userId, bookId: book.id, quantity, priceSeen: book.priceCents, formKey },
      ])
    }
    return outcome
  })
}

export async function removeFromCart(db: Database, userId: number, bookId: number): Promise<void> {
  await db.delete(cartItems).where(itemOf(userId, bookId))
}

/** Empties the cart of an account, in the transaction that orders it. */
export async function clearCart(tx: Database, userId: number): Promise<void> {
  await tx.delete(cartItems).where(eq(cartItems.userId, userId))
}

/** Notes that the customer was told of a price, and of copies that there are not any more. */
export async function noteTold(
  db: Database,
  userId: number,
  { book, quantity }: SeenItem,
): Promise<void> {
  await db
    .update(cartItems)
    .set({ priceSeen: book.priceCents })
    .where(and(itemOf(userId, book.id), ne(cartItems.priceSeen, book.priceCents)))
  await db
    .update(cartItems)
    .set({ quantity })
    .where(and(itemOf(userId, book.id), gt(cartItems.quantity, quantity)))
}

/** Puts rows in the place of those of the same books. */
export async function upsertItems(
  tx: Database,
  rows: (typeof cartItems.$inferInsert)[],
): Promise<void> {
  await tx
    .insert(cartItems)
    .values(rows)
    .onConflictDoUpdate({
      target: [cartItems.userId, cartItems.bookId],
      set: {
        quantity: sql`excluded.quantity`,
        priceSeen: sql`excluded.price_seen`,
        formKey: sql`coalesce(excluded.form_key, ${cartItems.formKey})`,
      },
    })
}

async function countLines(tx: Database, userId: number): Promise<number> {
  const [lines] = await tx
    .select({ total: count() })
    .from(cartItems)
    .where(eq(cartItems.userId, userId))
  return lines?.total ?? 0
}

function itemOf(userId: number, bookId: number) {
  return and(eq(cartItems.userId, userId), eq(cartItems.bookId, bookId))
}
