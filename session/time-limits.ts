import type { SessionTimes } from './session-record.ts'
import type { SessionState } from './session-state.ts'

const DAY = 24 * 60 * 60
// In seconds, in place of Infinity, which JSON does not know.
const NEVER = 36_500 * DAY

/**
 * How long sessions live; `Infinity` for no limit. Every storage enforces both limits itself, whatever
 * a browser sends.
 */
export interface TimeLimits {
  /**
   * The idle limit in seconds: a session not used for so long ends (OWASP ASVS 5.0, 7.3.1). It
   * bounds the cookie's `maxAge` where both are given.
   *
   * @default the cookie's `maxAge`, or 7 days
   */
  maxAge?: number | undefined
  /**
   * The absolute limit in seconds from the session's beginning or its last `regenerateId()`, however
   * much it is used (OWASP ASVS 5.0, 7.3.2).
   *
   * @default 30 days, or the idle limit where that is longer
   */
  lifetime?: number | undefined
  /**
   * The clock, in milliseconds since 1970.
   *
   * @default Date.now
   */
  now?: (() => number) | undefined
}

/** The rules of time, the same for every storage. */
export class SessionClock {
  readonly now: () => number
  readonly #maxAge: number | undefined
  readonly #lifetime: number | undefined

  /** @throws RangeError if a limit is not a positive number of seconds */
  constructor({ maxAge, lifetime, now = Date.now }: TimeLimits = {}) {
    for (const [name, value] of Object.entries({ maxAge, lifetime })) {
      if (value !== undefined && !(value > 0)) {
        throw new RangeError(`${name} is a positive number of seconds, not ${value}`)
      }
    }
    this.#maxAge = maxAge
    this.#lifetime = lifetime
    this.now = now
  }

  hasExpired(record: SessionTimes): boolean {
    const now = this.now()
    if (now >= record.expiresAt || now >= record.createdAt + this.#lifetimeFor(record.maxAge)) {
      return true
    }
    // A limit that was lowered since the record was written counts at once.
    return this.#maxAge !== undefined && now >= record.renewedAt + this.#maxAge * 1000
  }

  /**
   * Whether half of the idle limit has passed since the last renewal: renewing on every request
   * would make each of them a write. A renewal in the future comes from a clock that was set back.
   */
  isRenewalDue({ renewedAt, maxAge }: SessionTimes): boolean {
    const idle = this.now() - renewedAt
    return idle >= maxAge * 500 || idle < -60_000
  }

  /** The times of a session that is new, renewed or regenerated at this moment. */
  timesFor(state: SessionState): SessionTimes {
    const now = this.now()
    const { origin, expiry } = state
    // A limit that the application chose for this session stays with it; others follow the settings.
    const chosen = expiry ?? (origin?.record.persistent === undefined ? null : origin.record)
    const wanted = chosen?.maxAge ?? state.cookieMaxAge ?? this.#maxAge ?? 7 * DAY
    const maxAge = Math.min(wanted, this.#maxAge ?? NEVER, NEVER)
    const createdAt = origin && !state.regenerated ? origin.record.createdAt : now
    const expiresAt = Math.min(now + maxAge * 1000, createdAt + this.#lifetimeFor(maxAge))
    const times = { createdAt, renewedAt: now, expiresAt, maxAge }
    return chosen ? { ...times, persistent: chosen.persistent! } : times
  }

  // In milliseconds.
  #lifetimeFor(maxAge: number): number {
    return (this.#lifetime ?? Math.max(30 * DAY, maxAge)) * 1000
  }
}
