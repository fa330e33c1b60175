import { and, eq, lte } from '#drizzle-orm'

import type { Database } from './database.ts'
import { endsWithin } from './lifetimes.ts'
import { createLinkToken, hashLinkToken } from './link-tokens.ts'
import { findLoginToChange } from './logins.ts'
import { deletePendingLogins } from './pending-logins.ts'
import { emailLinks, type Login, users } from './schema.ts'
import { detachUser, findUserByEmail, normalizeEmail } from './users.ts'
import { forgetPasswordResets } from './users.ts' // a line that goes with the reset

export const emailLinkHours = 24

const LIVES_MS = emailLinkHours * 60 * 60_000

/** Answers the token to send to the address, which the user gets with it, or confirms. */
export async function createEmailLink(
  db: Database,
  { userId, email }: { userId: number; email: string },
  now: Date,
): Promise<string> {
  const token = createLinkToken()
  const expiresAt = new Date(now.getTime() + LIVES_MS)
  await db
    .insert(emailLinks)
    .values({ tokenHash: hashLinkToken(token), userId, email: normalizeEmail(email), expiresAt })
  return token
}

export async function deleteExpiredEmailLinks(db: Database, now: Date): Promise<void> {
  await db.delete(emailLinks).where(lte(emailLinks.expiresAt, now))
}

/** The address that a token gives to this user, as long as it is valid. */
export async function findEmailLink(
  db: Database,
  token: string,
  { userId, now }: { userId: number; now: Date },
): Promise<string | undefined> {
  const [link] = await db
    .select({ email: emailLinks.email })
    .from(emailLinks)
    .where(
      and(
        eq(emailLinks.tokenHash, hashLinkToken(token)),
        eq(emailLinks.userId, userId),
        endsWithin(emailLinks.expiresAt, LIVES_MS, now),
      ),
    )
  return link?.email
}

/**
 * Gives the user of a login the address of the link, confirmed, and answers it and the one before. Whoever
 * has typed it without owning it loses it. It works once: all links of the user are gone. With another
 * address those for a new password are gone as well, and so are logins that wait for a code. A login that
 * has ended gives nobody anything.
 */
export async function confirmEmail(
  db: Database,
  token: string,
  { login, now }: { login: Pick<Login, 'id' | 'userId'>; now: Date },
): Promise<{ email: string; before: string } | undefined> {
  const { userId } = login
  return db.transaction(async (tx) => {
    const email = await findEmailLink(tx, token, { userId, now })
    if (email === undefined) return undefined
    const other = await findUserByEmail(tx, email)
    const current = await findLoginToChange(tx, login, other ? [other.id] : [])
    // Again, for somebody else may have been quicker.
    const holder = await findUserByEmail(tx, email)
    if (!current || holder?.id !== other?.id) return undefined
    if ((await findEmailLink(tx, token, { userId, now })) === undefined) return undefined
    if (holder && holder.id !== userId) {
      if (holder.emailConfirmedAt !== null) return undefined
      await detachUser(tx, holder.id)
    }
    await tx.update(users).set({ email, emailConfirmedAt: now }).where(eq(users.id, userId))
    await tx.delete(emailLinks).where(eq(emailLinks.userId, userId))
    if (email !== current.user.email) {
      await forgetPasswordResets(tx, userId)
      // Who began a login knew the account by the address that it had.
      await deletePendingLogins(tx, userId)
    }
    return { email, before: current.user.email }
  })
}
