import { createHash, randomBytes } from 'node:crypto'

import { and, eq, gt } from '#drizzle-orm'

import type { Database } from './connect.ts'
import { passwordResets } from './schema.ts'

export const passwordResetMinutes = 30

/** Answers the token to send. The tokens that the user was sent before stop working. */
export function createPasswordReset(db: Database, userId: number, now: Date): string {
  const token = randomBytes(32).toString('base64url')
  const tokenHash = hashToken(token)
  const expiresAt = new Date(now.getTime() + passwordResetMinutes * 60_000)
  db.insert(passwordResets)
    .values({ userId, tokenHash, expiresAt })
    .onConflictDoUpdate({ target: passwordResets.userId, set: { tokenHash, expiresAt } })
    .run()
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

/** Whose token it is, if it was valid. Found and deleted in one step, so it works once. */
export function takePasswordReset(db: Database, token: string, now: Date): number | undefined {
  return db
    .delete(passwordResets)
    .where(validReset(token, now))
    .returning({ userId: passwordResets.userId })
    .get()?.userId
}

function validReset(token: string, now: Date) {
  return and(eq(passwordResets.tokenHash, hashToken(token)), gt(passwordResets.expiresAt, now))
}

/** No salt and no slow hash: there is nothing to guess in 32 random bytes. */
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
