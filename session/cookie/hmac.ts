import { hash, timingSafeEqual } from 'node:crypto'

// Of SHA-256, in bytes.
const BLOCK = 64
const DIGEST = 32
// A cookie is no larger; what is takes the slow way.
const LONGEST_TEXT = 4096

/**
 * HMAC-SHA-256 (RFC 2104) of short texts. The result is that of `createHmac`, which takes twice as
 * long: node:crypto makes an object for each signature, while its `hash` does all in one call.
 */
export class Hmac {
  // Key and padding, then the text; key and padding, then the hash of the first.
  readonly #inner = Buffer.alloc(BLOCK + LONGEST_TEXT)
  readonly #outer = Buffer.alloc(BLOCK + DIGEST)

  /** @throws RangeError if the key is longer than a block of SHA-256, 64 bytes */
  constructor(key: Buffer) {
    if (key.length > BLOCK) throw new RangeError(`An HMAC key has 64 bytes at most: ${key.length}`)
    for (let i = 0; i < BLOCK; i++) {
      const byte = key[i] ?? 0
      this.#inner[i] = byte ^ 0x36
      this.#outer[i] = byte ^ 0x5c
    }
  }

  /** @returns The signature of the text in UTF-8, as base64url */
  sign(text: string): string {
    this.#outer.write(hash('sha256', this.#innerBlock(text), 'binary'), BLOCK, 'binary')
    return hash('sha256', this.#outer, 'base64url')
  }

  /** Whether this is the signature of the text, as text: decoding it would let several spellings pass. */
  verify(text: string, signature: string): boolean {
    const [actual, expected] = [Buffer.from(signature), Buffer.from(this.sign(text))]
    return actual.length === expected.length && timingSafeEqual(actual, expected)
  }

  #innerBlock(text: string): Buffer {
    // A UTF-16 code unit becomes three bytes at most.
    if (text.length * 3 > LONGEST_TEXT) {
      return Buffer.concat([this.#inner.subarray(0, BLOCK), Buffer.from(text)])
    }
    return this.#inner.subarray(0, BLOCK + this.#inner.write(text, BLOCK))
  }
}
