import { RequestContext } from '@remix-run/fetch-router'
import type { Middleware } from '@remix-run/fetch-router'
import type { Cookie } from '../cookie/cookie.ts'
import { getSessionState, Session } from '../session.ts'
import type { SessionStorage } from '../session.ts'
import { handleSessions } from './handler.ts'

export { loadSession } from './handler.ts'

type SessionEntry = { key: typeof Session; value: Session; property: 'session' }

/** What handlers find in their context: `get(Session)`, also as `session`, and the context itself. */
type SessionContext = readonly [
  SessionEntry,
  {
    key: typeof RequestContext
    value: RequestContext<any, [SessionEntry]> & { readonly session: Session }
    property: 'context'
  },
]

// The documentation's handlers take `({ context })`; the router passes the context itself. And
// `context.session` is what today's Remix has beside `context.get(Session)`.
Object.defineProperties(RequestContext.prototype, {
  context: {
    configurable: true,
    get(this: RequestContext) {
      return this
    },
  },
  session: {
    configurable: true,
    get(this: RequestContext) {
      return this.get(Session)
    },
  },
})

/**
 * Gives each request its session, `context.get(Session)`, and saves it with the response.
 *
 * A response of any status saves. A handler that throws saves nothing, except that `destroy()`, `reset()` and
 * `regenerateId()` still end the old id in a store. A response that cannot be sent, or that needs a cookie
 * and cannot carry one, is a `TypeError`: nothing is saved then but the end of a session in a store. What
 * `session.save()` stored before stays stored.
 *
 * `Set-Cookie` is sent only when there is something new, and whatever depends on the session is kept
 * out of shared caches.
 *
 * @param cookie A cookie with secrets. It is `HttpOnly` unless it says `httpOnly: false`
 * @throws TypeError if the cookie has no secrets, or `storage` is not a session storage
 */
export function session(cookie: Cookie, storage: SessionStorage): Middleware<SessionContext> {
  const handle = handleSessions(cookie, storage, { goesOn: true })
  return (context, next) => {
    if (context.has(Session)) {
      throw new Error('This request already has a session: use the session middleware once.')
    }
    const { request, get } = context
    return handle(request, async (current) => {
      const state = getSessionState(current)
      context.set(Session, current)
      context.get = (key) => {
        if ((key as unknown) === Session) state.taken = true
        return get(key)
      }
      const response = await next()
      if (get(Session) === current) return response
      throw new Error('The session of a request cannot be replaced: change it, or destroy it.')
    })
  }
}
