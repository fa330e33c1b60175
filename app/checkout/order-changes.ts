import type { LineToOrder } from '../../db/orders.ts'

/** What the customer saw of a book and what is so now; `null` where it is not in the order. */
export interface LineChange {
  bookId: number
  was: LineToOrder | null
  is: LineToOrder | null
}

export function findChanges(
  seen: readonly LineToOrder[],
  now: readonly LineToOrder[],
): LineChange[] {
  const ids = new Set([...seen, ...now].map(({ bookId }) => bookId))
  return [...ids]
    .map((bookId) => ({ bookId, was: lineOf(seen, bookId), is: lineOf(now, bookId) }))
    .filter(({ was, is }) => was?.quantity !== is?.quantity || was?.priceCents !== is?.priceCents)
}

function lineOf(lines: readonly LineToOrder[], bookId: number): LineToOrder | null {
  return lines.find((line) => line.bookId === bookId) ?? null
}
