import type { Middleware } from 'remix/fetch-router'
import { Client } from './client-address.ts'
import { withHeaders } from './response-headers.ts'

// Everything is forbidden, and then allowed for files of our own: there is no inline script or
// style to make an exception for, and none can be injected.
const contentSecurityPolicy = [
  "default-src 'none'",
  "img-src 'self'",
  "style-src 'self'",
  "script-src 'self'",
  "font-src 'self'",
  // For the challenges of passkeys, and for tools that read robots.txt by way of a page.
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "object-src 'none'",
].join('; ')

const securityHeaders = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  // Not no-referrer: that turns the Origin of our own forms into "null", which is refused as foreign.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}

const strictTransportSecurity = 'max-age=31536000; includeSubDomains'

/**
 * Sets the headers that tell browsers what not to do, on every response.
 *
 * HSTS (RFC 6797) is sent only to who came by https: it makes browsers refuse plain http for this
 * host and all its subdomains, for a year.
 */
export function secureHeaders(): Middleware {
  return async (context, next) => {
    return withHeaders(await next(), (headers) => {
      setSecurityHeaders(headers)
      if (context.get(Client)?.protocol === 'https:') {
        headers.set('Strict-Transport-Security', strictTransportSecurity)
      }
    })
  }
}

/** For responses that no middleware sees. */
export function setSecurityHeaders(headers: Headers): void {
  for (const [name, value] of Object.entries(securityHeaders)) headers.set(name, value)
}
