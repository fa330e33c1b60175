import { createMultiMatcher } from '@remix-run/route-pattern/match'
import type { Route } from 'remix/fetch-router/routes'
import type { Session } from 'remix/session'
import { routesIn } from '../middleware/methods.ts'
import { routes } from '../routes.ts'
import { readSession } from '../session-values.ts'
import { isCarryingOn } from './carry-on.ts'

// Never asked for: it only makes URLs out of paths.
const base = 'http://shop.invalid'

// As the router finds them: a path to which forms alone are sent has no page to show.
const pages = createMultiMatcher<Route>()
for (const route of routesIn(routes)) if (route.method === 'GET') pages.add(route.pattern, route)

// To be sent back there after logging in would be pointless.
const excluded = new Set<Route>([routes.login.index, routes.loginCode.index, routes.register.index])

/**
 * Returns `value` if it is the path of a page of this shop, and `fallback` otherwise, so that a link
 * with `returnTo` cannot lead to another site (open redirect) or to a form that is sent unseen.
 */
export function safeReturnTo(value: unknown, fallback: string): string
export function safeReturnTo(value: unknown): string | null
export function safeReturnTo(value: unknown, fallback: string | null = null): string | null {
  // The checks of the text are for readers of logs and for other parsers of URLs; the one that
  // counts is that of the origin, since it asks the parser that browsers use.
  // oxlint-disable-next-line no-control-regex
  if (typeof value !== 'string' || !/^\/(?!\/)[^\\\u0000-\u001f\u007f]{0,1999}$/.test(value)) {
    return fallback
  }
  const url = URL.parse(value, base)
  const page = url?.origin === base ? pages.match(url)?.data : undefined
  if (!url || !page || excluded.has(page)) return fallback

  const path = url.pathname + url.search + url.hash
  // "/.//evil.example" is a path here, but what is left of it would lead there. And browsers send the form
  // of a login on to where a kept form waits: a link shall have them send nothing.
  return path.startsWith('//') || isCarryingOn(path) ? fallback : path
}

// There is not much room in a session cookie.
const LONGEST_KEPT = 300

/** Keeps it until a link in a mail is followed, which repeats nothing that whoever asked has chosen. */
export function keepWayOn(session: Session, returnTo: string | null): void {
  if (returnTo !== null && returnTo.length <= LONGEST_KEPT) session.set('wayOn', returnTo)
}

/** Checked once more, as what is a page may have changed since. */
export function keptWayOn(session: Session): string | null {
  return safeReturnTo(readSession(session, 'wayOn'))
}
