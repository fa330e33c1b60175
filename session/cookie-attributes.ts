/** The attributes of a cookie, as RFC 6265bis names them. */
export interface CookieAttributes {
  domain?: string | undefined
  expires?: Date | undefined
  /** Hides the cookie from scripts. */
  httpOnly?: boolean | undefined
  /** In seconds. Without it the cookie ends with the browser. */
  maxAge?: number | undefined
  /** Keeps a cookie of its own for each site that embeds this one. Implies `secure`. */
  partitioned?: boolean | undefined
  /** @default '/' */
  path?: string | undefined
  /** @default 'Lax' */
  sameSite?: 'Strict' | 'Lax' | 'None' | undefined
  /** Sends the cookie over https only. */
  secure?: boolean | undefined
}

/** What would end a value or an attribute, or make browsers drop the cookie. */
// oxlint-disable-next-line no-control-regex -- control characters are what must not pass
export const UNSAFE = /[\x00-\x1f\x7f;]/

/** The attributes as they follow name and value in a `Set-Cookie` header. */
export function formatAttributes(attributes: CookieAttributes): string {
  const { domain, expires, httpOnly, maxAge, partitioned, path, sameSite, secure } = attributes
  let text = ''
  if (domain !== undefined) text += `; Domain=${domain}`
  if (path !== undefined) text += `; Path=${path}`
  if (maxAge !== undefined) text += `; Max-Age=${maxAge}`
  if (expires !== undefined) text += `; Expires=${expires.toUTCString()}`
  if (httpOnly) text += '; HttpOnly'
  if (secure) text += '; Secure'
  if (sameSite !== undefined) text += `; SameSite=${sameSite}`
  if (partitioned) text += '; Partitioned'
  return text
}

/**
 * Checks a name and attributes, also for what browsers refuse silently.
 *
 * @throws TypeError that names the problem
 */
export function checkCookie(name: string, attributes: CookieAttributes): void {
  const { domain, expires, maxAge, path, sameSite, secure } = attributes
  const refuse = (problem: string): never => {
    throw new TypeError(`Cookie ${JSON.stringify(name)}: ${problem}`)
  }
  // A token of RFC 9110, 5.6.2.
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) refuse('the name is not a token')
  if (maxAge !== undefined && !Number.isSafeInteger(maxAge)) {
    refuse(`maxAge is a whole number of seconds, not ${maxAge}`)
  }
  for (const [key, value] of Object.entries({ domain, path })) {
    if (value !== undefined && UNSAFE.test(value)) {
      refuse(`${key} must not hold ";" or control characters`)
    }
  }
  if (path !== undefined && !path.startsWith('/')) refuse(`path begins with "/"`)
  if (expires !== undefined && Number.isNaN(expires.getTime())) refuse('expires is no date')
  if (sameSite !== undefined && !['Strict', 'Lax', 'None'].includes(sameSite)) {
    refuse(`sameSite is 'Strict', 'Lax' or 'None', not ${JSON.stringify(sameSite)}`)
  }
  // What follows, browsers refuse without a word (RFC 6265bis, 5.7).
  if (sameSite === 'None' && !secure) refuse(`sameSite 'None' needs secure`)
  if (/^__secure-/i.test(name) && !secure) refuse('a name that begins with __Secure- needs secure')
  if (/^__host-/i.test(name) && (!secure || path !== '/' || domain !== undefined)) {
    refuse("a name that begins with __Host- needs secure, path '/' and no domain")
  }
}
