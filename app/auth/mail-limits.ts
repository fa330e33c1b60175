import type { RateLimiterAbstract } from 'rate-limiter-flexible'
import { isLeft, take } from '../limits/limiter.ts'
import type { CreateLimiter } from '../limits/limiter.ts'
import { LineLimit } from '../limits/line-limit.ts'
import { networkOf } from '../limits/network.ts'

/** A mail with a link, to an address that somebody typed. */
export interface MailRequest {
  purpose: 'registration' | 'reset' | 'new-address'
  email: string
  /** The owner's, from which somebody was logged in to the account. */
  device?: string | undefined
  /** Who is logged in and asks. */
  userId?: number
}

const hour = 60 * 60

/** If none was sent for so many seconds, a link for a new password is, whoever has asked how often. */
const RESET_EACH = 10 * 60

/**
 * How often mails with links are sent. Each purpose counts by itself: whoever has an address registered
 * many times does not keep its owner from a new password.
 *
 * @returns What answers the milliseconds until another one may be sent, 0 for now; asking counts
 */
export function createMailLimits(
  createLimiter: CreateLimiter,
  keyOf: (account: string, party?: string) => string,
): (request: MailRequest, address: string) => Promise<number> {
  const limitsOf = {
    registration: createLimits('registration-mail'),
    reset: createLimits('reset'),
    'new-address': createLimits('new-address'),
  }
  const recentResets = createLimiter({
    keyPrefix: 'reset-recent',
    points: 1,
    duration: RESET_EACH,
  })

  function createLimits(name: MailRequest['purpose'] | 'registration-mail') {
    const limit = (by: string, points: number) =>
      createLimiter({ keyPrefix: `${name}-${by}`, points, duration: hour })
    return {
      byUser: limit('user', 10),
      byDevice: limit('device', 3),
      byNetwork: limit('network', 3),
      ofAccount: limit('account', 10),
      addresses: new LineLimit(createLimiter, {
        keyPrefixes: { line: `${name}-address`, network: `${name}-addresses` },
        points: 20,
        mostFromLine: 10,
        duration: hour,
      }),
    }
  }

  return async ({ purpose, email, device, userId }, address) => {
    const limits = limitsOf[purpose]
    const passage = device === undefined ? await limits.addresses.enter(address) : undefined
    if (typeof passage === 'number') return passage
    // Strangers who use up the others have sent the owner a link each time, but those end.
    const isDue = purpose === 'reset' && (await isLeft(take(recentResets, keyOf(email))))
    const counters: [RateLimiterAbstract, string][] =
      device === undefined
        ? [
            [limits.byNetwork, keyOf(email, networkOf(address))],
            [limits.ofAccount, keyOf(email)],
          ]
        : [[limits.byDevice, keyOf(email, device)]]
    if (userId !== undefined) counters.push([limits.byUser, String(userId)])
    for (const [limiter, key] of counters) {
      const taken = await take(limiter, key)
      if (typeof taken === 'number') return isDue ? 0 : taken
    }
    return 0
  }
}
