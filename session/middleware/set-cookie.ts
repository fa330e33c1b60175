import type { Cookie } from '../cookie/cookie.ts'
import { isCookieDue } from '../time-limits.ts'
import type { SessionRecord } from '../record.ts'
import type { SessionStorage } from '../session.ts'
import type { SessionState } from '../state.ts'

interface SavedSession {
  state: SessionState
  /** Its record before the request. */
  before: SessionRecord | undefined
  /** The value that counts of those that the request brought. */
  value: string
  /** Whether it brought any cookie of the name, be it one that proves nothing. */
  hasSent: boolean
  /** What saving it answered; empty where there is nothing to be remembered. */
  saved: string
}

/**
 * The `Set-Cookie` that tells a browser what it does not know yet: a new value, another end, or that
 * there is none any more. `undefined` where it knows everything.
 */
export function setCookieFor(
  cookie: Cookie,
  storage: SessionStorage,
  { state, before, value, hasSent, saved }: SavedSession,
): string | undefined {
  // A storage that looks at the id and the data alone does not know that it was destroyed. One that keeps
  // sessions in cookies may hide another cookie, which would count alone, behind an empty one.
  const kept = state.destroyed && !state.keeper?.keptInCookie() ? '' : saved
  const isNews = kept !== '' && (kept !== value || livesOn(before, state.origin?.record))
  if (isNews) return cookieFor(cookie, storage, state, kept)
  return kept === '' && endsCookie(state) && hasSent ? removalOf(cookie) : undefined
}

/**
 * Whether a change is lost without a response that tells the browser of it, as seen before it is saved. A
 * renewal is not: another one will come.
 *
 * @param keptInCookie Whether the session is nowhere but in its cookie
 */
export function needsCookie(state: SessionState, keptInCookie: boolean): boolean {
  const { origin, former, destroyed, changed, written, ownLimit, replaced, regenerated } = state
  const { wasReset, keeper } = state
  // It came too late: saving it tells so.
  if (origin === null && replaced && !regenerated) return false
  const isMoved = !destroyed && origin !== null && regenerated
  const isNew = changed && (origin === null || ownLimit !== null)
  // Also where none of several counted: an empty session may have to hide them.
  const isEnded = destroyed || former !== null || (wasReset && (keeper?.sent.length ?? 0) > 1)
  return isMoved || isNew || (keptInCookie && (written || isEnded))
}

// Renewed, or given another limit: the browser must hear of it though the id is the same.
function livesOn(before: SessionRecord | undefined, after: SessionRecord | undefined): boolean {
  return (
    before !== after && before !== undefined && after !== undefined && isCookieDue(before, after)
  )
}

function endsCookie({ destroyed, former, replaced }: SessionState): boolean {
  return (destroyed || former !== null) && !replaced
}

function cookieFor(
  cookie: Cookie,
  storage: SessionStorage,
  state: SessionState,
  value: string,
): string {
  const { persistent, maxAge } = state.origin?.record ?? {}
  const raw = storage.selfAuthenticating ? value : cookie.toRaw(value)
  if (persistent === undefined) {
    return cookie.serializeRaw(raw, hasPassed(cookie) ? { expires: undefined } : undefined)
  }
  // A storage's limit may be a fraction, that of a cookie is whole seconds.
  const whole = persistent ? Math.max(1, Math.floor(maxAge!)) : undefined
  return cookie.serializeRaw(raw, { maxAge: whole, expires: undefined })
}

/** Whether browsers would drop the cookie at once: a server may outlive a date that it was given. */
function hasPassed({ expires }: Cookie): boolean {
  return expires !== undefined && expires.getTime() <= Date.now()
}

function removalOf(cookie: Cookie): string {
  return cookie.serializeRaw('', { maxAge: 0, expires: new Date(0) })
}
