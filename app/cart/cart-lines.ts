import { copiesForSale } from '../../db/books.ts'
import type { CartItem } from '../../db/carts.ts'
import type { CartLine, CartLineNote } from './cart-page.ts'
import type { CartContents } from './cart-interface.ts'

export interface PricedCart {
  lines: CartLine[]
  /** The lines of which there are copies to be had. */
  available: CartLine[]
  /** What can be bought: copies of all books together, and cents. */
  copies: number
  totalCents: number
  /** Ids of books that are not in the database any more. */
  vanished: number[]
}

/** What the cart's books cost and whether they are there, at this moment. */
export function priceCart({ items, vanished }: CartContents): PricedCart {
  const lines = items.map(toLine).sort((a, b) => a.book.title.localeCompare(b.book.title))
  const available = lines.filter(({ quantity }) => quantity > 0)
  return {
    lines,
    available,
    copies: available.reduce((sum, { quantity }) => sum + quantity, 0),
    totalCents: available.reduce((sum, { book, quantity }) => sum + book.priceCents * quantity, 0),
    vanished,
  }
}

function toLine({ book, quantity, priceSeen }: CartItem): CartLine {
  const left = copiesForSale(book)
  if (left === 0) return { book, quantity: 0, notes: [{ kind: 'unavailable' }] }
  const notes: CartLineNote[] = []
  if (quantity > left) notes.push({ kind: 'limited-stock', stock: left })
  if (priceSeen !== book.priceCents) notes.push({ kind: 'price-changed', wasCents: priceSeen })
  return { book, quantity: Math.min(quantity, left), notes }
}
