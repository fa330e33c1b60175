import type { RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible'

export interface Limit {
  keyPrefix: string
  points: number
  /** Seconds. */
  duration: number
}

/** Makes a kind of counter, in memory or where several servers share it. */
export type CreateLimiter = (limit: Limit) => RateLimiterAbstract

/** What it means to be let through a gate, until it is known whether the password was right. */
export interface Passage {
  /** Nobody looked at the password: as if it had not been asked. */
  takeBack(): Promise<unknown>
  /** It was right. */
  forgive(): Promise<unknown>
}

/** Lets through, or answers for how many milliseconds not. */
export type Gate = () => Promise<Passage | number>

/** One gate after the other. Whoever is stopped at one has not been at those before. */
export async function passAll(gates: readonly Gate[]): Promise<Passage | number> {
  const passed: Passage[] = []
  const takeBack = () => Promise.all(passed.map((passage) => passage.takeBack()))
  for (const gate of gates) {
    const result = await gate()
    if (typeof result === 'number') {
      await takeBack()
      return result
    }
    passed.push(result)
  }
  return { takeBack, forgive: () => Promise.all(passed.map((passage) => passage.forgive())) }
}

/** Takes a point; otherwise the milliseconds until there is one again. */
export async function take(
  limiter: RateLimiterAbstract,
  key: string,
  customDuration?: number,
): Promise<RateLimiterRes | number> {
  try {
    return await limiter.consume(key, 1, { customDuration })
  } catch (rejection) {
    // The limiter rejects with its state where there is no point left, and with errors of its store.
    if (rejection instanceof Error) throw rejection
    return (rejection as RateLimiterRes).msBeforeNext
  }
}

/** A refusal gives back what it took, which would be left when those let through are taken back. */
export async function enter(limiter: RateLimiterAbstract, key: string): Promise<Passage | number> {
  const takeBack = () => limiter.reward(key)
  const taken = await take(limiter, key)
  if (typeof taken !== 'number') return { takeBack, forgive: takeBack }
  await takeBack()
  return taken
}

/** Whether there was a point to take. */
export async function isLeft(taken: ReturnType<typeof take>): Promise<boolean> {
  return typeof (await taken) !== 'number'
}

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
