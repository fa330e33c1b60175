import { checkPositive, checkStorageOptions } from './options.ts'
import type { SessionRecord, SessionTimes } from './record.ts'
import type { SessionState } from './state.ts'

const DAY = 24 * 60 * 60
// In seconds, in place of Infinity, which JSON does not know.
const NEVER = 36_500 * DAY
// Browsers keep no cookie longer, whatever it says (RFC 6265bis, 5.5).
const LONGEST_KEPT = 400 * DAY
// So much the clocks of a fleet may differ. Kerberos allows as much (RFC 4120, 1.6).
const CLOCK_SKEW_MS = 5 * 60_000

/**
 * How long sessions live; `Infinity` for no limit. Every storage enforces the limits itself, whatever
 * a browser sends, and today's limits hold for sessions that were stored under others and are still there.
 */
export interface TimeLimits {
  /**
   * The idle limit in seconds: a session not used for so long ends (OWASP ASVS 5.0, 7.3.1). It
   * bounds the cookie's `maxAge` where both are given. Reading renews once in each tenth of it since the
   * session's beginning, so who comes back within nine tenths is never too late. Of a limit above 400
   * days, which is as long as browsers keep a cookie, it is a tenth of those.
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
  /** The key that makes a session worth keeping, as `userId`. One without it is a guest's. */
  loginKey?: string | undefined
  /**
   * The idle limit in seconds of a guest's new session, until a page is asked for with its cookie that
   * uses the session. Who sends forms and keeps no cookies then fills a store for no longer than that.
   *
   * @default maxAge
   */
  firstMaxAge?: number | undefined
  /**
   * The clock, in milliseconds since 1970.
   *
   * @default Date.now
   */
  now?: (() => number) | undefined
}

const LIMIT_TYPES = {
  maxAge: 'number',
  lifetime: 'number',
  loginKey: 'string',
  firstMaxAge: 'number',
  now: 'function',
} as const satisfies Record<keyof TimeLimits, string>

/** The rules of time, the same for every storage. */
export class SessionClock {
  readonly now: () => number
  readonly #maxAge: number | undefined
  readonly #lifetime: number | undefined
  readonly #loginKey: string | undefined
  readonly #firstMaxAge: number | undefined

  /** @throws RangeError if a limit is not a positive number of seconds; TypeError if it is no number */
  constructor(limits: TimeLimits = {}) {
    checkStorageOptions(limits, LIMIT_TYPES)
    const { maxAge, lifetime, loginKey, firstMaxAge, now = Date.now } = limits
    checkPositive('seconds', { maxAge, lifetime, firstMaxAge })
    if (firstMaxAge !== undefined && loginKey === undefined) {
      throw new TypeError('firstMaxAge needs a loginKey, which tells who is a guest')
    }
    this.#maxAge = maxAge
    this.#lifetime = lifetime
    this.#loginKey = loginKey
    this.#firstMaxAge = firstMaxAge
    this.now = now
  }

  /** @param cookieMaxAge The idle limit of the cookie in seconds, where it is known */
  hasExpired(record: SessionRecord, cookieMaxAge?: number): boolean {
    const now = this.now()
    // Nothing says how old a session really is that was renewed in the future.
    if (record.renewedAt > now + CLOCK_SKEW_MS) return true
    const idle = this.#idleLimit(record, cookieMaxAge)
    return (
      now >= record.renewedAt + idle * 1000 || now >= record.createdAt + this.#lifetimeFor(idle)
    )
  }

