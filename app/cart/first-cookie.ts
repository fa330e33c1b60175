import { getSessionState, Session } from 'remix/session'
import type { AppContext } from '../context.ts'
import type { Notice } from '../ui/notices.ts'
import type { Visit } from '../ui/shell.ts'

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
  if (!isStored(context.get(Session))) url.searchParams.set(mark, '')
  return url.pathname + url.search + url.hash
}

/** What to tell a browser that was given a cookie and did not keep it. */
export function cookiesNeeded({ url, session }: Visit): Notice | undefined {
  return url.searchParams.has(mark) && !isStored(session) ? notice : undefined
}

function isStored(session: Session | undefined): boolean {
  return session !== undefined && getSessionState(session).origin !== null
}

const notice: Notice = {
  kind: 'error',
  text:
    'Your browser did not keep our cookie, and without it there is no cart. ' +
    'Please allow cookies for this shop and try again.',
}
