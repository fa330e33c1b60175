import { MAX_LINES } from '../../db/carts.ts'
import type { LineToOrder } from '../../db/orders.ts'

/**
 * What a checkout form was made for. It is sent along unseen, so that the form sent twice is one order,
 * and a form that somebody else left open, or that shows other books than there are now, is none.
 */
export interface CheckoutKey {
  /** A UUID: the same form shown again keeps it. */
  formId: string
  /** Whose it is, see buyer.ts. */
  owner: string
  /** What the form shows. */
  lines: LineToOrder[]
}

// After each line comes "_" or the end. Were nothing enough, "1-1-11-1-1" could be read in many ways, and
// trying them all for a long text would never end.
const pattern =
  /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([\w-]{1,43})\.((?:\d{1,15}-\d{1,2}-\d{1,12}(?:_|$))*)$/

export function writeCheckoutKey({ formId, owner, lines }: CheckoutKey): string {
  const shown = lines.map((line) => `${line.bookId}-${line.quantity}-${line.priceCents}`)
  return `${formId}.${owner}.${shown.join('_')}`
}

/** @returns `null` for what is no such key */
export function readCheckoutKey(text: string): CheckoutKey | null {
  const [, formId, owner, shown] = pattern.exec(text) ?? []
  if (formId === undefined) return null
  const lines = shown!
    .split('_', MAX_LINES + 1)
    .filter(Boolean)
    .map(readLine)
  // No page shows more than a cart holds, or a book twice.
  const books = new Set(lines.map(({ bookId }) => bookId))
  if (lines.length > MAX_LINES || books.size < lines.length) return null
  return { formId, owner: owner!, lines }
}

function readLine(text: string): LineToOrder {
  const [bookId, quantity, priceCents] = text.split('-').map(Number)
  return { bookId: bookId!, quantity: quantity!, priceCents: priceCents! }
}
