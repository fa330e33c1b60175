import { randomBytes } from 'node:crypto'
import { Session } from 'remix/session'
import { copiesForSale } from '../../db/books.ts'
import type { Database } from '../../db/database.ts'
import { takenFromCart, withoutTaken } from '../../db/orders.ts'
import type { Quantities, StoredCart } from '../../db/orders.ts'
import type { Book } from '../../db/schema.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import type { AppContext } from '../context.ts'
import { readSession } from '../session-values.ts'

/** Copies of one book, and different books: what also fits into a session cookie. */
export const MAX_QUANTITY = 99
export const MAX_LINES = 50

/** What became of a wish to have so many copies. */
export type CartOutcome =
  | { kind: 'changed'; quantity: number }
  /** Fewer than wished, because there are no more. */
  | { kind: 'limited'; quantity: number }
  | { kind: 'sold-out' }
  | { kind: 'full' }

/**
 * What a visitor has in the cart: what the session holds, without what was ordered. That an order was
 * placed is known to the database alone. A session may not have heard of it: it lies in a cookie from
 * before, or saving it failed when the order was placed already.
 */
export class Cart {
  readonly quantities: Quantities

  readonly #session: Session
  readonly #userId: number | null
  readonly #isOthers: boolean
  /** As the session has them, unless the cart is somebody else's. */
  readonly #id: string | undefined
  readonly #stored: Quantities
  readonly #taken: Quantities
  #isSettled = false

  private constructor(session: Session, userId: number | null, taken: Quantities) {
    this.#session = session
    this.#userId = userId
    this.#isOthers = isOfAnother(session, userId)
    this.#id = idOfCart(session, userId)
    this.#stored = this.#isOthers ? new Map() : readQuantities(session)
    this.#taken = taken
    this.quantities = withoutTaken(this.#stored, taken)
  }

  /** @param userId Who is logged in. The cart of anybody else is not shown, and ends with the first book. */
  static async read(db: Database, session: Session, userId: number | null): Promise<Cart> {
    const id = idOfCart(session, userId)
    return new Cart(session, userId, id === undefined ? new Map() : await takenFromCart(db, id))
  }

  /** The cart as an order has to name it, so that the session's copy is known as ordered. */
  get stored(): StoredCart {
    return { id: this.#id ?? createCartId(), quantities: this.#stored }
  }

  /** Prices in cents when the books were put in. */
  get pricesSeen(): Record<string, number> {
    return this.#isOthers ? {} : (readSession(this.#session, 'pricesSeen') ?? {})
  }

  /** Puts more copies of a book into the cart. */
  add(book: Book, quantity: number): CartOutcome {
    return this.set(book, (this.quantities.get(book.id) ?? 0) + quantity)
  }

  /** Sets how many copies of a book are in the cart, as far as there are any. */
  set(book: Book, wanted: number): CartOutcome {
    if (copiesForSale(book) === 0) return { kind: 'sold-out' }
    if (!this.quantities.has(book.id) && this.quantities.size >= MAX_LINES) return { kind: 'full' }
    const quantity = Math.min(wanted, copiesForSale(book), MAX_QUANTITY)
    this.settle()
    // Merged, not set: another tab that adds another book at the same moment keeps it.
    this.#session.merge('cart', { [book.id]: quantity })
    this.#session.merge('pricesSeen', { [book.id]: book.priceCents })
    return { kind: quantity < wanted ? 'limited' : 'changed', quantity }
  }

  remove(bookId: number): void {
    this.settle()
    this.#session.merge('cart', { [bookId]: undefined })
    this.#session.merge('pricesSeen', { [bookId]: undefined })
  }

  /** Makes the session hold what is in the cart and no more, under an id that no order knows. */
  settle(): void {
    if (this.#isSettled) return
    this.#isSettled = true
    if (this.#isOthers) dropCart(this.#session)
    // Book by book: what another tab adds at this moment stays.
    for (const [bookId, quantity] of this.#stored) {
      const left = this.quantities.get(bookId)
      if (left !== quantity) this.#session.merge('cart', { [bookId]: left })
      if (left === undefined) this.#session.merge('pricesSeen', { [bookId]: undefined })
    }
    if (this.#id === undefined || this.#taken.size > 0) this.#session.set('cartId', createCartId())
    if (this.#userId !== null && this.#session.get('cartUserId') !== this.#userId) {
      this.#session.set('cartUserId', this.#userId)
    }
  }
}

/** The cart of whoever made this request. */
export async function openCart(context: AppContext, db: Database): Promise<Cart> {
  return Cart.read(db, context.get(Session), context.get(CurrentLogin)?.user.id ?? null)
}

/** At a login: the cart of a guest comes along, that of another user does not. */
export function handOverCart(session: Session, userId: number): void {
  if (isOfAnother(session, userId)) dropCart(session)
  else if (session.has('cart')) session.set('cartUserId', userId)
}

/**
 * Reads a quantity as a form sends it. Strict, because `Number()` also takes `1e3`, `0x10` and blanks.
 *
 * @returns `null` for anything but 0 to 99 in plain digits
 */
export function parseQuantity(text: string): number | null {
  return /^(0|[1-9][0-9]?)$/.test(text) ? Number(text) : null
}

function isOfAnother(session: Session, userId: number | null): boolean {
  // As it stands there: an owner who makes no sense is not a guest, who has none.
  const owner: unknown = session.get('cartUserId')
  return owner !== undefined && owner !== userId
}

function idOfCart(session: Session, userId: number | null): string | undefined {
  return isOfAnother(session, userId) ? undefined : readSession(session, 'cartId')
}

function dropCart(session: Session): void {
  for (const key of ['cart', 'pricesSeen', 'cartId', 'cartUserId']) session.unset(key)
}

/** Reads the cart of a session. Anything in it that cannot be is left out. */
function readQuantities(session: Session): Quantities {
  const entries = Object.entries(readSession(session, 'cart') ?? {})
  return new Map(
    entries
      .map(([bookId, quantity]) => [Number(bookId), quantity] as const)
      .filter(([bookId, quantity]) => Number.isSafeInteger(bookId) && isQuantity(quantity)),
  )
}

function isQuantity(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_QUANTITY
}

/** Random, so that no two carts have the same. */
function createCartId(): string {
  return randomBytes(12).toString('base64url')
}
