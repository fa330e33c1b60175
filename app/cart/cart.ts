import type { Session } from 'remix/session'
import type { Book } from '../../db/schema.ts'
import { readSession } from '../session-values.ts'

/** Copies of one book, and different books: what also fits into a session cookie. */
export const MAX_QUANTITY = 99
export const MAX_LINES = 50

/** Book ids and quantities. */
export type Cart = Map<number, number>

/** What became of a wish to have so many copies. */
export type CartOutcome =
  | { kind: 'changed'; quantity: number }
  /** Fewer than wished, because there are no more. */
  | { kind: 'limited'; quantity: number }
  | { kind: 'sold-out' }
  | { kind: 'full' }

/** Reads the cart. Anything in it that cannot be is left out. */
export function readCart(session: Session): Cart {
  const entries = Object.entries(readSession(session, 'cart') ?? {})
  return new Map(
    entries
      .map(([bookId, quantity]) => [Number(bookId), quantity] as const)
      .filter(([bookId, quantity]) => Number.isSafeInteger(bookId) && isQuantity(quantity)),
  )
}

export function countCopies(cart: Cart): number {
  return [...cart.values()].reduce((sum, quantity) => sum + quantity, 0)
}

/** Puts more copies of a book into the cart. */
export function addToCart(session: Session, book: Book, quantity: number): CartOutcome {
  return setQuantity(session, book, (readCart(session).get(book.id) ?? 0) + quantity)
}

/** Sets how many copies of a book are in the cart, as far as there are any. */
export function setQuantity(session: Session, book: Book, wanted: number): CartOutcome {
  const cart = readCart(session)
  if (book.stock === 0 || book.retiredAt !== null) return { kind: 'sold-out' }
  if (!cart.has(book.id) && cart.size >= MAX_LINES) return { kind: 'full' }
  const quantity = Math.min(wanted, book.stock, MAX_QUANTITY)
  // Merged, not set: another tab that adds another book at the same moment keeps it.
  session.merge('cart', { [book.id]: quantity })
  session.merge('pricesSeen', { [book.id]: book.priceCents })
  return { kind: quantity < wanted ? 'limited' : 'changed', quantity }
}

export function removeFromCart(session: Session, bookId: number): void {
  session.merge('cart', { [bookId]: undefined })
  session.merge('pricesSeen', { [bookId]: undefined })
}

export function emptyCart(session: Session): void {
  session.unset('cart')
  session.unset('pricesSeen')
}

/**
 * Reads a quantity as a form sends it. Strict, because `Number()` also takes `1e3`, `0x10` and blanks.
 *
 * @returns `null` for anything but 0 to 99 in plain digits
 */
export function parseQuantity(text: string): number | null {
  return /^(0|[1-9][0-9]?)$/.test(text) ? Number(text) : null
}

function isQuantity(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_QUANTITY
}
