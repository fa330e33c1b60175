import { Session } from 'remix/session'
import { guestOrderExpiry } from '../../db/guest-orders.ts'
import { awaitOrder, findOrderByCheckoutKey, placeOrder } from '../../db/orders.ts'
import type { LineToOrder, OrderRequest, OrderResult } from '../../db/orders.ts'
import { storedCart } from '../cart/guest-cart.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { createTurns } from '../forms/turns.ts'
import { Client } from '../middleware/client-address.ts'
import { HttpError } from '../middleware/http-error.ts'
import { orderKey, orderToken } from './buyer.ts'
import type { Buyer } from './buyer.ts'
import { createGuestOrderLimit } from './guest-order-limit.ts'

type Delivery = Pick<OrderRequest, 'name' | 'address' | 'city' | 'postcode' | 'country'> & {
  /** A guest's. */
  email?: string
}

interface Agreed {
  formId: string
  lines: LineToOrder[]
  totalCents: number
}

/** A guest has to wait, in seconds, as there were too many orders to the e-mail address. */
interface TooMany {
  outcome: 'too many'
  retryAfter: number
}

/** Places orders, and tells the buyers by mail, with which a guest gets the link to the order. */
export function createOrdering({
  db,
  mail,
  now,
  createLimiter,
}: Pick<Dependencies, 'db' | 'mail' | 'now' | 'createLimiter'>) {
  const limitGuestOrders = createGuestOrderLimit(createLimiter)
  const takeTurn = createTurns()

  function place(
    context: AppContext,
    buyer: Buyer,
    { email, ...delivery }: Delivery,
    { formId, lines, totalCents }: Agreed,
  ): Promise<OrderResult> {
    const time = new Date(now())
    const cart = buyer.user ? undefined : storedCart(context.get(Session))
    return db.transaction(async (tx) => {
      const result = await placeOrder(tx, {
        ...delivery,
        userId: buyer.user?.id ?? null,
        checkoutKey: orderKey(buyer, formId),
        ...(cart && { cart }),
        ...(email !== undefined && { link: { email, linkExpiresAt: guestOrderExpiry(time) } }),
        expectedLines: lines,
        expectedTotalCents: totalCents,
        now: time,
      })
      if (result.outcome !== 'placed' || result.repeated) return result
      const { id, lines: books } = result.order
      const told = { id, totalCents, books }
      if (buyer.user) await mail.notify(tx, buyer.user, { kind: 'order', ...told })
      else if (email !== undefined) {
        const token = orderToken(buyer.guestId, formId)
        await mail.write(tx, email, { kind: 'guest-order', token, ...told })
      }
      return result
    })
  }

  async function placeOfGuest(
    context: AppContext,
    buyer: Buyer,
    delivery: Delivery & { email: string },
    agreed: Agreed,
  ): Promise<OrderResult | TooMany> {
    const key = orderKey(buyer, agreed.formId)
    const earlier = await findOrderByCheckoutKey(db, key, null)
    if (earlier) return { outcome: 'placed', order: earlier, repeated: true }
    const passage = await limitGuestOrders(context.get(Client).address, delivery.email)
    if ('retryAfter' in passage) {
      // What was left may have gone to the same form, sent to another server at the same time. Seldom the
      // order has not been begun there: then this sending is refused, and leads to it when sent again.
      const order = await awaitOrder(db, key, null)
      if (order) return { outcome: 'placed', order, repeated: true }
      const { by, retryAfter } = passage
      if (by === 'email') return { outcome: 'too many', retryAfter }
      const headers = { 'Retry-After': String(retryAfter) }
      throw new HttpError(429, 'Too many orders without an account from one network', headers)
    }
    let isNew = false
    try {
      const result = await place(context, buyer, delivery, agreed)
      isNew = result.outcome === 'placed' && !result.repeated
      return result
    } finally {
      if (!isNew) await passage.takeBack()
    }
  }

  return async (
    context: AppContext,
    buyer: Buyer,
    delivery: Delivery,
    agreed: Agreed,
  ): Promise<OrderResult | TooMany> => {
    const { email } = delivery
    if (email === undefined) return place(context, buyer, delivery, agreed)
    // Else of a form sent twice at once one sending would be refused for what the other one has taken.
    const key = orderKey(buyer, agreed.formId)
    return takeTurn(key, () => placeOfGuest(context, buyer, { ...delivery, email }, agreed))
  }
}
