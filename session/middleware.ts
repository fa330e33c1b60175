import type { Middleware, RequestContext } from '@remix-run/fetch-router'
import type { Cookie } from './cookie.ts'
import type { SessionRecord } from './session-record.ts'
import type { SessionStorage } from './session-storage.ts'
import { getSessionState, Session } from './session.ts'
import type { SessionState } from './session-state.ts'

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
 * @param cookie A cookie with secrets
 * @throws TypeError if the cookie has no secrets
 */
export function session(cookie: Cookie, storage: SessionStorage): Middleware<SessionContext> {
  if (!cookie.signed) {
    throw new TypeError(
      `The session cookie ${JSON.stringify(cookie.name)} needs secrets: without a signature ` +
        'anybody can present any session id.',
    )
  }

  return async (context, next) => {
    if (context.has(Session)) {
      throw new Error('This request already has a session: use the session middleware once.')
    }
    const header = context.request.headers.get('Cookie')
    const sent = storage.selfAuthenticating ? cookie.rawValues(header) : cookie.parseAll(header)
    const value = sent.length > 1 ? await findOurs(sent, storage) : (sent[0] ?? '')
    const current = await storage.read(value, {
      maxAge: cookie.maxAge,
      // Without a cookie no flash is stored that could be used up.
      keepFlashes: value !== '' && showsNothing(context.request),
    })
    const state = getSessionState(current)
    const before = state.origin?.record
    context.set(Session, current)
    // The documentation's handlers take `({ context })`; the router passes the context itself.
    const documented: typeof context & { context?: unknown } = context
    documented.context = context

    let response: Response
    try {
      response = (await next()) ?? new Response(null, { status: 204 })
    } catch (error) {
      state.discard()
      state.seal()
      await storage.save(current)
      throw error
    }
    if (context.get(Session) !== current) {
      throw new Error('The session of a request cannot be replaced: change it, or destroy it.')
    }

    state.seal()
    const saved = await storage.save(current)
    const isNews = saved !== '' && (saved !== value || livesOn(before, state.origin?.record))
    if (isNews) return withCookie(response, cookieFor(cookie, storage, state, saved))
    if (state.destroyed && sent.length > 0) return withCookie(response, removalOf(cookie))
    return state.touched ? withHeaders(response, keepPrivate) : response
  }
}

// Somebody planted a second cookie beside ours. If only one of them is a session, it is that one; if
// both are, nobody can tell whose this is.
async function findOurs(values: string[], storage: SessionStorage): Promise<string> {
  const found = []
  for (const value of values) {
    const session = await storage.read(value, { keepFlashes: true })
    if (getSessionState(session).origin) found.push(value)
  }
  return found.length === 1 ? found[0]! : ''
}

// HEAD drops the page and a prefetch may never be looked at: neither has shown a flash to anybody.
function showsNothing(request: Request): boolean {
  return (
    request.method === 'HEAD' || (request.headers.get('Sec-Purpose')?.includes('prefetch') ?? false)
  )
}

// Renewed, or given another limit: the browser must hear of it though the id is the same.
function livesOn(before: SessionRecord | undefined, after: SessionRecord | undefined): boolean {
  return (
    before?.renewedAt !== after?.renewedAt ||
    before?.maxAge !== after?.maxAge ||
    before?.persistent !== after?.persistent
  )
}

function cookieFor(
  cookie: Cookie,
  storage: SessionStorage,
  state: SessionState,
  value: string,
): string {
  const { persistent, maxAge } = state.origin?.record ?? {}
  const attributes =
    persistent === undefined
      ? undefined
      : { maxAge: persistent ? maxAge : undefined, expires: undefined }
  const raw = storage.selfAuthenticating ? value : cookie.toRaw(value)
  return cookie.serializeRaw(raw, attributes)
}

function removalOf(cookie: Cookie): string {
  return cookie.serializeRaw('', { maxAge: 0, expires: new Date(0) })
}

function withCookie(response: Response, setCookie: string): Response {
  return withHeaders(response, (headers) => {
    headers.append('Set-Cookie', setCookie)
    keepPrivate(headers)
  })
}

function withHeaders(response: Response, change: (headers: Headers) => void): Response {
  try {
    change(response.headers)
    return response
  } catch {
    // The headers of Response.redirect() and of what fetch() returned cannot be changed.
    const copy = new Response(response.body, response)
    change(copy.headers)
    return copy
  }
}

// RFC 9111, 4.1 and 5.2.2: what one visitor sees is not stored for another.
function keepPrivate(headers: Headers): void {
  const vary = headers.get('Vary')
  if (vary === null) headers.set('Vary', 'Cookie')
  else if (!/(^|,)\s*(cookie|\*)\s*(,|$)/i.test(vary)) headers.append('Vary', 'Cookie')
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'private, no-store')
}
