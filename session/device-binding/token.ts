import { hkdfSync } from 'node:crypto'
import { Hmac } from '../cookie/hmac.ts'

/** What a token is for: one made for something else is worth nothing. */
export type Purpose = 'registration' | 'refresh' | 'cookie'

interface Token {
  /** Whom it was made for. */
  subject: string
  /** When, in milliseconds since 1970. */
  time: number
}

/**
 * Makes and opens what a server has to know again and keeps nowhere: `<time>.<subject>.<signature>`.
 * The first secret signs, any verifies.
 */
export class TokenSigner {
  readonly #signers: Hmac[]

  constructor(name: string, secrets: readonly string[]) {
    this.#signers = secrets.map((secret) => {
      const key = hkdfSync('sha256', secret, '', `device binding v1 ${name}`, 32)
      return new Hmac(Buffer.from(key))
    })
  }

  sign(purpose: Purpose, { subject, time }: Token): string {
    const text = `${time.toString(36)}.${encodeURIComponent(subject)}`
    return `${text}.${this.#signers[0]!.sign(`${purpose} ${text}`)}`
  }

  /** What a token says, if it is one of ours for this purpose. */
  open(purpose: Purpose, token: string): Token | undefined {
    const end = token.lastIndexOf('.')
    const text = token.slice(0, Math.max(end, 0))
    const signature = token.slice(end + 1)
    if (!this.#signers.some((signer) => signer.verify(`${purpose} ${text}`, signature))) {
      return undefined
    }
    const start = text.indexOf('.')
    return {
      subject: decodeURIComponent(text.slice(start + 1)),
      time: Number.parseInt(text.slice(0, start), 36),
    }
  }
}
