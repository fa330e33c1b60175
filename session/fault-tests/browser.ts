import { createCookie } from '../cookie.ts'
import type { CookieOptions } from '../cookie.ts'
import { createCookieSessionStorage } from '../cookie-storage.ts'
import { createCustomSessionStorage } from '../custom-storage.ts'
import type { TimeLimits } from '../custom-storage.ts'
import { createFakeClock } from '../contract/request.ts'
import { createRouter } from '../fetch-router.ts'
import type { RequestContext } from '../fetch-router.ts'
import type { Cookie } from '../cookie.ts'
import { session } from '../middleware.ts'
import type { SessionStorage } from '../session-storage.ts'
import { Session } from '../session.ts'
import { WatchedStore } from './watched-store.ts'

export const SECRET = 'pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'

export type Handler = (
  session: Session,
  context: RequestContext<any, any>,
) => Response | undefined | void | Promise<Response | undefined | void>

/** A browser that keeps one cookie, before a router with the session middleware. */
export class Browser {
  /** The `Cookie` header that it sends. */
  cookie = ''
  readonly #cookie: Cookie
  readonly #storage: SessionStorage

  constructor(cookie: Cookie, storage: SessionStorage) {
    this.#cookie = cookie
    this.#storage = storage
  }

  /** Sends a request to a handler, and keeps the cookie that comes back. */
  async visit(handler?: Handler, init: RequestInit = {}): Promise<Response> {
    const response = await this.request(handler, init)
    for (const header of response.headers.getSetCookie()) {
      const [pair, ...attributes] = header.split('; ')
      this.cookie = attributes.includes('Max-Age=0') ? '' : pair!
    }
    return response
  }

  /** Sends a request and keeps nothing, as a second tab whose response comes later. */
  request(handler?: Handler, init: RequestInit = {}): Promise<Response> {
    const router = createRouter({ middleware: [session(this.#cookie, this.#storage)] })
    router.map('/', async (context) => {
      const response = await handler?.(context.get(Session), context)
      return response ?? new Response('ok')
    })
    const headers = new Headers(init.headers)
    if (this.cookie !== '') headers.append('Cookie', this.cookie)
    return router.fetch('https://shop.example/', { ...init, headers })
  }
}

/** The one `Set-Cookie` header of a response, or `null` if there is none. */
export function setCookieOf(response: Response): string | null {
  const headers = response.headers.getSetCookie()
  if (headers.length > 1) throw new Error(`The response has ${headers.length} Set-Cookie headers`)
  return headers[0] ?? null
}

/** A browser before a store that tells what was asked of it. */
export function openBrowser(options: CookieOptions = {}, limits: TimeLimits = {}) {
  const clock = createFakeClock()
  const store = new WatchedStore()
  const cookie = createCookie('__session', { secrets: [SECRET], ...options })
  const storage = createCustomSessionStorage(store, { now: clock.now, ...limits })
  return { browser: new Browser(cookie, storage), cookie, storage, store, clock }
}

/** A browser whose cookie holds the session. */
export function openSealedBrowser() {
  const cookie = createCookie('__session', { secrets: [SECRET] })
  return { browser: new Browser(cookie, createCookieSessionStorage(cookie)) }
}
