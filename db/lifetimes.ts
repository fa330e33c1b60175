import { type AnyColumn, and, gt, lte, type SQL } from '#drizzle-orm'

/** So much the clocks of several servers may differ. */
export const CLOCK_SKEW_MS = 5 * 60_000

/**
 * Whether something was made within so long before a time. What was made after it, since the clock was
 * set back, was not: nothing says how old that is, and it would live for longer than anybody wants.
 */
export function isMadeWithin(madeAt: AnyColumn, ms: number, now: Date): SQL {
  return and(gt(madeAt, later(now, -ms)), lte(madeAt, later(now, CLOCK_SKEW_MS)))!
}

/** The same of a time that was read. */
export function wasMadeWithin(madeAt: Date, ms: number, now: Date): boolean {
  return madeAt > later(now, -ms) && madeAt <= later(now, CLOCK_SKEW_MS)
}

/** The same, by when it ends, of what was made to live for so long. */
export function endsWithin(endsAt: AnyColumn, ms: number, now: Date): SQL {
  return and(gt(endsAt, now), lte(endsAt, later(now, ms + CLOCK_SKEW_MS)))!
}

function later(time: Date, ms: number): Date {
  return new Date(time.getTime() + ms)
}
