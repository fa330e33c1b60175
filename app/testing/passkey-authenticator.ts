import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { TestBrowser } from './browser.ts'
import type { TestPage } from './page.ts'

interface SoftPasskey {
  id: string
  userHandle: string
  privateKey: KeyObject
  publicKey: KeyObject
  counter: number
}

/** What a browser would be wrong to send, for those who try. */
export interface Forgery {
  origin?: string
  rpId?: string
  challenge?: string
  type?: string
  crossOrigin?: boolean
  userHandle?: string | undefined
  /** The flags of the authenticator data: what it says of the user and of backups. */
  flags?: number
  counter?: number
  signature?: Buffer
}

export const PRESENT = 0x01
export const VERIFIED = 0x04
export const ELIGIBLE = 0x08
export const BACKED_UP = 0x10
const ATTESTED = 0x40

/** Makes and uses passkeys (ES256) as a browser and its authenticator do together. */
export class PasskeyAuthenticator {
  readonly passkeys: SoftPasskey[] = []
  readonly #origin: string
  /** How much its counter grows with each use; it counts nothing at 0. */
  readonly #step: number
  readonly #flags: number

  constructor(origin: string, { step = 1, synced = false } = {}) {
    this.#origin = origin
    this.#step = step
    this.#flags = PRESENT | VERIFIED | (synced ? ELIGIBLE | BACKED_UP : 0)
  }

  /** As `JSON.stringify(await navigator.credentials.create(…))`. */
  create(options: CreationOptions, forgery: Forgery = {}): string {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const id = randomBytes(32)
    const { user, rp, challenge } = options
    const passkey = {
      id: id.toString('base64url'),
      userHandle: user.id,
      privateKey,
      publicKey,
      counter: 0,
    }
    this.passkeys.push(passkey)
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id])
    const flags = (forgery.flags ?? this.#flags) | ATTESTED
    const data = this.#data(passkey, { rpId: rp.id, ...forgery, flags })
    return JSON.stringify({
      id: passkey.id,
      rawId: passkey.id,
      type: 'public-key',
      response: {
        clientDataJSON: this.#client('webauthn.create', challenge, forgery).toString('base64url'),
        authenticatorData: Buffer.concat([data, attested]).toString('base64url'),
        publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
        publicKeyAlgorithm: -7,
        transports: ['internal'],
      },
    })
  }

  /** As `JSON.stringify(await navigator.credentials.get(…))`, by the passkey that was made last. */
  get({ challenge, rpId }: RequestOptions, forgery: Forgery = {}): string {
    const passkey = this.passkeys.at(-1)!
    passkey.counter += this.#step
    const client = this.#client('webauthn.get', challenge, forgery)
    const data = this.#data(passkey, { rpId, ...forgery })
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
    const signature = forgery.signature ?? sign('sha256', signed, passkey.privateKey)
    return JSON.stringify({
      id: passkey.id,
      rawId: passkey.id,
      type: 'public-key',
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: 'userHandle' in forgery ? forgery.userHandle : passkey.userHandle,
      },
    })
  }

  #client(type: string, challenge: string, forgery: Forgery): Buffer {
    const client = { type, challenge, origin: this.#origin, crossOrigin: false }
    const { origin = client.origin, crossOrigin = false } = forgery
    const forged = { ...client, origin, crossOrigin, type: forgery.type ?? type }
    return Buffer.from(JSON.stringify({ ...forged, challenge: forgery.challenge ?? challenge }))
  }

  #data(passkey: SoftPasskey, { rpId, flags, counter }: Forgery): Buffer {
    const data = Buffer.alloc(37)
    createHash('sha256').update(rpId!).digest().copy(data)
    data.writeUInt8(flags ?? this.#flags, 32)
    data.writeUInt32BE(counter ?? passkey.counter, 33)
    return data
  }
}

interface CreationOptions {
  rp: { id: string }
  user: { id: string }
  challenge: string
}
interface RequestOptions {
  rpId: string
  challenge: string
}

const pages = { login: '/login', confirm: '/confirm', add: '/account/passkeys' }

/** What the script of a page gets to ask the browser for. */
export async function askedOf<Page extends keyof typeof pages>(
  browser: TestBrowser,
  page: Page,
): Promise<Page extends 'add' ? CreationOptions : RequestOptions> {
  const way = page === 'add' ? '/options' : '/passkey/options'
  const answer = await browser.post(pages[page] + way)
  assert.equal(answer.status, 200, answer.text)
  return JSON.parse(answer.html)
}

/** The hidden fields of a page, without which no form is sent. */
export function hiddenFields(page: TestPage): Record<string, string> {
  const names = ['madeFor', 'formKey', 'returnTo', 'kept', 'form']
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = page.field(name)?.value
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Adds a passkey, as a person does who has just logged in. */
export async function addPasskey(
  browser: TestBrowser,
  authenticator: PasskeyAuthenticator,
  name = 'Phone',
): Promise<TestPage> {
  const fields = hiddenFields(await browser.get(pages.add))
  const credential = authenticator.create(await askedOf(browser, 'add'))
  const page = await browser.submit(pages.add, { ...fields, name, credential })
  assert.match(page.notices.join(), /was added/, page.text)
  return page
}

/** Logs in with a passkey, and is where that leads. */
export async function logInByPasskey(
  browser: TestBrowser,
  authenticator: PasskeyAuthenticator,
  { returnTo = '', forgery }: { returnTo?: string; forgery?: Forgery } = {},
): Promise<TestPage> {
  const query = returnTo === '' ? '' : `?${new URLSearchParams({ returnTo })}`
  const fields = hiddenFields(await browser.get(`${pages.login}${query}`))
  const credential = authenticator.get(await askedOf(browser, 'login'), forgery)
  return browser.submit('/login/passkey', { ...fields, credential })
}
