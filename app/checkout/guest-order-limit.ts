import { hash } from 'node:crypto'
import { enter } from '../limits/limiter.ts'
import type { CreateLimiter, Passage } from '../limits/limiter.ts'
import { lineOf } from '../limits/network.ts'

/** What there were too many orders of. `retryAfter` is in seconds. */
interface TooManyOrders {
  by: 'network' | 'email'
  retryAfter: number
}

/** Lets a guest order, or answers for how long not. */
type GuestOrderLimit = (
  address: string,
  email: string,
) => Promise<Pick<Passage, 'takeBack'> | TooManyOrders>

const hour = 60 * 60

/**
 * Limits the orders of guests, each of which sends a mail to an address that somebody has typed: 30 an
 * hour from one line, ten a day to one address.
 */
export function createGuestOrderLimit(createLimiter: CreateLimiter): GuestOrderLimit {
  const lines = createLimiter({ keyPrefix: 'guest-order-line', points: 30, duration: hour })
  const emails = createLimiter({ keyPrefix: 'guest-order-email', points: 10, duration: 24 * hour })

  return async (address, email) => {
    const ofLine = await enter(lines, lineOf(address))
    if (typeof ofLine === 'number') return tooMany('network', ofLine)
    // Hashed: no address is kept where only a counter is needed.
    const ofMailbox = await enter(emails, hash('sha256', email, 'base64url'))
    if (typeof ofMailbox === 'number') {
      await ofLine.takeBack()
      return tooMany('email', ofMailbox)
    }
    return { takeBack: () => Promise.all([ofLine.takeBack(), ofMailbox.takeBack()]) }
  }
}

function tooMany(by: TooManyOrders['by'], ms: number): TooManyOrders {
  return { by, retryAfter: Math.ceil(ms / 1000) }
}