  /**
   * Whether another tenth of the idle limit has begun since the last renewal, or the limit was changed
   * since. Renewing on every request would make each of them a write. The tenths are those in which
   * `isCookieDue` counts: with others the browser could drop its cookie while the session lives on.
   */
  isRenewalDue(record: SessionRecord, cookieMaxAge?: number): boolean {
    if (this.#isFirst(record)) return true
    const limit = this.#idleLimit(record, cookieMaxAge)
    if (record.maxAge !== limit) return true
    // Where the clock is behind another server's, this tenth is an earlier one, and nothing is due.
    return tenthOf(record, this.now()) > tenthOf(record, record.renewedAt)
  }

  /** In milliseconds: a session that was written later than that ago has not expired. */
  shortestLife(cookieMaxAge = Infinity): number {
    return Math.min(this.#firstMaxAge ?? Infinity, cookieMaxAge, this.#maxAge ?? 0) * 1000
  }

  /** Whether `setMaxAge` asked for another limit than the session has. */
  changesLimit({ origin, ownLimit }: SessionState): boolean {
    if (!origin || !ownLimit) return ownLimit !== null
    const { maxAge, persistent } = origin.record
    return this.#bounded(ownLimit.maxAge) !== maxAge || ownLimit.persistent !== persistent
  }

  isGuest(record: SessionRecord): boolean {
    return this.#loginKey === undefined || !Object.hasOwn(record.values, this.#loginKey)
  }

  /**
   * The times of a session that is new, changed, renewed or regenerated at this moment.
   *
   * @param isBack Whether a new one is known not to be a guest's first, as it comes in place of others
   */
  timesFor(state: SessionState, isBack = false): SessionTimes {
    const now = this.now()
    const { origin, ownLimit } = state
    const before = state.regenerated ? undefined : origin?.record
    // A limit that the application chose for this session stays with it; others follow the settings.
    const chosen = ownLimit ?? (origin?.record.persistent === undefined ? null : origin.record)
    const isNewGuest =
      this.#loginKey !== undefined &&
      origin === null &&
      !isBack &&
      !state.values.has(this.#loginKey)
    const usual = this.#usualLimit(isNewGuest, state.cookieMaxAge)
    // The middleware has told what the cookie says; who reads without it does not know. A guest's first
    // limit is not to stay.
    const isUntold = origin !== null && !state.keeper && !this.#isFirst(origin.record)
    const maxAge = this.#bounded(
      chosen?.maxAge ?? usual ?? (isUntold ? origin.record.maxAge : 7 * DAY),
    )
    const createdAt = before?.createdAt ?? now
    // The clock of another server may be ahead. And who came back in the same millisecond came back.
    const back = (origin || isBack) && this.#firstMaxAge !== undefined ? createdAt + 1 : 0
    const renewedAt = Math.max(now, before?.renewedAt ?? 0, back)
    const expiresAt = Math.min(renewedAt + maxAge * 1000, createdAt + this.#lifetimeFor(maxAge))
    const times = { createdAt, renewedAt, expiresAt, maxAge }
    return chosen ? { ...times, persistent: chosen.persistent! } : times
  }

  /** Whether nobody has come back to a guest's session yet. */
  #isFirst(record: SessionRecord): boolean {
    return (
      this.#firstMaxAge !== undefined &&
      record.persistent === undefined &&
      record.renewedAt === record.createdAt &&
      this.isGuest(record)
    )
  }

  #idleLimit(record: SessionRecord, cookieMaxAge: number | undefined): number {
    const isChosen = record.persistent !== undefined
    const usual = isChosen ? undefined : this.#usualLimit(this.#isFirst(record), cookieMaxAge)
    return this.#bounded(usual ?? record.maxAge)
  }

  /** What the settings say, if they say something. */
  #usualLimit(isFirst: boolean, cookieMaxAge: number | undefined): number | undefined {
    const limit = cookieMaxAge ?? this.#maxAge
    return isFirst ? Math.min(this.#firstMaxAge ?? NEVER, limit ?? NEVER) : limit
  }

  #bounded(limit: number): number {
    return Math.min(limit, this.#maxAge ?? NEVER, NEVER)
  }

  // In milliseconds.
  #lifetimeFor(maxAge: number): number {
    return (this.#lifetime ?? Math.max(30 * DAY, maxAge)) * 1000
  }
}

/**
 * Whether a cookie that ends with the session must be sent again. It is, once in each tenth of the
 * idle limit in which the session is renewed: so it is never behind by more than that.
 */
export function isCookieDue(before: SessionTimes, after: SessionTimes): boolean {
  return (
    before.maxAge !== after.maxAge ||
    before.persistent !== after.persistent ||
    tenthOf(after, before.renewedAt) !== tenthOf(after, after.renewedAt)
  )
}

/**
 * In which tenth of the idle limit a time is, or of what a browser keeps a cookie, counted from the
 * session's beginning.
 */
function tenthOf({ createdAt, maxAge }: SessionTimes, time: number): number {
  return Math.floor((time - createdAt) / (Math.min(maxAge, LONGEST_KEPT) * 100))
}
