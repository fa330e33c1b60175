import { and, eq, lte } from '#drizzle-orm'

import type { Database } from './database.ts'
import { endsWithin } from './lifetimes.ts'
import { createLinkToken, hashLinkToken } from './link-tokens.ts'
import { registrations, type User } from './schema.ts'
import { insertUser, normalizeEmail } from './users.ts'

export const registrationHours = 24

const LIVES_MS = registrationHours * 60 * 60_000

export interface NewRegistration {
  name: string
  email: string
  passwordHash: string
  /** What the browser is known by that asked. */
  browserToken: string
}

export type Registration = Omit<typeof registrations.$inferSelect, 'tokenHash' | 'expiresAt'>

/** Keeps what was typed until the link in the mail is followed. Answers the token to send. */
export async function insertRegistration(
  db: Database,
  { name, email, passwordHash, browserToken }: NewRegistration,
  now: Date,
): Promise<string> {
  const token = createLinkToken()
  await db.insert(registrations).values({
    tokenHash: hashLinkToken(token),
    email: normalizeEmail(email),
    name,
    passwordHash,
    browserHash: hashLinkToken(browserToken),
    expiresAt: new Date(now.getTime() + LIVES_MS),
  })
  return token
}

export async function deleteExpiredRegistrations(db: Database, now: Date): Promise<void> {
  await db.delete(registrations).where(lte(registrations.expiresAt, now))
}

export async function findRegistration(
  db: Database,
  token: string,
  now: Date,
): Promise<Registration | undefined> {
  const { email, name, passwordHash, browserHash } = registrations
  const [registration] = await db
    .select({ email, name, passwordHash, browserHash })
    .from(registrations)
    .where(
      and(
        eq(registrations.tokenHash, hashLinkToken(token)),
        endsWithin(registrations.expiresAt, LIVES_MS, now),
      ),
    )
  return registration
}

/** Whether it is this browser that asked. */
export function isFromBrowser(
  { browserHash }: Registration,
  browserTokens: readonly string[],
): boolean {
  return browserTokens.some((token) => hashLinkToken(token) === browserHash)
}

/** Opens the account. It works once: all that was asked for with this address is gone. */
export async function openAccount(
  db: Database,
  token: string,
  now: Date,
): Promise<User | 'invalid'> {
  return db.transaction(async (tx) => {
    const found = await findRegistration(tx, token, now)
    if (!found) return 'invalid'
    const { name, email, passwordHash } = found
    const user = await insertUser(tx, { name, email, passwordHash, emailConfirmedAt: now, now })
    if (user === 'email-taken') return 'invalid'
    await tx.delete(registrations).where(eq(registrations.email, email))
    return user
  })
}
