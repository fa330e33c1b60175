import { randomBytes } from 'node:crypto'

import { and, desc, eq, lte, notInArray } from '#drizzle-orm'

import type { Database } from './database.ts'
import { isMadeWithin } from './lifetimes.ts'
import { type PendingLogin, pendingLogins, type User, users } from './schema.ts'

const PENDING_FOR_MS = 10 * 60_000
// Of browsers that were never logged in, and as many of those that were: however many strangers give the
// right password, they end no login that the owner has begun where it is known.
const MOST_OF_A_USER = 100

/** Notes that the password was right. The user is locked by the caller. */
export async function insertPendingLogin(
  tx: Database,
  {
    userId,
    remembered,
    known,
    now,
  }: { userId: number; remembered: boolean; known: boolean; now: Date },
): Promise<PendingLogin> {
  const id = randomBytes(16).toString('base64url')
  const ofUser = and(eq(pendingLogins.userId, userId), eq(pendingLogins.known, known))
  const newest = tx
    .select({ id: pendingLogins.id })
    .from(pendingLogins)
    .where(ofUser)
    .orderBy(desc(pendingLogins.createdAt))
    .limit(MOST_OF_A_USER - 1)
  await tx.delete(pendingLogins).where(and(ofUser, notInArray(pendingLogins.id, newest)))
  const pending = { id, userId, remembered, known, createdAt: now }
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
    .where(isPending(id, now))
  return found
}

/** Ends a pending login, as it becomes a login. Answers whether it was still there. */
export async function takePendingLogin(db: Database, id: string, now: Date): Promise<boolean> {
  const taken = await db
    .delete(pendingLogins)
    .where(isPending(id, now))
    .returning({ id: pendingLogins.id })
  return taken.length > 0
}

export async function deletePendingLogins(db: Database, userId: number): Promise<void> {
  await db.delete(pendingLogins).where(eq(pendingLogins.userId, userId))
}

function isPending(id: string, now: Date) {
  return and(eq(pendingLogins.id, id), isMadeWithin(pendingLogins.createdAt, PENDING_FOR_MS, now))
}
