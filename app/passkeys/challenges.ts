import { randomBytes } from 'node:crypto'
import type { Session } from 'remix/session'
import { CHALLENGE_LIVES_MS } from '../../db/passkeys.ts'
import { readSession } from '../session-values.ts'

/** What a passkey may be asked for. */
export type Purpose = 'add' | 'log in' | 'confirm'

/** As many pages may be open at once; there is not much room in a session cookie. */
const MOST_OPEN = 3

/**
 * A challenge that a passkey of this session may answer, for one purpose and five minutes. That it is
 * answered once is up to the database, see `takeChallenge`: an old cookie would bring it back.
 */
export function giveChallenge(session: Session, purpose: Purpose, now: number): string {
  const challenge = randomBytes(32).toString('base64url')
  const open = readSession(session, 'passkeyChallenges') ?? []
  const latest = open.filter(({ at }) => isFresh(at, now)).slice(1 - MOST_OPEN)
  session.set('passkeyChallenges', [...latest, { purpose, challenge, at: now }])
  return challenge
}

export function isOpenChallenge(
  session: Session,
  purpose: Purpose,
  challenge: string,
  now: number,
): boolean {
  const open = readSession(session, 'passkeyChallenges') ?? []
  return open.some(
    (one) => one.challenge === challenge && one.purpose === purpose && isFresh(one.at, now),
  )
}

function isFresh(at: number, now: number): boolean {
  return Math.abs(now - at) <= CHALLENGE_LIVES_MS // clocks are set back
}
