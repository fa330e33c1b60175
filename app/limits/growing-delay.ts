import type { RateLimiterAbstract } from 'rate-limiter-flexible'
import { take } from './limiter.ts'
import type { CreateLimiter, Passage } from './limiter.ts'

const FREE_FAILURES = 5

// Seconds to wait after the fifth wrong password, the sixth and so on: up to 15 minutes, and never
// longer than the attack has lasted by then.
const DELAYS = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 900]

/** Five wrong passwords are free, and each further one comes after a longer wait. */
export class GrowingDelay {
  readonly #failures: RateLimiterAbstract
  readonly #waits: RateLimiterAbstract

  constructor(createLimiter: CreateLimiter, name: string) {
    const day = 24 * 60 * 60
    this.#failures = createLimiter({ keyPrefix: `${name}-failures`, points: 1, duration: day })
    this.#waits = createLimiter({ keyPrefix: `${name}-wait`, points: 1, duration: 900 })
  }

  /** Milliseconds. */
  async waitOf(key: string): Promise<number> {
    return (await this.#waits.get(key))?.msBeforeNext ?? 0
  }

  /** Whether there are free failures left. */
  async isFree(key: string): Promise<boolean> {
    return ((await this.#failures.get(key))?.consumedPoints ?? 0) < FREE_FAILURES
  }

  async enter(key: string): Promise<Passage | number> {
    // Counted as wrong before it is looked at, and forgiven if it was right. Counted afterwards,
    // a hundred guesses sent at once would all be the first.
    const count = (await this.#failures.penalty(key)).consumedPoints
    if (count >= FREE_FAILURES) {
      const delay = DELAYS[Math.min(count - FREE_FAILURES, DELAYS.length - 1)]!
      const wait = await take(this.#waits, key, delay)
      if (typeof wait === 'number') {
        await this.#failures.reward(key)
        return wait
      }
    }
    return {
      takeBack: () =>
        Promise.all([
          this.#failures.reward(key),
          count >= FREE_FAILURES ? this.#waits.delete(key) : undefined,
        ]),
      forgive: () => this.clear(key),
    }
  }

  async clear(key: string): Promise<void> {
    await Promise.all([this.#failures.delete(key), this.#waits.delete(key)])
  }
}
