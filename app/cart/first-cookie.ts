import type { RequestContext } from 'remix/fetch-router'
import { getSessionState, Session } from 'remix/session'
import type { AppContext } from '../context.ts'
import type { Notice } from '../ui/notices.ts'

// Also in public/history.js, which takes it out of the address bar.
const mark = 'cookie-check'

/**
 * Marks the page after a redirect that hands out the first cookie. A browser that keeps no cookies
 * comes there without, and nothing else could tell it from one that just looks around.
 */
export function withCookieCheck(context: AppContext, href: string): string {
  const url = new URL(href, context.url)
  // It comes along in the `returnTo` of a page that was marked.
  url.searchParams.delete(mark)
  if (!hasSession(context)) url.searchParams.set(mark, '')
  return url.pathname + url.search + url.hash
}

/** What to tell a browser that was given a cookie and did not keep it. */
export function checkCookies(context: RequestContext<any, any>): Notice | undefined {
  if (!context.url.searchParams.has(mark) || hasSession(context)) return undefined
  return cookiesNeeded
}

function hasSession(context: RequestContext<any, any>): boolean {
  const session = context.get(Session) as Session | undefined
  return session !== undefined && getSessionState(session).origin !== null
}

const cookiesNeeded: Notice = {
  kind: 'error',
  text:
    'Your browser did not keep our cookie, and without it there is no cart. ' +
    'Please allow cookies for this shop and try again.',
}
