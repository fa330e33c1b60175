import type { Cookie } from './cookie.ts'
import { CookieSeal } from './cookie-seal.ts'
import { applyChanges } from './session-record.ts'
import type { SessionRecord } from './session-record.ts'
import type { SessionOrigin, SessionState } from './session-state.ts'
import { SessionTooLargeError } from './session-storage.ts'
import type { ReadOptions, SessionStorage } from './session-storage.ts'
import { getSessionState, restoreSession, Session } from './session.ts'
import { SessionClock } from './time-limits.ts'
import type { TimeLimits } from './time-limits.ts'

// Name and value together, as browsers count them (RFC 6265bis, 5.6).
const LARGEST_COOKIE = 4096
// Two clocks of one application may differ by so much.
const CLOCK_SKEW_MS = 60_000

/**
 * Keeps the whole session in the cookie, encrypted and authenticated with keys derived from the
 * cookie's secrets. Nothing is stored on the server, so two things are not possible here that other
 * storages promise: of two requests at once the later response wins whole, and a cookie that
 * somebody copied stays readable until it expires, `destroy()` or not. Keep the id of a row in the
 * session, as of a login, and delete the row to end it for good.
 *
 * @throws TypeError if the cookie has no secrets
 * @throws RangeError if a time limit is not positive
 */
export function createCookieSessionStorage(
  cookie: Cookie,
  limits: TimeLimits = {},
): SessionStorage {
  const seal = new CookieSeal(cookie.name, cookie.secrets)
  const clock = new SessionClock({ ...limits, maxAge: limits.maxAge ?? cookie.maxAge })
  // The cookie a session came from: it goes back as it is when nothing changed.
  const arrivedAs = new WeakMap<SessionState, { value: string; outdated: boolean }>()

  async function read(value: string, { keepFlashes }: ReadOptions = {}): Promise<Session> {
    const opened = seal.open(value)
    const session = (opened && restore(opened.text)) ?? new Session()
    const state = getSessionState(session)
    state.keepsFlashes = keepFlashes ?? false
    if (opened && state.origin) arrivedAs.set(state, { value, outdated: opened.outdated })
    return session
  }

  function restore(text: string): Session | null {
    const { id, record } = unpack(text)
    const cameFromFuture = record.renewedAt > clock.now() + CLOCK_SKEW_MS
    return cameFromFuture || clock.hasExpired(record) ? null : restoreSession({ id, record })
  }

  async function save(session: Session): Promise<string> {
    const state = getSessionState(session)
    if (state.destroyed) return ''
    const arrived = arrivedAs.get(state)
    if (!state.changed) {
      if (!state.origin) return ''
      const renewing =
        state.touched && !state.keepsFlashes && clock.isRenewalDue(state.origin.record)
      if (arrived && !arrived.outdated && !renewing) return arrived.value
    }
    const { id } = state
    const stored = state.origin?.record ?? { values: {}, flashes: {} }
    const times = clock.timesFor(state)
    const record = applyChanges({ ...stored, ...times }, state.changes())
    const value = seal.close(pack({ id, record }))
    const bytes = cookie.name.length + value.length
    if (bytes > LARGEST_COOKIE) {
      throw new SessionTooLargeError('The session cookie', bytes, LARGEST_COOKIE, record)
    }
    state.saved({ id, record })
    arrivedAs.set(state, { value, outdated: false })
    return value
  }

  return { read, save, selfAuthenticating: true }
}

// Every byte counts twice in a cookie of 4096: it is sent with each request. So no names here, and
// the id in base64.
function pack({ id, record }: SessionOrigin): string {
  const { values, flashes, createdAt, renewedAt, expiresAt, maxAge, persistent } = record
  const shortId = Buffer.from(id, 'hex').toString('base64url')
  const flashValues = Object.entries(flashes).map(([key, { value }]) => [key, value])
  return JSON.stringify([
    shortId,
    createdAt,
    renewedAt,
    expiresAt,
    maxAge,
    persistent ?? null,
    values,
    flashValues,
  ])
}

function unpack(text: string): SessionOrigin {
  const [shortId, createdAt, renewedAt, expiresAt, maxAge, persistent, values, flashValues] =
    JSON.parse(text)
  const flashes = Object.fromEntries(
    flashValues.map(([key, value]: [string, unknown]) => [key, { value }]),
  )
  const record: SessionRecord = { values, flashes, createdAt, renewedAt, expiresAt, maxAge }
  if (persistent !== null) record.persistent = persistent
  return { id: Buffer.from(shortId, 'base64url').toString('hex'), record }
}
