import { createHash } from 'node:crypto'
import { passAll, take } from '../limits/limiter.ts'
import type { CreateLimiter, Passage } from '../limits/limiter.ts'
import { boundedMemory } from '../limits/memory-limiter.ts'
import { lineOf } from '../limits/network.ts'

/** Lets a guest order, or answers for how many milliseconds not. */
export type GuestOrderLimit = (address: string, email: string) => Promise<Passage | number>

const hour = 60 * 60

/**
 * Limits the orders of guests, each of which sends a mail to an address that somebody has typed: 30 an
 * hour from one line, ten a day to one address.
 */
export function createGuestOrderLimit(
  createLimiter: CreateLimiter = boundedMemory(),
): GuestOrderLimit {
  const lines = createLimiter({ keyPrefix: 'guest-order-line', points: 30, duration: hour })
  const emails = createLimiter({ keyPrefix: 'guest-order-email', points: 10, duration: 24 * hour })

  async function enter(limiter: typeof lines, key: string): Promise<Passage | number> {
    const taken = await take(limiter, key)
    const takeBack = () => limiter.reward(key)
    return typeof taken === 'number' ? taken : { takeBack, forgive: takeBack }
  }

  return (address, email) =>
    passAll([
      () => enter(lines, lineOf(address)),
      // Hashed: no address is kept where only a counter is needed.
      () => enter(emails, createHash('sha256').update(email).digest('base64url')),
    ])
}
