import { copiesForSale, findBooksByIds } from '../../db/books.ts'
import type { Database } from '../../db/database.ts'
import type { Book } from '../../db/schema.ts'
import type { CartLine, CartLineNote } from './cart-page.ts'
import type { Cart } from './cart.ts'

export interface PricedCart {
  lines: CartLine[]
  /** The lines of which there are copies to be had. */
  available: CartLine[]
  /** What can be bought, in cents. */
  totalCents: number
  /** Ids of books that are not in the database any more. */
  vanished: number[]
}

/** Looks up what the cart's books cost and whether they are there, at this moment. */
export async function priceCart(
  db: Database,
  { quantities, pricesSeen }: Cart,
): Promise<PricedCart> {
  const books = await findBooksByIds(db, quantities.keys())
  const lines = books
    .sort((a, b) => a.title.localeCompare(b.title))
    .map((book) => toLine(book, quantities.get(book.id)!, pricesSeen[book.id]))
  const found = new Set(lines.map(({ book }) => book.id))
  const available = lines.filter(({ note }) => note?.kind !== 'unavailable')
  return {
    lines,
    available,
    totalCents: available.reduce((sum, { book, quantity }) => sum + book.priceCents * quantity, 0),
    vanished: [...quantities.keys()].filter((bookId) => !found.has(bookId)),
  }
}

/** How many books can be bought, copies counted: what the header and the cart's page both tell. */
export function countCopies({ available }: Pick<PricedCart, 'available'>): number {
  return available.reduce((sum, { quantity }) => sum + quantity, 0)
}

function toLine(book: Book, wanted: number, priceSeen: number | undefined): CartLine {
  const quantity = Math.min(wanted, copiesForSale(book))
  const note = findNote(book, wanted, priceSeen)
  return note ? { book, quantity, note } : { book, quantity }
}

function findNote(book: Book, wanted: number, priceSeen?: number): CartLineNote | undefined {
  const left = copiesForSale(book)
  if (left === 0) return { kind: 'unavailable' }
  if (wanted > left) return { kind: 'limited-stock', stock: left }
  if (priceSeen !== undefined && priceSeen !== book.priceCents) {
    return { kind: 'price-changed', wasCents: priceSeen }
  }
  return undefined
}
