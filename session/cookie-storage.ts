import { BoundedMap } from './bounded-map.ts'
import type { Cookie } from './cookie.ts'
import { CookieSeal } from './cookie-seal.ts'
import { ID_LENGTH } from './session-id.ts'
import { applyChanges, emptyRecord, packRecord, unpackRecord } from './session-record.ts'
import type { SessionRecord } from './session-record.ts'
import type { SessionOrigin } from './session-state.ts'
import { SessionTooLargeError } from './session-storage.ts'
import type { ReadOptions, SessionStorage } from './session-storage.ts'
import { getSessionState, restoreSession, Session } from './session.ts'
import { SessionClock } from './time-limits.ts'
import type { TimeLimits } from './time-limits.ts'

// Name and value together, as browsers count them (RFC 6265bis, 5.6).
const LARGEST_COOKIE = 4096
// Two clocks of one application may differ by so much.
const CLOCK_SKEW_MS = 60_000
// A browser that is in use sends one cookie many times; opening it costs more than all the rest.
const MOST_REMEMBERED = 1000

/** A session and the cookie value that holds it. */
interface SealedSession extends SessionOrigin {
  value: string
  /** What opened it; whether that took an older secret. */
  seal: CookieSeal
  outdated: boolean
}

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
  const remembered = new BoundedMap<string, SealedSession>(MOST_REMEMBERED)

  async function read(value: string, { keepFlashes }: ReadOptions = {}): Promise<Session> {
    const sealed = value === '' ? null : recall(value)
    const session = sealed && isAlive(sealed.record) ? restoreSession(sealed) : new Session()
    getSessionState(session).keepsFlashes = keepFlashes ?? false
    return session
  }

  function recall(value: string): SealedSession | null {
    const known = remembered.get(tagOf(value))
    if (known?.value === value) return known
    const opened = seal.open(value)
    if (opened === null) return null
    const sealed = { ...unpack(opened.text), value, seal, outdated: opened.outdated }
    remembered.set(tagOf(value), sealed)
    return sealed
  }

  function isAlive(record: SessionRecord): boolean {
    return record.renewedAt <= clock.now() + CLOCK_SKEW_MS && !clock.hasExpired(record)
  }

  async function save(session: Session): Promise<string> {
    const state = getSessionState(session)
    if (state.destroyed) return ''
    if (!state.changed) {
      if (!state.origin) return ''
      const renewing =
        state.touched && !state.keepsFlashes && clock.isRenewalDue(state.origin.record)
      if (isSealedHere(state.origin) && !renewing) return state.origin.value
    }
    const { id } = state
    const changes = state.changes()
    changes.times ??= clock.timesFor(state)
    const record = applyChanges(state.origin?.record ?? emptyRecord(changes.times), changes)
    const value = seal.close(pack({ id, record }))
    const bytes = cookie.name.length + value.length
    if (bytes > LARGEST_COOKIE) {
      throw new SessionTooLargeError('The session cookie', bytes, LARGEST_COOKIE, record)
    }
    const sealed: SealedSession = { id, record, value, seal, outdated: false }
    state.saved(sealed)
    return value
  }

  function isSealedHere(origin: SessionOrigin): origin is SealedSession {
    return 'seal' in origin && origin.seal === seal && !(origin as SealedSession).outdated
  }

  return { read, save, selfAuthenticating: true }
}

// The end of the value is enough to find it again, and a fraction of the work to hash.
function tagOf(value: string): string {
  return value.slice(-22)
}

// Only the id stays as it is: a shorter spelling saves 28 characters and takes nearly as long as all
// the rest of packing.
function pack({ id, record }: SessionOrigin): string {
  return id + packRecord(record)
}

function unpack(text: string): SessionOrigin {
  return { id: text.slice(0, ID_LENGTH), record: unpackRecord(text.slice(ID_LENGTH)) }
}
