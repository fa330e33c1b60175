// The way of a request:
//
//   in      The cookie's values are taken from the header. Of several, findOurs in load-session.ts tells
//           which counts. The storage reads the session, which is handed to the handler.
//   out     The session is closed for writing and saved, whatever the status. strangers.ts ends those of
//           which none counted, where somebody logs in or out. set-cookie.ts decides what the browser is
//           told; cache-headers.ts keeps out of shared caches what depends on it.
//   thrown  Nothing is saved but what ends or replaces an id in a store.
//   unsent  Of a response that answer.ts finds fit for no browser, or for no cookie that is needed,
//           nothing is saved but what ends an id in a store; what the handler saved itself stays.
//   left    Without a client there is no answer: client-left.ts saves what the handler changes as it does.

import type { Cookie } from '../cookie/cookie.ts'
import { SessionEndedError } from '../errors.ts'
import type { FlashMode } from '../flashes.ts'
import { isStorage } from '../options.ts'
import { getSessionState } from '../session.ts'
import type { Session, SessionStorage } from '../session.ts'
import { warn } from '../warning.ts'
import {
  canGetHeaders,
  whyUnsendable,
  withCookie,
  withoutReadBody,
  withoutSharing,
} from './answer.ts'
import { saveWithoutResponse } from './client-left.ts'
import { findOurs, valuesIn } from './load-session.ts'
import { needsCookie, setCookieFor } from './set-cookie.ts'
import { saveAndEndStrangers } from './strangers.ts'

export { loadSession } from './load-session.ts'

/**
 * Answers a request. `session()` gives its session; only a response for which it was called is kept out
 * of shared caches.
 */
export type SessionHandler = (session: () => Session) => Response | Promise<Response>

/** What `handleSessions` makes. Whoever hands the session on marks it as `taken`. */
type HandleSession = (
  request: Request,
  handler: (current: Session) => MaybeResponse | Promise<MaybeResponse>,
) => Promise<Response>

type MaybeResponse = Response | void

/**
 * Gives requests their sessions and saves them with the responses, for any server that speaks the Fetch
 * API.
 *
 * ```ts
 * const handle = withSession(cookie, storage)
 *
 * const response = await handle(request, (session) => {
 *   return new Response(`Visit ${session().increment('visits')}`)
 * })
 * ```
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
export function withSession(
  cookie: Cookie,
  storage: SessionStorage,
): (request: Request, handler: SessionHandler) => Promise<Response> {
  const handle = handleSessions(cookie, storage)
  return (request, handler) =>
    handle(request, (current) =>
      handler(() => {
        getSessionState(current).taken = true
        return current
      }),
    )
}

/**
 * For middleware, which hands the session on before it knows whether anybody will take it.
 *
 * @param goesOn Whether a handler goes on when the client leaves, while its request has failed: the
 *   router waits no longer for it
 */
export function handleSessions(
  cookie: Cookie,
  storage: SessionStorage,
  { goesOn = false }: { goesOn?: boolean } = {},
): HandleSession {
  const { name, signed, httpOnly, httpOnlyGiven } = cookie
  if (!signed) {
    throw new TypeError(
      `The session cookie ${JSON.stringify(name)} needs secrets: without a signature ` +
        'anybody can present any session id.',
    )
  }
  if (!isStorage(storage)) {
    throw new TypeError(
      `The session cookie ${JSON.stringify(name)} needs a session storage, such as createMemorySessionStorage().`,
    )
  }
  if (!httpOnlyGiven) cookie = cookie.with({ httpOnly: true })
  else if (!httpOnly) {
    warn(
      `The session cookie ${JSON.stringify(name)} is not HttpOnly: a script that somebody smuggles ` +
        'into a page can read it and take the session over.',
      'SessionCookieWarning',
    )
  }

  return async (request, handler) => {
    const header = request.headers.get('Cookie')
    const sent = valuesIn(header, cookie, storage)
    const value = await findOurs(sent, storage, cookie.maxAge)
    const current = await storage.read(value, {
      maxAge: cookie.maxAge,
      flashes: () => flashModeFor(request),
    })
    const state = getSessionState(current)
    const keptInCookie = (): boolean => storage.keptInCookie?.(current) ?? false
    // What the handler saved itself, and no response has told the browser.
    let isUntold = false
    const keeper = {
      save() {
        isUntold ||= needsCookie(state, keptInCookie())
        return saveAndEndStrangers(current, storage)
      },
      cookie: value,
      sent,
      keptInCookie,
    }
    state.keeper = keeper
    const before = state.origin?.record

    let response: Response
    try {
      response = (await handler(current)) ?? new Response(null, { status: 204 })
    } catch (error) {
      const hasLeft = goesOn && request.signal.aborted && error === request.signal.reason
      if (hasLeft) saveWithoutResponse(current, storage)
      else await saveAfterError(current, storage)
      throw error
    }

    /** Saves nothing but what ends an id in a store, and throws. */
    async function refuse(problem: string): Promise<never> {
      await saveUnheard(current, storage)
      throw new TypeError(
        `${problem}. Its session was not saved, except what \`save()\` had stored before.`,
      )
    }

    if (state.taken && response.status === 0) {
      await saveUnheard(current, storage)
      return response
    }
    const unsendable = state.taken ? whyUnsendable(response, request.method) : null
    if (unsendable !== null) {
      return refuse(`The handler’s response cannot be sent, as ${unsendable}`)
    }
    while (state.saving) await state.saving
    if (!canGetHeaders(response) && (isUntold || needsCookie(state, keptInCookie()))) {
      return refuse(
        `A response of status ${response.status} whose headers cannot be changed gets no cookie`,
      )
    }
    if (state.taken && request.method === 'HEAD') response = withoutReadBody(response)
    state.close()
    let saved: string
    try {
      saved = await saveAndEndStrangers(current, storage)
    } catch (error) {
      state.values.discard() // an error page shows what is there, not what was not saved
      throw error
    }
    keeper.cookie = saved
    const hasSent = sent.length > 0 || cookie.rawValues(header).length > 0
    const setCookie = setCookieFor(cookie, storage, { state, before, value, hasSent, saved })
    if (setCookie !== undefined) return withCookie(response, setCookie)
    return state.taken ? withoutSharing(response) : response
  }
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

/** After a response that tells the browser nothing: it goes on with the id that it has. */
async function saveUnheard(session: Session, storage: SessionStorage): Promise<void> {
  const state = getSessionState(session)
  while (state.saving) await state.saving
  state.keepId()
  await saveAfterError(session, storage)
}

async function saveAfterError(session: Session, storage: SessionStorage): Promise<void> {
  const state = getSessionState(session)
  while (state.saving) await state.saving
  state.close()
  state.discard()
  if (storage.keptInCookie?.(session)) return
  // A storage may have made it by `createSession(data)` alone: it would be stored as an empty one.
  if (!state.origin && !state.former && !state.destroyed) return
  try {
    await storage.save(session)
  } catch (error) {
    // The handler's error is the one to tell.
    if (!(error instanceof SessionEndedError)) throw error
  }
}
