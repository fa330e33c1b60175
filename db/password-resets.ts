import { and, eq, gt, lte } from '#drizzle-orm'

import type { Database } from './database.ts'
import { createLinkToken, hashLinkToken } from './link-tokens.ts'
import { passwordResets } from './schema.ts'
import { findUserToChange, setPassword } from './users.ts'

export const passwordResetMinutes = 30

/**
 * Answers the token to send, which is worth nothing without a user. Those sent before go on working: else whoever asks in somebody's name
 * would break the link in that person's mailbox.
 */
export async function createPasswordReset(
  db: Database,
  userId: number | null,
  now: Date,
): Promise<string> {
  const token = createLinkToken()
  const tokenHash = hashLinkToken(token)
  const expiresAt = new Date(now.getTime() + passwordResetMinutes * 60_000)
  await db.delete(passwordResets).where(lte(passwordResets.expiresAt, now))
  await db.insert(passwordResets).values({ userId, tokenHash, expiresAt })
  return token
}

/** Whose token it is, as long as it is valid. It stays so: this only decides which page to show. */
export async function findPasswordReset(
  db: Database,
  token: string,
  now: Date,
): Promise<number | undefined> {
  const [reset] = await db
    .select({ userId: passwordResets.userId })
    .from(passwordResets)
    .where(validReset(token, now))
  return reset?.userId ?? undefined
}

/**
 * Takes a new password if the token is valid, and answers whose it was. It works once: with the new
 * password all tokens of the user are gone.
 */
export async function resetPassword(
  db: Database,
  token: string,
  { passwordHash, now }: { passwordHash: string; now: Date },
): Promise<number | undefined> {
  return db.transaction(async (tx) => {
    const userId = await findPasswordReset(tx, token, now)
    if (userId === undefined) return undefined
    await findUserToChange(tx, userId)
    // Again, for somebody else may have been quicker.
    if ((await findPasswordReset(tx, token, now)) === undefined) return undefined
    await setPassword(tx, userId, passwordHash)
    return userId
  })
}

function validReset(token: string, now: Date) {
  return and(eq(passwordResets.tokenHash, hashLinkToken(token)), gt(passwordResets.expiresAt, now))
}
