// Device Bound Session Credentials (https://w3c.github.io/webappsec-dbsc/): a browser proves, every few
// minutes, that it still has a key which cannot be copied from its device. Sections of the draft are
// named in quotation marks.
//
//   offer     The response to a login has Secure-Session-Registration. A browser that knows none of this
//             ignores it, and nothing is bound.
//   register  The browser makes a key and POSTs a proof with it. The store keeps the key, the browser
//             gets the name of the binding and a cookie that lives for minutes.
//   use       Where something is bound, the cookie session alone is worth nothing: `check`.
//   refresh   Before or when the cookie ends, the browser POSTs the name, gets 403 and a challenge, POSTs
//             a proof and gets the next cookie. It holds its requests meanwhile.
//
// Challenges and cookies are tokens that any server with the secrets knows again, so that any number of
// them are good at once. What is kept is the time of the last challenge that was signed: none from
// before it is taken again. Whoever comes with a wrong, old or used one gets another one and tries again;
// only a binding that the store knows no more is ended.

import { findPathProblem, formatAttributes } from '../cookie/attributes.ts'
import type { Cookie } from '../cookie/cookie.ts'
import { findValues } from '../cookie/header.ts'
import { checkFunctions } from '../options.ts'
import { randomText } from '../random.ts'
import { ALGORITHMS, isSignedBy, readHeaderString, readProof } from './proof.ts'
import type { Proof } from './proof.ts'
import { TokenSigner } from './token.ts'

/** What ties something, as a login, to the device of a browser. */
export interface DeviceBinding {
  /** Random, and no secret: what the browser knows it by. */
  readonly id: string
  /** A JWK as JSON. */
  readonly publicKey: string
  /** When it was made, in milliseconds since 1970. */
  readonly boundAt: number
  /** When the challenge was made that was signed last. */
  readonly provedAt: number
}

/** Where bindings are kept, best with what they bind. Each function is atomic. */
export interface DeviceBindingStore {
  /** The binding with this id, `undefined` when what it binds has ended. */
  find(id: string): Promise<DeviceBinding | undefined>
  /** Binds a subject, unless it is bound or has ended. Answers whether it did. */
  bind(subject: string, binding: DeviceBinding): Promise<boolean>
  /** Sets `provedAt`, unless the stored one is the same or later. Answers whether it did. */
  prove(id: string, provedAt: number): Promise<boolean>
}

export interface DeviceBindingOptions {
  /** Where `answer` answers: the path to which browsers POST. */
  path: string
  /**
   * The clock, in milliseconds since 1970.
   *
   * @default Date.now
   */
  now?: (() => number) | undefined
}

/**
 * What a request is, as far as its device goes:
 *
 * - `unbound`: there is nothing to prove
 * - `fresh`: the key was at hand within the cookie's `maxAge`
 * - `new`: bound half a minute ago at most, and sent without the cookie, perhaps before that arrived
 * - `stale`: from another device, or from one that could not or would not prove itself lately
 */
export type DeviceState = 'unbound' | 'fresh' | 'new' | 'stale'

const CHALLENGE_MS = 5 * 60_000
// So much the clocks of a fleet may differ, as those of sessions.
const CLOCK_SKEW_MS = 5 * 60_000
const NEW_MS = 30_000
// How much earlier a cookie ends in the browser, at most: requests are on their way meanwhile.
const LONGEST_LEEWAY = 30

export class DeviceBindings {
  readonly #cookie: Cookie
  readonly #store: DeviceBindingStore
  readonly #path: string
  readonly #now: () => number
  readonly #tokens: TokenSigner
  readonly #maxAge: number

