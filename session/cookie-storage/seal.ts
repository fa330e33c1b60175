import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { BoundedMap } from '../bounded-map.ts'
import { fillRandomly } from '../random.ts'

// The envelope, as base64url: version, salt, nonce, ciphertext, tag.
const VERSION = 3
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEADER_BYTES = 1 + SALT_BYTES + NONCE_BYTES
const ALGORITHM = 'aes-256-gcm'
const MOST_KEYS = 256
// Unless it is told, node:crypto accepts a tag that was cut to four bytes.
const AUTHENTICATION = { authTagLength: TAG_BYTES }
// A cookie is no larger; what is takes the slow way, to be refused with its size.
const LARGEST_ENVELOPE = 4096

/**
 * Seals text for one cookie: AES-256-GCM, with keys derived by HKDF-SHA-256 from the secrets. The
 * purpose, the version and the cookie's name are bound in. Each process takes a random salt, hence a
 * key of its own, so that the random nonces of many servers and years never repeat under one key
 * (NIST SP 800-38D, 8.3).
 */
export class CookieSeal {
  readonly #secrets: readonly string[]
  readonly #purpose: string
  readonly #boundIn: Buffer
  // Made when the first envelope is: a worker allows nothing random while its modules are loaded.
  #sealingKey: KeyObject | undefined
  // Envelopes are put together here, one after the other, and leave as text. Version and salt stay.
  readonly #envelope = Buffer.alloc(LARGEST_ENVELOPE)
  readonly #nonce = this.#envelope.subarray(1 + SALT_BYTES, HEADER_BYTES)
  // Keys for the salts of other processes that proved to be ours.
  readonly #openingKeys = new BoundedMap<string, { key: KeyObject; outdated: boolean }>(MOST_KEYS)

  /** @throws TypeError if there is no secret */
  constructor(cookieName: string, secrets: readonly string[]) {
    if (secrets.length === 0) {
      throw new TypeError(
        `Cookie ${JSON.stringify(cookieName)} has no secrets: cookie storage encrypts with them`,
      )
    }
    this.#secrets = secrets
    this.#purpose = `session cookie v${VERSION} ${cookieName}`
    this.#boundIn = Buffer.from(this.#purpose)
    this.#envelope[0] = VERSION
  }

  close(text: string): string {
    this.#sealingKey ??= this.#createSealingKey()
    fillRandomly(this.#nonce)
    const cipher = createCipheriv(ALGORITHM, this.#sealingKey, this.#nonce, AUTHENTICATION)
    cipher.setAAD(this.#boundIn)
    const ciphertext = cipher.update(text, 'utf8')
    cipher.final() // empty: GCM does not pad
    const tag = cipher.getAuthTag()
    const size = HEADER_BYTES + ciphertext.length + TAG_BYTES
    if (size > LARGEST_ENVELOPE) {
      const header = this.#envelope.subarray(0, HEADER_BYTES)
      return Buffer.concat([header, ciphertext, tag]).toString('base64url')
    }
    this.#envelope.set(ciphertext, HEADER_BYTES)
    this.#envelope.set(tag, size - TAG_BYTES)
    return this.#envelope.toString('base64url', 0, size)
  }

  /**
   * @returns The text and whether an older secret opened it, or `null` for anything that was not
   *   sealed here for this cookie
   */
  open(sealed: string): { text: string; outdated: boolean } | null {
    const envelope = Buffer.from(sealed, 'base64url')
    if (envelope.length < HEADER_BYTES + TAG_BYTES || envelope[0] !== VERSION) return null
    // Buffer.from skips what is not base64url: there must be one spelling of an envelope.
    if (envelope.toString('base64url') !== sealed) return null
    const salt = envelope.subarray(1, 1 + SALT_BYTES)
    const known = this.#openingKeys.get(salt.toString('latin1'))
    if (known) {
      const text = this.#decrypt(envelope, known.key)
      return text === null ? null : { text, outdated: known.outdated }
    }
    for (const [index, secret] of this.#secrets.entries()) {
      const key = this.#deriveKey(secret, salt)
      const text = this.#decrypt(envelope, key)
      if (text === null) continue
      const outdated = index > 0
      this.#remember(salt, { key, outdated })
      return { text, outdated }
    }
    return null
  }

  #decrypt(envelope: Buffer, key: KeyObject): string | null {
    const nonce = envelope.subarray(1 + SALT_BYTES, HEADER_BYTES)
    const decipher = createDecipheriv(ALGORITHM, key, nonce, AUTHENTICATION)
    decipher.setAAD(this.#boundIn)
    decipher.setAuthTag(envelope.subarray(-TAG_BYTES))
    const bytes = decipher.update(envelope.subarray(HEADER_BYTES, -TAG_BYTES))
    try {
      decipher.final()
      return bytes.toString()
    } catch {
      return null // not authentic
    }
  }

  #createSealingKey(): KeyObject {
    const salt = this.#envelope.subarray(1, 1 + SALT_BYTES)
    fillRandomly(salt)
    const key = this.#deriveKey(this.#secrets[0]!, salt)
    this.#remember(salt, { key, outdated: false })
    return key
  }

  #deriveKey(secret: string, salt: Buffer): KeyObject {
    return createSecretKey(Buffer.from(hkdfSync('sha256', secret, salt, this.#purpose, 32)))
  }

  #remember(salt: Buffer, key: { key: KeyObject; outdated: boolean }): void {
    this.#openingKeys.set(salt.toString('latin1'), key)
  }
}
