import { createHmac, hash } from 'node:crypto'

const HOW_MANY = 10
const LETTERS = 24

// Without those that look alike on paper: 32 of them (Crockford's base32).
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * The codes for when the phone is lost, of 120 bits each, so that their plain hashes may be stored (OWASP
 * ASVS 5.0, 6.5.2). They are made of a seed so that a form sent twice shows the same ones, of a secret
 * because the seed may lie in the database, in a session or a form that waits, and of the user because
 * whoever finds it there could have it made into codes for an account of their own.
 *
 * @param secret One of `SESSION_SECRET`
 */
export function recoveryCodesOf(secret: string, userId: number, seed: string): string[] {
  return Array.from({ length: HOW_MANY }, (_, index) => {
    const text = `recovery code ${index} of ${userId} by ${seed}`
    const bytes = createHmac('sha256', secret).update(text).digest()
    const letters = [...bytes.subarray(0, LETTERS)].map((byte) => ALPHABET[byte % ALPHABET.length])
    return letters.join('').replaceAll(/(.{6})(?=.)/g, '$1-')
  })
}

/** As it is stored. How it was typed makes no difference: spaces, capitals, an O for a zero. */
export function hashRecoveryCode(code: string): string {
  const plain = code.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0')
  return hash('sha256', plain.replaceAll(/[il]/g, '1'), 'base64url')
}