  /** Use `createDeviceBindings()`. */
  constructor(cookie: Cookie, store: DeviceBindingStore, options: DeviceBindingOptions) {
    const { maxAge = 0 } = cookie
    if (!cookie.signed) throw new TypeError(`Cookie "${cookie.name}" needs secrets`)
    if (!cookie.secure) throw new TypeError(`Cookie "${cookie.name}" needs secure: true`)
    // Browsers bind none (issue 234 of the draft): when the first one ends, the login would stay stale.
    if (cookie.partitioned) throw new TypeError(`Cookie "${cookie.name}" must not be partitioned`)
    checkFunctions('A store of device bindings', store, ['find', 'bind', 'prove'])
    if (maxAge < 2) throw new TypeError(`Cookie "${cookie.name}" needs a maxAge of 2 or more`)
    this.#cookie = cookie
    this.#store = store
    this.#path = checkPath(options.path)
    this.#now = options.now ?? Date.now
    this.#tokens = new TokenSigner(cookie.name, cookie.secrets)
    this.#maxAge = maxAge
  }

  /**
   * Offers the browser to bind what it has just received: the value of a `Secure-Session-Registration`
   * header. It is good for one key within five minutes.
   *
   * @param subject What is bound, as the id of a login: `bind` of the store gets it. The browser sees it.
   */
  offer(subject: string): string {
    const challenge = this.#tokens.sign('registration', { subject, time: this.#now() })
    return `(${ALGORITHMS.join(' ')});path="${this.#path}";challenge="${challenge}"`
  }

  /** What a request with this `Cookie` header is to a binding, which is `null` where there is none. */
  check(cookieHeader: string | null, binding: DeviceBinding | null): DeviceState {
    if (binding === null) return 'unbound'
    const { id, boundAt } = binding
    const isFresh = this.#values(cookieHeader, id).some((value) => {
      const token = this.#tokens.open('cookie', value)
      return token?.subject === id && this.#isWithin(token.time, this.#maxAge * 1000)
    })
    if (isFresh) return 'fresh'
    return this.#isWithin(boundAt, Math.min(NEW_MS, this.#maxAge * 1000)) ? 'new' : 'stale'
  }

  /**
   * For a stale request that has the cookie all the same, as where a clock was set: the value of the
   * `Set-Cookie` header that takes it away. A browser then proves itself before its next request.
   */
  removal(cookieHeader: string | null, { id }: DeviceBinding): string | undefined {
    if (this.#values(cookieHeader, id).length === 0) return undefined
    return this.#serialize(id, '', 0)
  }

  /** Answers what browsers POST to the path, to register a key or to prove it. */
  async answer(request: Request): Promise<Response> {
    const { headers } = request
    const proof = readProof(headers.get('Secure-Session-Response'))
    const id = readHeaderString(headers.get('Sec-Secure-Session-Id'))
    return id === undefined ? this.#register(proof) : this.#refresh(id, proof)
  }

  /** "Create session": a new binding for whom the challenge was made. */
  async #register(proof: Proof | undefined): Promise<Response> {
    const offered = proof && this.#openChallenge('registration', proof.challenge)
    if (!offered || proof.publicKey === undefined) return refuse(400)
    if (!(await isSignedBy(proof, proof.publicKey))) return refuse(400)
    const now = this.#now()
    const binding: DeviceBinding = {
      id: randomText(16, 'base64url'),
      publicKey: proof.publicKey,
      boundAt: now,
      provedAt: now,
    }
    // By a second proof, or the same again, nobody gets a cookie.
    if (!(await this.#store.bind(offered.subject, binding))) return refuse(400)
    return this.#instruct(binding.id)
  }

  /** "Send request": the next cookie for who proves the key, and a challenge for all others. */
  async #refresh(id: string, proof: Proof | undefined): Promise<Response> {
    const challenge = proof && this.#openChallenge('refresh', proof.challenge)
    const isMeant = challenge?.subject === id && (proof!.bindingId ?? id) === id
    // Until then nothing is asked of the store.
    if (!challenge || !isMeant) return this.#challenge(id, this.#now())
    const binding = await this.#store.find(id)
    if (!binding) return end(id)
    const isTaken =
      (await isSignedBy(proof, binding.publicKey)) && (await this.#store.prove(id, challenge.time))
    if (isTaken) return this.#instruct(id)
    // Later than the last one, also where the server that made that is ahead of this one.
    return this.#challenge(id, Math.max(this.#now(), binding.provedAt + 1))
  }

  #openChallenge(purpose: 'registration' | 'refresh', text: string) {
    const token = this.#tokens.open(purpose, text)
    return token && this.#now() - token.time <= CHALLENGE_MS ? token : undefined
  }

  /** "Secure-Session-Challenge HTTP header field". */
  #challenge(id: string, time: number): Response {
    const challenge = this.#tokens.sign('refresh', { subject: id, time })
    return refuse(403, { 'Secure-Session-Challenge': `"${challenge}";id="${id}"` })
  }

  /** "JSON Session Instruction Format", with the cookie that it speaks of. */
  #instruct(id: string): Response {
    const instructions = {
      session_identifier: id,
      refresh_url: this.#path,
      scope: { include_site: false },
      // Else who comes by a link on another site would be stale. With other than links and forms of such
      // sites the cookie is not sent, unless it says so: then they could measure whether there is one.
      allowed_refresh_initiators: this.#cookie.sameSite === 'None' ? [] : ['*'],
      credentials: [
        {
          type: 'cookie',
          name: this.#nameOf(id),
          attributes: formatAttributes(this.#attributes()).slice(2),
        },
      ],
    }
    const token = this.#tokens.sign('cookie', { subject: id, time: this.#now() })
    const leeway = Math.min(LONGEST_LEEWAY, Math.ceil(this.#maxAge / 4))
    const headers = { ...uncached, 'Set-Cookie': this.#serialize(id, token, this.#maxAge - leeway) }
    return Response.json(instructions, { headers })
  }

  // One for each binding: a browser may have several, of logins that it has forgotten.
  #nameOf(id: string): string {
    return `${this.#cookie.name}-${id}`
  }

  #values(cookieHeader: string | null, id: string): string[] {
    return cookieHeader === null ? [] : findValues(cookieHeader, `${this.#nameOf(id)}=`)
  }

  #serialize(id: string, value: string, maxAge: number): string {
    return `${this.#nameOf(id)}=${value}${formatAttributes({ ...this.#attributes(), maxAge })}`
  }

  #attributes() {
    const { domain, path, sameSite } = this.#cookie
    return { domain, path, sameSite, httpOnly: true, secure: true }
  }

  #isWithin(time: number, ms: number): boolean {
    const age = this.#now() - time
    return age < ms && age > -CLOCK_SKEW_MS
  }
}

