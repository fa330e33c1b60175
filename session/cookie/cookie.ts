// A cookie in a header:
//
//   <name>=<encoded value>.<signature>    with secrets; <name>=<encoded value> without
//
// The signature is HMAC-SHA-256 as base64url, with a key derived by HKDF from the secret and the name,
// so that it proves nothing in another cookie. The first secret signs, any verifies; signatures are
// compared as text, in constant time, and those that proved right are remembered. Only ";" separates
// the cookies of a header, and only a name that is equal to the letter counts.

import { hkdfSync } from 'node:crypto'
import { BoundedMap } from '../bounded-map.ts'
import {
  ATTRIBUTE_TYPES,
  checkCombination,
  checkLasting,
  checkName,
  checkOptions,
  cookieError,
  copyOptions,
  formatAttributes,
  LARGEST_COOKIE,
  replaceAttributes,
} from './attributes.ts'
import type { CookieAttributes } from './attributes.ts'
import { findValues } from './header.ts'
import { Hmac } from './hmac.ts'
import { checkSecrets } from './secrets.ts'

export type { CookieAttributes } from './attributes.ts'

export interface CookieOptions extends CookieAttributes {
  /**
   * Secrets that sign the value, each of 32 characters or more. The first one signs, any verifies: a new
   * one goes to the front, with several servers once all have it at the end; old ones are dropped later.
   */
  secrets?: readonly string[] | undefined
  /** @default encodeURIComponent */
  encode?: ((value: string) => string) | undefined
  /** @default decodeURIComponent */
  decode?: ((value: string) => string) | undefined
}

const OPTION_TYPES = {
  ...ATTRIBUTE_TYPES,
  secrets: 'array',
  encode: 'function',
  decode: 'function',
} as const satisfies Record<keyof CookieOptions, string>
// What would end a value or be trimmed from it, and what does not fit into a header.
const UNSAFE_VALUE = /[^\x20-\x7e\x80-\xff]|;|^ | $/
// Which encodeURIComponent does not take.
const HALF_A_CHARACTER = /\p{Surrogate}/u
// A part of what encodeURIComponent leaves as it is.
const NEEDS_NO_ENCODING = /^[\w.~-]*$/
// Verifying costs more than all the rest of reading a cookie, and a browser sends one many times.
const MOST_VERIFIED = 1000

/** A cookie: its name, its attributes, and its value in and out of headers. */
export class Cookie {
  readonly name: string
  readonly #options: CookieOptions
  readonly #attributes: CookieAttributes & { path: string; sameSite: 'Strict' | 'Lax' | 'None' }
  readonly #secrets: readonly string[]
  readonly #signers: Hmac[]
  // What stood in a header and proved to be ours, and its value.
  readonly #verified = new BoundedMap<string, string>(MOST_VERIFIED)
  readonly #encode: (value: string) => string
  readonly #decode: (value: string) => string
  readonly #suffix: string
  readonly #prefix: string

