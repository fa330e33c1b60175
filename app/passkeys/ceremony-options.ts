import { CHALLENGE_LIVES_MS } from '../../db/passkeys.ts'
import type { Passkey } from '../../db/schema.ts'
import type { SignedInUser } from '../../db/logins.ts'
import { shop } from '../ui/shop.ts'
import { ALGORITHMS } from './credential.ts'
import type { RelyingParty } from './credential.ts'

interface CreationOptions {
  party: RelyingParty
  user: Pick<SignedInUser, 'email' | 'name'>
  handle: string
  challenge: string
  /** No authenticator shall have two for one account. */
  known: Passkey[]
}

/** For `navigator.credentials.create()`: a passkey that finds its account by itself. */
export function creationOptions({ party, user, handle, challenge, known }: CreationOptions) {
  return {
    rp: { id: party.id, name: shop.name },
    user: { id: handle, name: user.email, displayName: user.name },
    challenge,
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: CHALLENGE_LIVES_MS,
    excludeCredentials: known.map(describe),
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    attestation: 'none',
  }
}

/**
 * For `navigator.credentials.get()`.
 *
 * @param allowed Of whom it is known; otherwise any passkey of the shop will do
 */
export function requestOptions(party: RelyingParty, challenge: string, allowed: Passkey[] = []) {
  return {
    rpId: party.id,
    challenge,
    timeout: CHALLENGE_LIVES_MS,
    userVerification: 'required',
    allowCredentials: allowed.map(describe),
  }
}

function describe({ id }: Passkey) {
  return { type: 'public-key', id }
}
