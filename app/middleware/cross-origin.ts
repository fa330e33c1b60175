import type { Middleware } from 'remix/fetch-router'
import { HttpError } from './http-error.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses requests that a page of another origin makes a browser send (cross-site request forgery),
 * by the headers that browsers add and pages cannot forge. Forms need no hidden token for it.
 *
 * `Sec-Fetch-Site` decides where there is one; browsers send it to https and localhost only, so
 * elsewhere `Origin` must be exactly one of `origins`. Neither of them means that it was no browser,
 * which has no one else's cookies to abuse.
 */
export function sameOriginOnly(origins: readonly string[]): Middleware {
  return (context, next) => {
    if (!safeMethods.has(context.request.method) && isForeign(context.request.headers, origins)) {
      throw new HttpError(403, 'The form was sent from another site')
    }
    return next()
  }
}

function isForeign(headers: Headers, origins: readonly string[]): boolean {
  const site = headers.get('Sec-Fetch-Site')
  // "none" is the visitor's own doing, such as a bookmark; "same-site" may be another's subdomain.
  if (site !== null) return site !== 'same-origin' && site !== 'none'

  const origin = headers.get('Origin')
  return origin !== null && !origins.includes(origin)
}
