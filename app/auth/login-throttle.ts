import { createHash } from 'node:crypto'
import {
  RateLimiterMemory,
  type RateLimiterAbstract,
  type RateLimiterRes,
} from 'rate-limiter-flexible'
import { networkOf } from './network.ts'

export type LoginAttempt =
  | { allowed: true; correct: boolean }
  /** The password was not looked at. `retryAfter` is in seconds. */
  | { allowed: false; retryAfter: number }

export interface LoginThrottle {
  /**
   * Lets `verify` look at a password, unless there were too many wrong ones for this account or from
   * this address. What `verify` throws counts for nobody and is passed on.
   */
  attempt(account: string, address: string, verify: () => Promise<boolean>): Promise<LoginAttempt>
  /** Whether another mail with a reset link may be sent; asking counts. */
  allowReset(account: string, address: string): Promise<boolean>
}

interface Limit {
  keyPrefix: string
  points: number
  /** Seconds. */
  duration: number
}

interface LoginThrottleOptions {
  /** Where the counters live; in the memory of this process by default. */
  createLimiter?: (limit: Limit) => RateLimiterAbstract
}

const freeFailures = 5

// Seconds to wait after the fifth wrong password, the sixth and so on: up to 15 minutes, and never
// longer than the attack has lasted by then. It is a delay and no lock-out, which would let anybody
// shut a customer out.
const delays = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 900]

const hour = 60 * 60

/** Slows down who guesses passwords, by account and by address. */
export function createLoginThrottle({
  createLimiter = boundedMemory(),
}: LoginThrottleOptions = {}): LoginThrottle {
  const failures = createLimiter({ keyPrefix: 'login-failures', points: 1, duration: 24 * hour })
  const waits = createLimiter({ keyPrefix: 'login-wait', points: 1, duration: 900 })
  const addresses = createLimiter({ keyPrefix: 'login-address', points: 20, duration: 600 })
  const resets = createLimiter({ keyPrefix: 'reset-account', points: 3, duration: hour })
  const resetAddresses = createLimiter({ keyPrefix: 'reset-address', points: 20, duration: hour })

  return {
    async attempt(account, address, verify) {
      const key = keyOf(account)
      const network = networkOf(address)

      const wait = (await waits.get(key))?.msBeforeNext ?? 0
      if (wait > 0) return refusal(wait)
      const full = await take(addresses, network)
      if (full !== null) {
        await addresses.reward(network)
        return refusal(full)
      }

      // Counted as wrong before it is looked at, and forgiven if it was right. Counted afterwards,
      // a hundred guesses sent at once would all be the first.
      const count = (await failures.penalty(key)).consumedPoints
      if (count >= freeFailures) {
        const delay = delays[Math.min(count - freeFailures, delays.length - 1)]!
        const other = await take(waits, key, delay)
        if (other !== null) {
          await Promise.all([failures.reward(key), addresses.reward(network)])
          return refusal(other)
        }
      }

      let correct: boolean
      try {
        correct = await verify()
      } catch (error) {
        await Promise.all([failures.reward(key), waits.delete(key), addresses.reward(network)])
        throw error
      }
      if (correct) {
        // The address gets back this one attempt only: else a guesser with an account of their own
        // would log in to it now and then and start afresh.
        await Promise.all([failures.delete(key), waits.delete(key), addresses.reward(network)])
      }
      return { allowed: true, correct }
    },

    async allowReset(account, address) {
      const fromAddress = await take(resetAddresses, networkOf(address))
      return fromAddress === null && (await take(resets, keyOf(account))) === null
    },
  }
}

/** Takes a point; otherwise the milliseconds until there is one again. */
export async function take(
  limiter: RateLimiterAbstract,
  key: string,
  customDuration?: number,
): Promise<number | null> {
  try {
    await limiter.consume(key, 1, { customDuration })
    return null
  } catch (rejection) {
    // The limiter rejects with its state where there is no point left, and with errors of its store.
    if (rejection instanceof Error) throw rejection
    return (rejection as RateLimiterRes).msBeforeNext
  }
}

function refusal(ms: number): LoginAttempt {
  return { allowed: false, retryAfter: Math.max(1, Math.ceil(ms / 1000)) }
}

// Hashed, so that no address is kept where only a counter is needed and none is too long.
function keyOf(account: string): string {
  return createHash('sha256').update(account.trim().toLowerCase()).digest('base64url')
}

/** Counters in the memory of this process, for at most `maxKeys` keys each. */
export function boundedMemory(maxKeys = 10_000): (limit: Limit) => RateLimiterAbstract {
  return (limit) => new BoundedMemoryLimiter(limit, maxKeys)
}

/** Forgets the key not seen for longest when there are too many. */
class BoundedMemoryLimiter extends RateLimiterMemory {
  readonly #maxKeys: number
  readonly #keys = new Set<string>()

  constructor(limit: Limit, maxKeys: number) {
    super(limit)
    this.#maxKeys = maxKeys
  }

  override consume(key: string, points?: number, options?: object): Promise<RateLimiterRes> {
    this.#remember(key)
    return super.consume(key, points, options)
  }

  override penalty(key: string, points?: number, options?: object): Promise<RateLimiterRes> {
    this.#remember(key)
    return super.penalty(key, points, options)
  }

  override delete(key: string): Promise<boolean> {
    this.#keys.delete(key)
    return super.delete(key)
  }

  #remember(key: string): void {
    this.#keys.delete(key)
    this.#keys.add(key)
    if (this.#keys.size <= this.#maxKeys) return
    const [oldest] = this.#keys
    if (oldest !== undefined) void this.delete(oldest)
  }
}
