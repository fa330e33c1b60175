// What browsers send of a passkey, checked as WebAuthn Level 3 asks for in 7.1 and 7.2. No attestation is
// asked for, so there is neither CBOR nor a certificate to read: browsers give key and data in plain.

import { createPublicKey, hash, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import * as v from 'valibot'

/** Of whom passkeys are: the shop at its address. */
export interface RelyingParty {
  /** The host to which browsers bind each passkey. */
  id: string
  origin: string
}

export function relyingParty({ publicOrigin }: { publicOrigin: string }): RelyingParty {
  return { id: new URL(publicOrigin).hostname, origin: publicOrigin }
}

interface AuthenticatorData {
  counter: number
  /** Whether the passkey may be copied to other devices, and whether it was. */
  backupEligible: boolean
  backedUp: boolean
}

interface NewPasskey extends AuthenticatorData {
  challenge: string
  id: string
  /** A SubjectPublicKeyInfo in base64url. */
  publicKey: string
}

interface Assertion extends AuthenticatorData {
  challenge: string
  /** Of the passkey that signed, as it says. */
  id: string
  /** By what it knows its user, if it says so: it need not where it was asked for by its id. */
  userHandle: string | undefined
  signed: Uint8Array
  signature: Uint8Array
}

/** A new passkey as its browser describes it, if it is one of this shop and its user was verified. */
export function readNewPasskey(
  sent: FormDataEntryValue | null,
  party: RelyingParty,
): NewPasskey | undefined {
  const credential = parse(newCredential, sent)
  if (!credential) return undefined
  const { id, response } = credential
  const client = readClientData(response.clientDataJSON, 'webauthn.create', party)
  const data = readAuthenticatorData(response.authenticatorData, party)
  const isOurs = client && data && idIn(response.authenticatorData) === id
  if (!isOurs || !readPublicKey(response.publicKey)) return undefined
  return { ...data, challenge: client.challenge, id, publicKey: text(response.publicKey) }
}

/** What a passkey says, of this shop and by a verified user. Whose it is, `isSignedBy` has to tell. */
export function readAssertion(
  sent: FormDataEntryValue | null,
  party: RelyingParty,
): Assertion | undefined {
  const credential = parse(signedCredential, sent)
  if (!credential) return undefined
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response
  const client = readClientData(clientDataJSON, 'webauthn.get', party)
  const data = readAuthenticatorData(authenticatorData, party)
  if (!client || !data) return undefined
  const signed = Buffer.concat([authenticatorData, sha256(clientDataJSON)])
  const { challenge } = client
  const handle = userHandle ? text(userHandle) : undefined
  return { ...data, challenge, id: credential.id, userHandle: handle, signed, signature }
}

export function isSignedBy({ signed, signature }: Assertion, publicKey: string): boolean {
  const key = readPublicKey(Buffer.from(publicKey, 'base64url'))
  if (!key) return false
  return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', signed, key, signature)
}

/** The algorithms of `readPublicKey` by their numbers (COSE): ES256, Ed25519, RS256. */
export const ALGORITHMS = [-7, -8, -257]

function readPublicKey(der: Buffer): KeyObject | undefined {
  let key: KeyObject
  try {
    key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'ec':
      return namedCurve === 'prime256v1' ? key : undefined
    case 'rsa':
      return modulusLength >= 2048 && modulusLength <= 4096 ? key : undefined
    case 'ed25519':
      return key
    default:
      return undefined
  }
}

const bytes = v.pipe(
  v.string(),
  v.maxLength(8192),
  v.regex(/^[\w-]*$/),
  v.transform((value) => Buffer.from(value, 'base64url')),
)
const head = {
  type: v.literal('public-key'),
  // 1023 bytes at most.
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,1364}$/)),
}
const newCredential = v.object({
  ...head,
  response: v.object({ clientDataJSON: bytes, authenticatorData: bytes, publicKey: bytes }),
})
const signedCredential = v.object({
  ...head,
  response: v.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: v.nullish(bytes),
  }),
})
const clientData = v.object({
  type: v.string(),
  challenge: v.string(),
  origin: v.string(),
  crossOrigin: v.optional(v.boolean(), false),
})

function readClientData(json: Buffer, type: string, { origin }: RelyingParty) {
  const data = parse(clientData, json.toString())
  const isOurs = data?.type === type && data.origin === origin && !data.crossOrigin
  return isOurs ? data : undefined
}

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const BACKUP_ELIGIBLE = 0x08
const BACKED_UP = 0x10

/** The hash of the host, a byte of flags, the counter, and of a new passkey more (6.1). */
function readAuthenticatorData(data: Buffer, { id }: RelyingParty): AuthenticatorData | undefined {
  if (data.length < 37 || !data.subarray(0, 32).equals(sha256(id))) return undefined
  const flags = data.readUInt8(32)
  const has = (flag: number) => (flags & flag) !== 0
  if (!has(USER_PRESENT) || !has(USER_VERIFIED)) return undefined
  const [backupEligible, backedUp] = [has(BACKUP_ELIGIBLE), has(BACKED_UP)]
  if (backedUp && !backupEligible) return undefined
  return { counter: data.readUInt32BE(33), backupEligible, backedUp }
}

/** The id of a new passkey stands behind the kind of its authenticator (6.5.1). */
function idIn(data: Buffer): string | undefined {
  if (data.length < 55) return undefined
  return text(data.subarray(55, 55 + data.readUInt16BE(53)))
}

function parse<Schema extends v.GenericSchema>(
  schema: Schema,
  json: FormDataEntryValue | null,
): v.InferOutput<Schema> | undefined {
  try {
    const result = v.safeParse(schema, JSON.parse(String(json)))
    return result.success ? result.output : undefined
  } catch {
    return undefined
  }
}

function text(data: Buffer): string {
  return data.toString('base64url')
}

function sha256(data: string | Uint8Array): Buffer {
  return hash('sha256', data, 'buffer')
}
