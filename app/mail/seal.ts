import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
const AUTHENTICATION = { authTagLength: TAG_BYTES }

/**
 * Seals what waits in the database and may hold a link that is as good as a password: who reads the
 * database, or a backup of it, can follow none. The first secret seals, any of them opens.
 */
export interface Seal {
  close(text: string): string
  /** `null` for what none of the secrets has sealed. */
  open(sealed: string): string | null
}

export function createSeal(secrets: readonly string[]): Seal {
  return {
    close(text) {
      const salt = randomBytes(SALT_BYTES)
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, keyOf(secrets[0]!, salt), nonce, AUTHENTICATION)
      const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([salt, nonce, ciphertext, cipher.getAuthTag()]).toString('base64url')
    },

    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      const head = SALT_BYTES + NONCE_BYTES
      if (bytes.length < head + TAG_BYTES) return null
      for (const secret of secrets) {
        const key = keyOf(secret, bytes.subarray(0, SALT_BYTES))
        const nonce = bytes.subarray(SALT_BYTES, head)
        const decipher = createDecipheriv(ALGORITHM, key, nonce, AUTHENTICATION)
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
        const text = decipher.update(bytes.subarray(head, -TAG_BYTES))
        try {
          return Buffer.concat([text, decipher.final()]).toString()
        } catch {
          // Sealed with another one.
        }
      }
      return null
    },
  }
}

// A key for each: random nonces never repeat under one.
function keyOf(secret: string, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, 'bookstore mail v1', 32))
}
