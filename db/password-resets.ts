import { createHash, randomBytes } from 'node:crypto'

import { and, eq, gt, lte } from '#drizzle-orm'

import type { Database } from './connect.ts'
import { passwordResets } from './schema.ts'
import { setPassword } from './users.ts'

export const passwordResetMinutes = 30

/**
 * Answers the token to send. Those sent before go on working: else whoever asks in somebody's name
 * would break the link in that person's mailbox.
 */
export function createPasswordReset(db: Database, userId: number, now: Date): string {
  const token = randomBytes(32).toString('base64url')
  const tokenHash = hashToken(token)
  const expiresAt = new Date(now.getTime() + passwordResetMinutes * 60_000)
  db.delete(passwordResets).where(lte(passwordResets.expiresAt, now)).run()
  db.insert(passwordResets).values({ userId, tokenHash, expiresAt }).run()
  return token
}

/** Whose token it is, as long as it is valid. It stays so: this only decides which page to show. */
export function findPasswordReset(db: Database, token: string, now: Date): number | undefined {
  return db
    .select({ userId: passwordResets.userId })
    .from(passwordResets)
    .where(validReset(token, now))
    .get()?.userId
}

/**
 * Takes a new password if the token is valid, and answers whose it was. It works once: with the new
 * password all tokens of the user are gone.
 */
export function resetPassword(
  db: Database,
  token: string,
  { passwordHash, now }: { passwordHash: string; now: Date },
): number | undefined {
  return db.transaction(
    () => {
      const userId = findPasswordReset(db, token, now)
      if (userId !== undefined) setPassword(db, userId, passwordHash)
      return userId
    },
    { behavior: 'immediate' },
  )
}

function validReset(token: string, now: Date) {
  return and(eq(passwordResets.tokenHash, hashToken(token)), gt(passwordResets.expiresAt, now))
}

/** No salt and no slow hash: there is nothing to guess in 32 random bytes. */
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
