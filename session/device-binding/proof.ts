import { isJsonObject } from '../json.ts'

/** The two that the draft has ("Secure-Session-Registration HTTP header field"), the shorter first. */
export const ALGORITHMS = ['ES256', 'RS256'] as const

type Algorithm = (typeof ALGORITHMS)[number]

/** A DBSC proof whose form is right. Whether its signature is, `isSignedBy` tells. */
export interface Proof {
  algorithm: Algorithm
  /** What was signed to prove that the key is at hand. */
  challenge: string
  /** The binding that it is for, where it says so. */
  bindingId: string | undefined
  /** The key that it brings along, as a registration does. */
  publicKey: string | undefined
  signed: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
}

interface PublicKey {
  algorithm: Algorithm
  jwk: Record<string, string>
}

// The largest that is right, with an RSA key of 4,096 bits, has about 2,500.
const LONGEST_HEADER = 4096
// Of an RSA key, in bytes: 2,048 bits are the least (RFC 7518, 3.3).
const SMALLEST_MODULUS = 256
const LARGEST_MODULUS = 512
const PARAMETERS = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
}

/**
 * The string of a header that holds one (RFC 9651, 3.3.3). Chromium sends it without the quotation marks
 * of the draft, so both are taken.
 */
export function readHeaderString(header: string | null): string | undefined {
  const [, quoted, bare] = /^\s*(?:"([\w.-]+)"|([\w.-]+))\s*(?:;.*)?$/.exec(header ?? '') ?? []
  return quoted ?? bare
}

/**
 * Reads what `Secure-Session-Response` holds ("DBSC Proof JWT Syntax"): a JWS in its compact form. The key
 * of a registration is taken from `jwk` in its header, where Chromium has it, or from the claim `key` of
 * the draft.
 *
 * @returns `undefined` for everything that is not such a proof to the letter
 */
export function readProof(header: string | null): Proof | undefined {
  if (header === null || header.length > LONGEST_HEADER) return undefined
  const parts = readHeaderString(header)?.split('.') ?? []
  const [head, claims, signature] = [readJson(parts[0]), readJson(parts[1]), decode(parts[2])]
  if (parts.length !== 3 || !head || !claims || !signature) return undefined
  // What is critical would have to be understood (RFC 7515, 4.1.11).
  if (head['typ'] !== 'dbsc+jwt' || 'crit' in head) return undefined
  const algorithm = ALGORITHMS.find((name) => name === head['alg'])
  const { jti, sub } = claims
  if (!algorithm || typeof jti !== 'string') return undefined
  if (sub !== undefined && typeof sub !== 'string') return undefined

  const given = head['jwk'] ?? claims['key']
  const key = given === undefined ? undefined : readPublicKey(given)
  if (given !== undefined && !key) return undefined
  return {
    algorithm,
    challenge: jti,
    bindingId: sub,
    publicKey: key && JSON.stringify(key.jwk),
    signed: Buffer.from(`${parts[0]}.${parts[1]}`),
    signature,
  }
}

/** Whether the owner of this key, a JWK that a proof brought along, has signed it. */
export async function isSignedBy(proof: Proof, publicKey: string): Promise<boolean> {
  const key = readPublicKey(JSON.parse(publicKey))
  if (key?.algorithm !== proof.algorithm) return false
  const parameters = PARAMETERS[key.algorithm]
  const imported = await importKey(key.jwk, parameters)
  // ECDSA in Web Cryptography is r and s side by side (IEEE P1363), as in a JWS (RFC 7518, 3.4).
  return (
    imported !== undefined &&
    crypto.subtle.verify(parameters, imported, proof.signature, proof.signed)
  )
}

async function importKey(
  jwk: PublicKey['jwk'],
  parameters: (typeof PARAMETERS)[Algorithm],
): Promise<CryptoKey | undefined> {
  try {
    return await crypto.subtle.importKey('jwk', jwk, parameters, false, ['verify'])
  } catch {
    return undefined // A point that is not on the curve.
  }
}

/** The members that make the key, and nothing else. A private key is nobody's any more. */
function readPublicKey(value: unknown): PublicKey | undefined {
  if (!isJsonObject(value) || 'd' in value) return undefined
  const { kty, crv, x, y, n, e } = value
  if (kty === 'EC' && crv === 'P-256' && bytesIn(x) === 32 && bytesIn(y) === 32) {
    return { algorithm: 'ES256', jwk: { kty, crv, x: x as string, y: y as string } }
  }
  const size = bytesIn(n)
  if (kty === 'RSA' && e === 'AQAB' && size >= SMALLEST_MODULUS && size <= LARGEST_MODULUS) {
    return { algorithm: 'RS256', jwk: { kty, n: n as string, e } }
  }
  return undefined
}

function bytesIn(value: unknown): number {
  return (typeof value === 'string' ? decode(value)?.length : undefined) ?? 0
}

function readJson(text: string | undefined): Record<string, unknown> | undefined {
  const bytes = decode(text)
  if (!bytes) return undefined
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Base64url, in the one spelling that it has. */
function decode(text: string | undefined): Buffer<ArrayBuffer> | undefined {
  if (!text) return undefined
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
