import { Session } from 'remix/session'
import type { Database } from '../../db/database.ts'
import { findPasskey, takeChallenge, usePasskey } from '../../db/passkeys.ts'
import type { User } from '../../db/schema.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { isOpenChallenge } from './challenges.ts'
import type { Purpose } from './challenges.ts'
import { isSignedBy, readAssertion, relyingParty } from './credential.ts'

/** A passkey that somebody has sent. */
export interface Proof {
  /** Of the passkey, as it says. */
  id: string
  /** Whose passkey that is, if there is one. */
  user: User | undefined
  /** Whether it has signed what this session was to have signed for this purpose. */
  isRight: () => boolean
  /**
   * Uses it up, in the transaction of what it is good for. Answers whether the challenge was answered for
   * the first time, by a passkey that is still there and is no copy.
   */
  take: (tx: Database) => Promise<boolean>
}

/** With its user verified, by a fingerprint or the like, a passkey is two factors: a device and that. */
export async function readProof(
  context: AppContext,
  { db, config, now }: Pick<Dependencies, 'db' | 'config' | 'now'>,
  purpose: Purpose,
): Promise<Proof | undefined> {
  const sent = context.get(FormData).get('credential')
  const assertion = readAssertion(sent, relyingParty(config))
  if (!assertion) return undefined
  const { id, challenge, userHandle, counter, backedUp, backupEligible } = assertion
  const found = await findPasskey(db, id)
  return {
    id,
    user: found?.user,
    isRight: () =>
      found !== undefined &&
      isOpenChallenge(context.get(Session), purpose, challenge, now()) &&
      isOf(found.user, userHandle, purpose) &&
      backupEligible === found.passkey.backupEligible &&
      isSignedBy(assertion, found.passkey.publicKey),
    async take(tx) {
      const time = new Date(now())
      if (!(await takeChallenge(tx, challenge, time))) return false
      return usePasskey(tx, id, { counter, backedUp, now: time })
    },
  }
}

// Who logs in is known by nothing else, see 7.2 of WebAuthn.
function isOf(user: User, handle: string | undefined, purpose: Purpose): boolean {
  return handle === undefined ? purpose !== 'log in' : handle === user.passkeyHandle
}
