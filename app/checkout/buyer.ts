import { hash } from 'node:crypto'
import { Session } from 'remix/session'
import { hashLinkToken } from '../../db/link-tokens.ts'
import type { SignedInUser } from '../../db/logins.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { guestIdOf } from '../cart/guest-cart.ts'
import type { AppContext } from '../context.ts'
import { routes } from '../routes.ts'
import { readSession } from '../session-values.ts'

/** Whoever checks out: a customer, or a guest, who is known by what the session holds. */
export type Buyer = { user: SignedInUser } | { user: null; guestId: string }

/** `undefined` for a guest who has never had a cart. */
export function buyerOf(context: AppContext): Buyer | undefined {
  const current = context.get(CurrentLogin)
  if (current) return { user: current.user }
  const guestId = guestIdOf(context.get(Session))
  return guestId === undefined ? undefined : { user: null, guestId }
}

/** The guest that a customer was before the login, in this session. */
export function guestBefore(context: AppContext): Buyer | undefined {
  const before = readSession(context.get(Session), 'wasGuest')
  const isTheirs = before && before.userId === context.get(CurrentLogin)?.user.id
  return isTheirs ? { user: null, guestId: before.guestId } : undefined
}

/** In a form, where it says whose that is; what the session of a guest holds is not told. */
export function ownerMark(buyer: Buyer): string {
  return buyer.user ? String(buyer.user.id) : hashOf(`owner ${buyer.guestId}`)
}

export function isGuestMark(mark: string): boolean {
  // A hash in base64url; the id of a user is shorter.
  return mark.length === 43
}

/**
 * The token in the link to what a guest orders by a form. It is made of what the browser alone has, the
 * form and its session, and never stored: so the same form leads to its order again, and nothing else does.
 */
export function orderToken(guestId: string, formId: string): string {
  return hashOf(`order ${guestId} ${formId}`)
}

/** By what the order of a form is known. */
export function orderKey(buyer: Buyer, formId: string): string {
  return buyer.user ? formId : hashLinkToken(orderToken(buyer.guestId, formId))
}

export function orderHref(buyer: Buyer, formId: string, id: number): string {
  if (buyer.user) return routes.orders.show.href({ id })
  return routes.guestOrder.show.href({ token: orderToken(buyer.guestId, formId) })
}

function hashOf(text: string): string {
  return hash('sha256', text, 'base64url')
}
