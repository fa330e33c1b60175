import type { Database } from '../../db/database.ts'
import type { MarkPart } from '../ui/visitor-mark.ts'
import { guestIdOf } from './guest-cart.ts'
import { readCart } from './open-cart.ts'

/** What is in the cart, and whose it is: two guests may want the same. */
export function cartMark(db: Database): MarkPart {
  return async ({ session, user }) => {
    if (!session || user === undefined) return ''
    const { lines } = await readCart(db, { session, user })
    const holds = lines.map(({ book, quantity }) => `${book.id}-${quantity}`)
    return [user ? '' : guestIdOf(session), ...holds].join('_')
  }
}
