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
