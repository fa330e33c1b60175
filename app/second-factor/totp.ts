import type { TOTP } from 'otpauth'
import { shop } from '../ui/shop.ts'

/** What authenticator apps know: six digits of HMAC-SHA-1, new ones every thirty seconds (RFC 6238). */
const PARAMETERS = { algorithm: 'SHA1', digits: 6, period: 30, issuer: shop.name }

/** So that a clock may be wrong by as much, and a code may take its time (RFC 6238, 5.2). */
const STEPS_AROUND = 1

/** In base32, as it is typed where no camera is. */
export async function createTotpSecret(): Promise<string> {
  const { Secret } = await import('otpauth')
  return new Secret({ size: 20 }).base32
}

/** The address in the QR code. */
export async function totpAddress(secret: string, email: string): Promise<string> {
  return (await totpOf(secret, email)).toString()
}

/** The time step whose code this is; nothing for a code of no step around now. */
export async function totpStepOf(
  secret: string,
  code: string,
  now: number,
): Promise<number | undefined> {
  const totp = await totpOf(secret)
  const delta = totp.validate({ token: code, timestamp: now, window: STEPS_AROUND })
  return delta === null ? undefined : totp.counter({ timestamp: now }) + delta
}

// The library is loaded where somebody has a second factor, as that takes longer than a page.
async function totpOf(secret: string, label = ''): Promise<TOTP> {
  const { Secret, TOTP } = await import('otpauth')
  return new TOTP({ ...PARAMETERS, label, secret: Secret.fromBase32(secret) })
}
