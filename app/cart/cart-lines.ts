import type { Session } from 'remix/session'
import { findBooksByIds } from '../../db/books.ts'
import type { Database } from '../../db/connect.ts'
import type { Book } from '../../db/schema.ts'
import { readSession } from '../session-values.ts'
import type { CartLine, CartLineNote } from './cart-page.ts'
import { readCart } from './cart.ts'

export interface PricedCart {
  lines: CartLine[]
  /** What can be bought, in cents. */
  totalCents: number
  /** Book ids and quantities that can be bought. */
  quantities: Map<number, number>
  /** Ids of books that are not in the database any more. */
  vanished: number[]
}

/** Looks up what the cart's books cost and whether they are there, at this moment. */
export function priceCart(db: Database, session: Session): PricedCart {
  const cart = readCart(session)
  const pricesSeen = readSession(session, 'pricesSeen') ?? {}
  const lines = findBooksByIds(db, cart.keys())
    .sort((a, b) => a.title.localeCompare(b.title))
    .map((book) => toLine(book, cart.get(book.id)!, pricesSeen[book.id]))
  const found = new Set(lines.map(({ book }) => book.id))
  const sold = lines.filter(({ note }) => note?.kind !== 'unavailable')
  return {
    lines,
    totalCents: sold.reduce((sum, { book, quantity }) => sum + book.priceCents * quantity, 0),
    quantities: new Map(sold.map(({ book, quantity }) => [book.id, quantity])),
    vanished: [...cart.keys()].filter((bookId) => !found.has(bookId)),
  }
}

function toLine(book: Book, wanted: number, priceSeen: number | undefined): CartLine {
  const quantity = Math.min(wanted, book.stock)
  const note = findNote(book, wanted, priceSeen)
  return note ? { book, quantity, note } : { book, quantity }
}

function findNote(book: Book, wanted: number, priceSeen?: number): CartLineNote | undefined {
  if (book.retiredAt !== null || book.stock === 0) return { kind: 'unavailable' }
  if (wanted > book.stock) return { kind: 'limited-stock', stock: book.stock }
  if (priceSeen !== undefined && priceSeen !== book.priceCents) {
    return { kind: 'price-changed', wasCents: priceSeen }
  }
  return undefined
}
