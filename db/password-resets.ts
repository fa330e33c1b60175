import { and, eq, isNull, lte } from '#drizzle-orm'

import type { Database } from './database.ts'
import { endsWithin } from './lifetimes.ts'
import { createLinkToken, hashLinkToken } from './link-tokens.ts'
import { passwordResets } from './schema-password-resets.ts'
import { type User, users } from './schema.ts'
import { detachUser, findUserToChange, insertUser, setPassword } from './users.ts'

export const passwordResetMinutes = 30

const LIVES_MS = passwordResetMinutes * 60_000

/**
 * Answers the token to send, which is worth nothing without a user. Those sent before go on working:
 * else whoever asks in somebody's name would break the link in that person's mailbox.
 */
export async function createPasswordReset(
  db: Database,
  userId: number | null,
  now: Date,
): Promise<string> {
  const token = createLinkToken()
  const tokenHash = hashLinkToken(token)
  const expiresAt = new Date(now.getTime() + LIVES_MS)
  await db.insert(passwordResets).values({ userId, tokenHash, expiresAt })
  return token
}

export async function deleteExpiredResets(db: Database, now: Date): Promise<void> {
  await db.delete(passwordResets).where(lte(passwordResets.expiresAt, now))
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
    await tx.update(users).set({ emailConfirmedAt: now }).where(unconfirmed(userId))
    return userId
  })
}

/**
 * The same for an address that nobody had confirmed, so that a stranger may have opened the account:
 * its owner gets a new one, and nothing of what the stranger did. Answers the new account.
 */
export async function resetAccount(
  db: Database,
  token: string,
  { name, passwordHash, now }: { name: string; passwordHash: string; now: Date },
): Promise<User | undefined> {
  return db.transaction(async (tx) => {
    const userId = await findPasswordReset(tx, token, now)
    const user = userId === undefined ? undefined : await findUserToChange(tx, userId)
    if (!user || user.emailConfirmedAt !== null) return undefined
    if ((await findPasswordReset(tx, token, now)) === undefined) return undefined
    await detachUser(tx, user.id)
    const { email } = user
    const owner = await insertUser(tx, { name, email, passwordHash, emailConfirmedAt: now, now })
    return owner === 'email-taken' ? undefined : owner
  })
}

function unconfirmed(userId: number) {
  return and(eq(users.id, userId), isNull(users.emailConfirmedAt))
}

function validReset(token: string, now: Date) {
  return and(
    eq(passwordResets.tokenHash, hashLinkToken(token)),
    endsWithin(passwordResets.expiresAt, LIVES_MS, now),
  )
}
