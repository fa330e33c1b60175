import { and, count, eq, isNull, lt, or } from '#drizzle-orm'

import type { Database } from './database.ts'
import { recoveryCodes, users } from './schema.ts'
import { forgetBrowsers } from './users.ts'

/** What somebody gives as a second factor, once it is known what it is. */
export type Factor = { secret: string; step: number } | { recoveryHash: string }

/**
 * Takes a second factor that fits, and answers whether it was still to be used: of two that come with
 * the same one at once, one is told so.
 */
export async function useFactor(db: Database, userId: number, factor: Factor): Promise<boolean> {
  if ('recoveryHash' in factor) {
    const used = await db
      .delete(recoveryCodes)
      .where(and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.codeHash, factor.recoveryHash)))
      .returning({ userId: recoveryCodes.userId })
    return used.length > 0
  }
  const isLater = or(isNull(users.totpStep), lt(users.totpStep, factor.step))
  const used = await db
    .update(users)
    .set({ totpStep: factor.step })
    .where(and(eq(users.id, userId), eq(users.totpSecret, factor.secret), isLater))
    .returning({ id: users.id })
  return used.length > 0
}

/** Sets a second factor up, by a code that proved it. Answers whether there was none before. */
export async function insertSecondFactor(
  db: Database,
  userId: number,
  { secret, step, recoveryHashes }: { secret: string; step: number; recoveryHashes: string[] },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const changed = await tx
      .update(users)
      .set({ totpSecret: secret, totpStep: step })
      .where(and(eq(users.id, userId), isNull(users.totpSecret)))
      .returning({ id: users.id })
    if (changed.length === 0) return false
    await replaceRecoveryCodes(tx, userId, recoveryHashes)
    return true
  })
}

/** Removes the second factor and all that belongs to it. Answers whether there was one. */
export async function deleteSecondFactor(db: Database, userId: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [user] = await tx
      .select({ secret: users.totpSecret })
      .from(users)
      .where(eq(users.id, userId))
    await tx.update(users).set({ totpSecret: null, totpStep: null }).where(eq(users.id, userId))
    await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId))
    // A login that waits for a code would wait for ever.
    await forgetBrowsers(tx, userId)
    return user?.secret != null
  })
}

/** New codes in the place of those there were. */
export async function replaceRecoveryCodes(
  db: Database,
  userId: number,
  hashes: string[],
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId))
    await tx.insert(recoveryCodes).values(hashes.map((codeHash) => ({ codeHash, userId })))
  })
}

export async function countRecoveryCodes(db: Database, userId: number): Promise<number> {
  const [row] = await db
    .select({ left: count() })
    .from(recoveryCodes)
    .where(eq(recoveryCodes.userId, userId))
  return row?.left ?? 0
}

export async function listRecoveryHashes(db: Database, userId: number): Promise<Set<string>> {
  const rows = await db
    .select({ codeHash: recoveryCodes.codeHash })
    .from(recoveryCodes)
    .where(eq(recoveryCodes.userId, userId))
  return new Set(rows.map(({ codeHash }) => codeHash))
}
