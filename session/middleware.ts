import type { Middleware, RequestContext } from '@remix-run/fetch-router'
import type { Cookie } from './cookie.ts'
import { keepOutOfSharedCaches, neverShare } from './cache-headers.ts'
import { readSession } from './load-session.ts'
import type { SessionRecord } from './session-record.ts'
import type { FlashMode } from './session-values.ts'
import { SessionEndedError } from './session-storage.ts'
import type { SessionStorage } from './session-storage.ts'
import { getSessionState, Session } from './session.ts'
import type { SessionState } from './session-state.ts'
import { isCookieDue } from './time-limits.ts'

export { loadSession } from './load-session.ts'

type SessionEntry = { key: typeof Session; value: Session }

/** What handlers find in their context: `get(Session)`, and the context itself as `context`. */
type SessionContext = readonly [
  SessionEntry,
  {
    key: typeof RequestContext
    value: RequestContext<any, [SessionEntry]>
    property: 'context'
  },
]

/**
 * Gives each request its session, `context.get(Session)`, and saves it with the response.
 *
 * A response of any status saves; a handler that throws saves nothing, except that a `destroy()` or
 * `regenerateId()` is still carried out. `Set-Cookie` is sent only when there is something new, and
 * whatever depends on the session is kept out of shared caches.
 *
 * @param cookie A cookie with secrets. It is `HttpOnly` unless it says `httpOnly: false`
 * @throws TypeError if the cookie has no secrets
 */
export function session(cookie: Cookie, storage: SessionStorage): Middleware<SessionContext> {
  const { name, signed, httpOnly, httpOnlyGiven } = cookie
  if (!signed) {
    throw new TypeError(
      `The session cookie ${JSON.stringify(name)} needs secrets: without a signature ` +
        'anybody can present any session id.',
    )
  }
  if (!httpOnlyGiven) cookie = cookie.with({ httpOnly: true })
  else if (!httpOnly) {
    process.emitWarning(
      `The session cookie ${JSON.stringify(name)} is not HttpOnly: a script that somebody smuggles ` +
        'into a page can read it and take the session over.',
      'SessionCookieWarning',
    )
  }

  return async (context, next) => {
    if (context.has(Session)) {
      throw new Error('This request already has a session: use the session middleware once.')
    }
    const { request } = context
    const header = request.headers.get('Cookie')
    const flashes = header === null ? 'take' : flashModeFor(request)
    const loaded = await readSession(cookie, storage, header, { flashes })
    const current = loaded.session
    const state = getSessionState(current)
    const before = state.origin?.record
    const offered = offer(context, current)

    let sent = loaded.value
    let responded = false
    state.save = async () => {
      const saved = await storage.save(current)
      // With sessions in cookies the browser would have to be told.
      if (responded && saved !== sent && !state.destroyed) throw new Error(TOO_LATE)
      if (responded) sent = saved
    }

    let response: Response
    try {
      response = (await next()) ?? new Response(null, { status: 204 })
    } catch (error) {
      if (request.signal.aborted && error === request.signal.reason) saveWithoutResponse(state)
      else await saveAfterError(state, storage, current)
      throw error
    }
    if (offered.isReplaced()) {
      throw new Error('The session of a request cannot be replaced: change it, or destroy it.')
    }

    await state.close()
    const saved = await storage.save(current)
    responded = true
    const isNews = saved !== '' && (saved !== sent || livesOn(before, state.origin?.record))
    sent = saved
    if (isNews) return withCookie(response, cookieFor(cookie, storage, state, saved))
    if (saved === '' && endsCookie(state) && loaded.sent.length > 0) {
      return withCookie(response, removalOf(cookie))
    }
    return offered.isTaken() ? copyOf(response, keepOutOfSharedCaches) : response
  }
}

const TOO_LATE =
  'The session lives in the cookie, and that has left with the response: change it before the ' +
  'handler returns.'

/**
 * Puts the session where handlers look for it, and tells whether one of them took it: also what that
 * one does later, in a stream, may depend on it.
 */
function offer(context: RequestContext<any>, session: Session) {
  let taken = false
  context.set(Session, session)
  const { get } = context
  context.get = (key) => {
    if ((key as unknown) === Session) taken = true
    return get(key)
  }
  // The documentation's handlers take `({ context })`; the router passes the context itself.
  const documented: typeof context & { context?: unknown } = context
  documented.context = context
  return { isTaken: () => taken, isReplaced: () => get(Session) !== session }
}

// By whichever header a browser or a library marks it. A prefetched page may be looked at later, when
// the flash has long been shown, or never; HEAD drops the page.
function flashModeFor({ method, headers }: Request): FlashMode {
  for (const name of PREFETCH_HEADERS) {
    const value = headers.get(name)
    if (value !== null && /prefetch|prerender|preview/i.test(value)) return 'hide'
  }
  return method === 'HEAD' ? 'keep' : 'take'
}

const PREFETCH_HEADERS = ['Sec-Purpose', 'X-Sec-Purpose', 'Purpose', 'X-Purpose', 'X-Moz']

/**
 * The client left, so the router waits no longer for the handler, which goes on. What it changes is
 * saved as it is changed, since nobody can see when it is done.
 */
function saveWithoutResponse(state: SessionState): void {
  let isDue = false
  state.values.giveBackFlashes()
  state.values.hidesFlashes = true
  state.onUse = () => {
    if (isDue) return
    isDue = true
    setImmediate(async () => {
      isDue = false
      try {
        await state.saveNow()
      } catch (error) {
        process.emitWarning(`A session whose client had left was not saved: ${String(error)}`)
      }
    })
  }
  state.onUse()
}

async function saveAfterError(
  state: SessionState,
  storage: SessionStorage,
  session: Session,
): Promise<void> {
  await state.close()
  state.discard()
  try {
    await storage.save(session)
  } catch (error) {
    // The handler's error is the one to tell.
    if (!(error instanceof SessionEndedError)) throw error
  }
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
  if (persistent === undefined) return cookie.serializeRaw(raw)
  // A storage's limit may be a fraction, that of a cookie is whole seconds.
  const whole = persistent ? Math.max(1, Math.floor(maxAge!)) : undefined
  return cookie.serializeRaw(raw, { maxAge: whole, expires: undefined })
}

function removalOf(cookie: Cookie): string {
  return cookie.serializeRaw('', { maxAge: 0, expires: new Date(0) })
}

function withCookie(response: Response, setCookie: string): Response {
  return copyOf(response, (headers) => {
    headers.append('Set-Cookie', setCookie)
    neverShare(headers)
  })
}

// A handler may return one response again and again: what is one visitor's must not be added to it.
function copyOf(response: Response, change: (headers: Headers) => void): Response {
  const copy = new Response(response.body, response)
  change(copy.headers)
  return copy
}