  /** Use `createCookie()`. */
  constructor(name: string, options: CookieOptions = {}) {
    checkName(name)
    checkOptions(name, options, OPTION_TYPES)
    this.#options = copyOptions(options)
    const { secrets, encode, decode = decodeURIComponent, ...attributes } = this.#options
    this.name = name
    this.#attributes = implySecure({
      ...attributes,
      path: attributes.path ?? '/',
      sameSite: attributes.sameSite ?? 'Lax',
    })
    checkCombination(name, this.#attributes)
    checkLasting(name, attributes)
    this.#secrets = checkSecrets(name, secrets)
    this.#signers = this.#secrets.map((secret) => createSigner(secret, name))
    this.#encode = encode ? checkResult(name, encode) : encodeText
    this.#decode = decode
    this.#prefix = `${name}=`
    this.#suffix = formatAttributes(this.#attributes)
  }

  get domain(): string | undefined {
    return this.#attributes.domain
  }

  get expires(): Date | undefined {
    return this.#attributes.expires
  }

  get httpOnly(): boolean {
    return this.#attributes.httpOnly ?? false
  }

  /** Whether `httpOnly` was given, be it `false`: for those who have a default of their own. */
  get httpOnlyGiven(): boolean {
    return this.#attributes.httpOnly !== undefined
  }

  /** In seconds; `undefined` for a cookie that ends with the browser. */
  get maxAge(): number | undefined {
    return this.#attributes.maxAge
  }

  get partitioned(): boolean {
    return this.#attributes.partitioned ?? false
  }

  get path(): string {
    return this.#attributes.path
  }

  get sameSite(): 'Strict' | 'Lax' | 'None' {
    return this.#attributes.sameSite
  }

  get secure(): boolean {
    return this.#attributes.secure ?? false
  }

  /** The same cookie with other attributes, which replace its own as those of `serialize` do. */
  with(attributes: CookieAttributes): Cookie {
    return new Cookie(this.name, replaceAttributes(this.#options, attributes))
  }

  /** Whether values are signed, that is, whether there are secrets. */
  get signed(): boolean {
    return this.#secrets.length > 0
  }

  /** The secrets, for a storage that derives keys of its own from them. Keep them to yourself. */
  get secrets(): readonly string[] {
    return this.#secrets
  }

  /**
   * Takes this cookie's value out of a `Cookie` header, which may be `null` or `undefined`.
   *
   * @returns The value, or `null` if there is none, its signature is wrong, or there are two
   *   different ones that are both right
   */
  async parse(header: string | null | undefined): Promise<string | null> {
    const values = this.parseAll(header)
    return values.length === 1 ? values[0]! : null
  }

  /** All different values of this cookie's name in a `Cookie` header whose signatures are right. */
  parseAll(header: string | null | undefined): string[] {
    const values: string[] = []
    for (const raw of this.rawValues(header)) {
      const value = this.#open(raw)
      if (value !== null && !values.includes(value)) values.push(value)
    }
    return values
  }

  /**
   * The different values of this cookie's name as they stand in a `Cookie` header, 8 at most. Only `;`
   * separates, nothing is unquoted and names must be equal to the letter, so no other cookie can
   * hide this one or pass for it.
   */
  rawValues(header: string | null | undefined): string[] {
    return header == null ? [] : findValues(header, this.#prefix)
  }

  /**
   * Makes the value of a `Set-Cookie` header.
   *
   * @param attributes Replace those of the cookie; `undefined` leaves one out, `maxAge: 0` removes the
   *   cookie. With a `maxAge` or an `expires` neither end of the cookie's own is left
   * @throws TypeError as `createCookie` does, or if name and value have more than 4,096 bytes
   */
  async serialize(value: string, attributes?: CookieAttributes): Promise<string> {
    return this.serializeRaw(this.toRaw(value), attributes)
  }

  /**
   * What stands in a header for a value: it is encoded and, if there are secrets, signed.
   *
   * @throws TypeError if the value is no string or holds half a character, or an `encode` of your own
   *   leaves in it what cannot stand there
   */
  toRaw(value: string): string {
    if (typeof value !== 'string') throw cookieError(this.name, 'the value is no string')
    const encoded = this.#encoded(value)
    const [signer] = this.#signers
    return signer && encoded !== '' ? `${encoded}.${signer.sign(encoded)}` : encoded
  }

  /**
   * Makes a `Set-Cookie` header of a value that is encoded and signed already, by `toRaw` or by a
   * storage.
   *
   * @throws TypeError if the value would end early, at a ";", or browsers would refuse the cookie
   */
  serializeRaw(raw: string, attributes?: CookieAttributes): string {
    if (raw.includes(';')) throw unsafeValue(this.name)
    // A character is a byte: Headers refuse one that is not.
    const bytes = this.name.length + raw.length
    if (bytes > LARGEST_COOKIE) {
      const problem = `name and value have ${bytes} bytes, browsers take ${LARGEST_COOKIE}`
      throw cookieError(this.name, problem)
    }
    let suffix = this.#suffix
    if (attributes !== undefined) {
      checkOptions(this.name, attributes, ATTRIBUTE_TYPES)
      const all = implySecure(replaceAttributes(this.#attributes, attributes))
      checkCombination(this.name, all)
      suffix = formatAttributes(all)
    }
    // Joined, not added: V8 keeps a sum as a tree, and Headers looks at every character of a value.
    return [this.#prefix, raw, suffix].join('')
  }

  #encoded(value: string): string {
    try {
      return this.#encode(value)
    } catch (error) {
      // What else an `encode` of the application's own says is for it.
      if (!(error instanceof URIError) || !HALF_A_CHARACTER.test(value)) throw error
      const problem = cookieError(this.name, 'the value holds half a character')
      problem.cause = error
      throw problem
    }
  }

  #open(raw: string): string | null {
    if (!this.signed) return this.#decodeOrNull(raw)
    const known = this.#verified.get(raw)
    if (known !== undefined) return known
    const dot = raw.lastIndexOf('.')
    const encoded = raw.slice(0, Math.max(dot, 0))
    const signature = raw.slice(dot + 1)
    if (!this.#signers.some((signer) => signer.verify(encoded, signature))) return null
    const value = this.#decodeOrNull(encoded)
    if (value !== null) this.#verified.set(raw, value)
    return value
  }

  #decodeOrNull(encoded: string): string | null {
    try {
      return this.#decode(encoded)
    } catch {
      return null
    }
  }
}

/**
 * Creates a cookie.
 *
 * @throws TypeError if an option does not exist or cannot be used, or browsers would refuse the
 *   cookie
 */
export function createCookie(name: string, options?: CookieOptions): Cookie {
  return new Cookie(name, options)
}

// Looking is a fraction of the work of encoding, and what a storage gives needs none.
function encodeText(value: string): string {
  return NEEDS_NO_ENCODING.test(value) ? value : encodeURIComponent(value)
}

function checkResult(name: string, encode: (value: string) => string): (value: string) => string {
  return (value) => {
    const encoded = encode(value)
    if (typeof encoded !== 'string') throw cookieError(name, 'encode answered no string')
    if (UNSAFE_VALUE.test(encoded)) throw unsafeValue(name)
    return encoded
  }
}

function unsafeValue(name: string): TypeError {
  return cookieError(
    name,
    'the value must not hold ";", control characters, letters beyond U+00FF or blanks at its ends',
  )
}

function implySecure<attributes extends CookieAttributes>(attributes: attributes): attributes {
  attributes.secure ||= attributes.partitioned
  return attributes
}

// The name is part of the key: a value that was signed for one cookie is worth nothing in another.
function createSigner(secret: string, name: string): Hmac {
  const key = hkdfSync('sha256', secret, '', `cookie signature v1 ${name}`, 32)
  return new Hmac(Buffer.from(key))
}
