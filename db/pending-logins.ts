import { randomBytes } from 'node:crypto'

import { and, desc, eq, lte, notInArray } from '#drizzle-orm'

import type { Database } from './database.ts'
import { isMadeWithin } from './lifetimes.ts'
import { type PendingLogin, pendingLogins, type User, users } from './schema.ts'

const PENDING_FOR_MS = 10 * 60_000
const MOST_OF_A_USER = 5

/** Notes that the password was right. The user is locked by the caller. */
export async function insertPendingLogin(
  tx: Database,
  { userId, remembered, now }: { userId: number; remembered: boolean; now: Date },
): Promise<PendingLogin> {
  const id = randomBytes(16).toString('base64url')
  const newest = tx
    .select({ id: pendingLogins.id })
    .from(pendingLogins)
    .where(eq(pendingLogins.userId, userId))
    .orderBy(desc(pendingLogins.createdAt))
    .limit(MOST_OF_A_USER - 1)
  await deleteExpiredPendingLogins(tx, now)
  await tx
    .delete(pendingLogins)
    .where(and(eq(pendingLogins.userId, userId), notInArray(pendingLogins.id, newest)))
  const pending = { id, userId, remembered, createdAt: now }
  await tx.insert(pendingLogins).values(pending)
  return pending
}

export async function deleteExpiredPendingLogins(db: Database, now: Date): Promise<void> {
  const oldest = new Date(now.getTime() - PENDING_FOR_MS)
  await db.delete(pendingLogins).where(lte(pendingLogins.createdAt, oldest))
}

export async function findPendingLogin(
  db: Database,
  id: string,
  now: Date,
): Promise<{ pending: PendingLogin; user: User } | undefined> {
  const [found] = await db
    .select({ pending: pendingLogins, user: users })
    .from(pendingLogins)
    .innerJoin(users, eq(users.id, pendingLogins.userId))
    .where(
      and(eq(pendingLogins.id, id), isMadeWithin(pendingLogins.createdAt, PENDING_FOR_MS, now)),
    )
  return found
}

/** Ends a pending login, as it becomes a login. Answers whether it was still there. */
export async function takePendingLogin(db: Database, id: string, now: Date): Promise<boolean> {
  const taken = await db
    .delete(pendingLogins)
    .where(
      and(eq(pendingLogins.id, id), isMadeWithin(pendingLogins.createdAt, PENDING_FOR_MS, now)),
    )
    .returning({ id: pendingLogins.id })
  return taken.length > 0
}

export async function deletePendingLogins(db: Database, userId: number): Promise<void> {
  await db.delete(pendingLogins).where(eq(pendingLogins.userId, userId))
}
