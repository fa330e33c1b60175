import { enter, isLeft, passAll, take } from '../limits/limiter.ts'
import type { CreateLimiter, Gate } from '../limits/limiter.ts'
import { LineLimit } from '../limits/line-limit.ts'
import { networkOf } from '../limits/network.ts'

/** A mail with a link, to an address that somebody typed. */
export interface MailRequest {
  purpose: 'registration' | 'reset' | 'new-address'
  email: string
  /** With a reset: the owner's, from which somebody was logged in to the account. */
  device?: string | undefined
  /** With a new address: who is logged in and asks. */
  userId?: number
}

const hour = 60 * 60

/** If none was sent for so many seconds, a link for a new password is, whoever has asked how often. */
const RESET_EACH = 10 * 60

/**
 * How often mails with links are sent. Each purpose counts by itself: whoever has an address registered
 * many times does not keep its owner from a new password.
 *
 * @returns What answers the milliseconds until another one may be sent, 0 for now, which counts
 */
export function createMailLimits(
  createLimiter: CreateLimiter,
  keyOf: (account: string, party?: string) => string,
): (request: MailRequest, address: string) => Promise<number> {
  const limit = (keyPrefix: string, points: number, duration = hour) =>
    createLimiter({ keyPrefix, points, duration })
  const limitsOf = {
    registration: createLimits('registration-mail'),
    reset: createLimits('reset'),
    'new-address': createLimits('new-address'),
  }
  const changesByUser = limit('new-address-user', 10)
  const resetsByDevice = limit('reset-device', 3)
  const recentResets = limit('reset-recent', 1, RESET_EACH)

  function createLimits(name: string) {
    return {
      byNetwork: limit(`${name}-network`, 3),
      ofAccount: limit(`${name}-account`, 10),
      addresses: new LineLimit(createLimiter, {
        keyPrefixes: { line: `${name}-address`, network: `${name}-addresses` },
        points: 20,
        mostFromLine: 10,
        duration: hour,
      }),
    }
  }

  return async ({ purpose, email, device, userId }, address) => {
    const { addresses, byNetwork, ofAccount } = limitsOf[purpose]
    const ofSender: Gate[] = []
    if (userId !== undefined) ofSender.push(() => enter(changesByUser, String(userId)))
    if (device === undefined) ofSender.push(() => addresses.enter(address))
    const sender = await passAll(ofSender)
    if (typeof sender === 'number') return sender
    // Strangers who use up the others have sent the owner a link each time, but those end.
    const isDue = purpose === 'reset' && (await isLeft(take(recentResets, keyOf(email))))
    const mailbox =
      device === undefined
        ? await passAll([
            () => enter(byNetwork, keyOf(email, networkOf(address))),
            () => enter(ofAccount, keyOf(email)),
          ])
        : await enter(resetsByDevice, keyOf(email, device))
    if (typeof mailbox !== 'number' || isDue) return 0
    await sender.takeBack()
    return mailbox
  }
}
