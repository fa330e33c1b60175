import { arePlainOptions, findOptionProblem } from '../options.ts'
import type { OptionTypes } from '../options.ts'

/** The attributes of a cookie, as RFC 6265bis names them. */
export interface CookieAttributes {
  /** A host, for it and its subdomains. Without it only the host that sets the cookie gets it. */
  domain?: string | undefined
  /** Until the year 9999; browsers go by `maxAge` where both are given. */
  expires?: Date | undefined
  /** Hides the cookie from scripts. */
  httpOnly?: boolean | undefined
  /**
   * In seconds; 0 removes the cookie, in `serialize()`. Without it the cookie ends with the browser.
   * Browsers keep no cookie longer than 400 days.
   */
  maxAge?: number | undefined
  /** Keeps a cookie of its own for each site that embeds this one. Implies `secure`. */
  partitioned?: boolean | undefined
  /**
   * Spelled as it stands in a URL, so with "%20" for a blank.
   *
   * @default '/'
   */
  path?: string | undefined
  /** @default 'Lax' */
  sameSite?: 'Strict' | 'Lax' | 'None' | undefined
  /** Sends the cookie over https only. */
  secure?: boolean | undefined
}

/** Name and value together, in bytes: browsers drop a cookie that is larger (RFC 6265bis, 5.6). */
export const LARGEST_COOKIE = 4096
// Browsers ignore an attribute with a longer value (RFC 6265bis, 5.6).
const LARGEST_ATTRIBUTE = 1024
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
// The name of a host (RFC 1123, 2.1), with "_" as browsers and intranets have it, or an IPv6 address.
const HOST = /^(?:(?=.{1,253}$)\w(?:[\w-]{0,61}\w)?(?:\.\w(?:[\w-]{0,61}\w)?)*|\[[\da-f:.]+\])$/i
// oxlint-disable-next-line no-control-regex -- control characters are what must not pass
const UNSAFE = /[\x00-\x1f\x7f;]/

/** The types of the attributes, as `checkOptions` takes them. */
export const ATTRIBUTE_TYPES = {
  domain: 'string',
  expires: 'Date',
  httpOnly: 'boolean',
  maxAge: 'number',
  partitioned: 'boolean',
  path: 'string',
  sameSite: 'string',
  secure: 'boolean',
} as const satisfies Record<keyof CookieAttributes, string>

// What is wrong with a value of the right type, or nothing.
const PROBLEMS: {
  [key in keyof CookieAttributes]: (value: NonNullable<CookieAttributes[key]>) => string | undefined
} = {
  domain: findDomainProblem,
  expires(value) {
    // Browsers read four digits and nothing before 1601 (RFC 6265bis, 5.1.1).
    const year = value.getUTCFullYear()
    return year >= 1601 && year <= 9999 ? undefined : 'expires is no date from 1601 to 9999'
  },
  maxAge(value) {
    if (Number.isSafeInteger(value) && value >= 0) return undefined
    return `maxAge must be a whole number of seconds, 0 or more, not ${value}`
  },
  path: findPathProblem,
  sameSite(value) {
    if (['Strict', 'Lax', 'None'].includes(value)) return undefined
    return `sameSite is 'Strict', 'Lax' or 'None', not ${JSON.stringify(value)}`
  },
}

// What browsers ask of a cookie by the beginning of its name, in any case: without it they drop the
// cookie and say nothing (RFC 6265bis, 5.7; of Http-, the draft of its successor, "Layered Cookies").
const NEEDS: [start: string, needs: string, isMet: (attributes: CookieAttributes) => unknown][] = [
  ['__Secure-', 'secure', ({ secure }) => secure],
  ['__Http-', 'secure and httpOnly', ({ secure, httpOnly }) => secure && httpOnly],
  [
    '__Host-Http-',
    "secure, httpOnly, path '/' and no domain",
    (attributes) => isHostOnly(attributes) && attributes.httpOnly,
  ],
  ['__Host-', "secure, path '/' and no domain", isHostOnly],
]

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
 * The attributes of a cookie with others in their place. `maxAge` and `expires` are replaced together:
 * of both browsers go by `maxAge`, so one that stayed would keep a cookie that the new end removes.
 */
export function replaceAttributes<own extends CookieAttributes>(
  own: own,
  attributes: CookieAttributes,
): own & CookieAttributes {
  const { maxAge, expires } = attributes
  const endsAnew = maxAge !== undefined || expires !== undefined
  return { ...own, ...attributes, ...(endsAnew && { maxAge, expires }) }
}

/** Options that stay as they are, whatever the caller does to the object, its list or its date. */
export function copyOptions<
  options extends { expires?: Date | undefined; secrets?: readonly string[] | undefined },