/**
 * Binds what the cookie of a session alone would give, as a login, to the device of a browser.
 *
 * @param cookie Names the cookie and says for how long a proof is good, by `maxAge`: a copy of all
 *   cookies is worth nothing after that. It needs `secrets` and `secure`, and no `partitioned`
 * @throws TypeError if the cookie or the store lacks something, the cookie is partitioned, or the path is
 *   not valid
 */
export function createDeviceBindings(
  cookie: Cookie,
  store: DeviceBindingStore,
  options: DeviceBindingOptions,
): DeviceBindings {
  return new DeviceBindings(cookie, store, options)
}

// Browsers take it for a part of a header, and for a URL: two slashes would begin the name of a host.
function checkPath(path: string): string {
  const problem = typeof path === 'string' ? findPathProblem(path) : 'path is a string'
  if (problem !== undefined) throw new TypeError(`Device bindings: ${problem}`)
  if (path.startsWith('//')) throw new TypeError('Device bindings: path begins with one "/"')
  return path
}

const uncached = { 'Cache-Control': 'no-store' }

function refuse(status: 400 | 403, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...uncached, ...headers } })
}

/** The browser forgets the binding: what it bound has ended. */
function end(id: string): Response {
  return Response.json({ session_identifier: id, continue: false }, { headers: uncached })
}