>(options: options): options {
  const { expires, secrets } = options
  return { ...options, expires: expires && new Date(expires), secrets: secrets && [...secrets] }
}

/** @throws TypeError if it is not a token (RFC 9110, 5.6.2), or leaves no room for a value */
export function checkName(name: unknown): void {
  if (typeof name !== 'string' || !TOKEN.test(name)) {
    throw cookieError(String(name), 'the name is not a token: take letters, digits, "-" and "_"')
  }
  if (name.length >= LARGEST_COOKIE) {
    throw cookieError(name, `the name has ${name.length} bytes, and a cookie has ${LARGEST_COOKIE}`)
  }
}

/**
 * Checks the names and types of options, and what attributes hold. A misspelt option that was
 * ignored would be a cookie that lacks what its author believes it has.
 *
 * @throws TypeError that names the problem and the way out
 */
export function checkOptions(cookie: string, options: unknown, types: OptionTypes): void {
  // What a class keeps in accessors would be ignored.
  if (!arePlainOptions(options)) {
    throw cookieError(cookie, 'options are a plain object, as { secure: true }')
  }
  for (const key of Object.keys(options)) {
    const problem = findProblem(key, options[key], types)
    if (problem !== undefined) throw cookieError(cookie, problem)
  }
}

/**
 * Checks what browsers ask of attributes together.
 *
 * @throws TypeError that names what is missing
 */
export function checkCombination(cookie: string, attributes: CookieAttributes): void {
  if (attributes.sameSite === 'None' && !attributes.secure) {
    throw cookieError(cookie, `sameSite 'None' needs secure`)
  }
  const name = cookie.toLowerCase()
  for (const [start, needs, isMet] of NEEDS) {
    if (name.startsWith(start.toLowerCase()) && !isMet(attributes)) {
      throw cookieError(cookie, `a name that begins with ${start} needs ${needs}`)
    }
  }
}

/**
 * Checks that a cookie is not one that browsers remove at once.
 *
 * @throws TypeError that names the way to remove a cookie
 */
export function checkLasting(cookie: string, { maxAge, expires }: CookieAttributes): void {
  if (maxAge === 0 || (expires !== undefined && expires.getTime() <= Date.now())) {
    const attribute = maxAge === 0 ? 'maxAge 0' : 'an expires in the past'
    throw cookieError(cookie, `${attribute} removes a cookie: give it to serialize() to do so`)
  }
}

export function cookieError(cookie: string, problem: string): TypeError {
  return new TypeError(`Cookie ${JSON.stringify(cookie)}: ${problem}`)
}

function findProblem(key: string, value: unknown, types: OptionTypes): string | undefined {
  const problem = findOptionProblem(key, value, types)
  if (problem !== undefined || value === undefined) return problem
  const find = PROBLEMS[key as keyof CookieAttributes] as (value: unknown) => string | undefined
  return find?.(value)
}

/**
 * Whether the domain is one of the server's own, or a public suffix, only a browser can tell. An IP
 * address and a name without a dot, as localhost, pass, because browsers take them if they are equal
 * to the host. So does a leading dot, which they drop.
 */
function findDomainProblem(domain: string): string | undefined {
  const name = domain.replace(/^\./, '')
  const host = hostOf(name)
  // A URL writes "127.1" and the like in another way, and its host is what browsers compare with.
  if (HOST.test(name) && host === name.toLowerCase()) return undefined
  if (!isAscii(name) && HOST.test(host)) {
    return `domain must not hold letters beyond ASCII: write ${JSON.stringify(host)}`
  }
  return `domain is the name of a host and nothing else, not ${JSON.stringify(domain)}`
}

function hostOf(name: string): string {
  const url = `http://${name}`
  return URL.canParse(url) ? new URL(url).hostname : ''
}

/** Browsers compare a path, letter by letter, with that of a URL: another spelling never matches. */
export function findPathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return `path begins with "/", not as ${JSON.stringify(path)}`
  if (UNSAFE.test(path)) return 'path must not hold ";" or control characters'
  // Of "|" browsers make "%7C", against the standard of URLs.
  const inUrl = new URL(`http://localhost${path}`).pathname.replaceAll('|', '%7C')
  if (inUrl !== path) return `path is spelled as in a URL: write ${JSON.stringify(inUrl)}`
  if (path.length <= LARGEST_ATTRIBUTE) return undefined
  return `path has ${path.length} bytes, browsers take ${LARGEST_ATTRIBUTE}`
}

function isHostOnly({ secure, path, domain }: CookieAttributes): boolean {
  return Boolean(secure) && path === '/' && domain === undefined
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length
}
