import { randomBytes } from 'node:crypto'

import { and, asc, count, eq, isNull, lt } from '#drizzle-orm'

import type { Database } from './database.ts'
import { lockRows } from './dialect.ts'
import { CLOCK_SKEW_MS } from './lifetimes.ts'
import { type Passkey, passkeys, type User, usedChallenges, users } from './schema.ts'

/** For so long a challenge may be answered. */
export const CHALLENGE_LIVES_MS = 5 * 60_000

// It may be answered from as long before its time as after it, and clocks are set back: it is known for longer.
const CHALLENGE_IS_KNOWN_MS = 2 * CHALLENGE_LIVES_MS + CLOCK_SKEW_MS

export const MOST_PASSKEYS = 20

/** By what the user's passkeys know the user: made for the first one, and always the same. */
export async function passkeyHandleOf(db: Database, userId: number): Promise<string> {
  const handle = randomBytes(32).toString('base64url')
  await db
    .update(users)
    .set({ passkeyHandle: handle })
    .where(and(eq(users.id, userId), isNull(users.passkeyHandle)))
  const [user] = await db
    .select({ handle: users.passkeyHandle })
    .from(users)
    .where(eq(users.id, userId))
  return user?.handle ?? handle
}

/**
 * Notes that a challenge was answered, and tells whether that was for the first time: of two answers that
 * come at once one is told so. In the transaction of what the answer is good for.
 */
export async function takeChallenge(
  tx: Database,
  challenge: string,
  usedAt: Date,
): Promise<boolean> {
  const taken = await tx
    .insert(usedChallenges)
    .values({ challenge, usedAt })
    .onConflictDoNothing()
    .returning({ challenge: usedChallenges.challenge })
  return taken.length > 0
}

export async function forgetOldChallenges(db: Database, now: Date): Promise<void> {
  const oldest = new Date(now.getTime() - CHALLENGE_IS_KNOWN_MS)
  await db.delete(usedChallenges).where(lt(usedChallenges.usedAt, oldest))
}

/** A passkey belongs to one account, which has a limited number of them. */
export async function insertPasskey(
  db: Database,
  passkey: Omit<Passkey, 'lastUsedAt'>,
): Promise<'added' | 'known' | 'too many'> {
  return db.transaction(async (tx) => {
    await lockRows(tx, users, [passkey.userId])
    const [row] = await tx
      .select({ there: count() })
      .from(passkeys)
      .where(eq(passkeys.userId, passkey.userId))
    if ((row?.there ?? 0) >= MOST_PASSKEYS) return 'too many'
    const added = await tx
      .insert(passkeys)
      .values(passkey)
      .onConflictDoNothing()
      .returning({ id: passkeys.id })
    return added.length > 0 ? 'added' : 'known'
  })
}

/** In the order in which they were added. */
export async function listPasskeys(db: Database, userId: number): Promise<Passkey[]> {
  return db
    .select()
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id))
}

export async function findPasskey(
  db: Database,
  id: string,
): Promise<{ passkey: Passkey; user: User } | undefined> {
  const [found] = await db
    .select({ passkey: passkeys, user: users })
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .where(eq(passkeys.id, id))
  return found
}

/**
 * Notes a use of a passkey. Answers whether it is still there and has counted on since the last one:
 * otherwise there may be two of it, and this may be the copy.
 */
export async function usePasskey(
  db: Database,
  id: string,
  { counter, backedUp, now }: { counter: number; backedUp: boolean; now: Date },
): Promise<boolean> {
  const countedOn = counter === 0 ? eq(passkeys.counter, 0) : lt(passkeys.counter, counter)
  const used = await db
    .update(passkeys)
    .set({ counter, backedUp, lastUsedAt: now })
    .where(and(eq(passkeys.id, id), countedOn))
    .returning({ id: passkeys.id })
  return used.length > 0
}

export async function renamePasskey(
  db: Database,
  userId: number,
  id: string,
  name: string,
): Promise<boolean> {
  const renamed = await db
    .update(passkeys)
    .set({ name })
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)))
    .returning({ id: passkeys.id })
  return renamed.length > 0
}

/** Answers whether it was this user's. */
export async function deletePasskey(db: Database, userId: number, id: string): Promise<boolean> {
  const deleted = await db
    .delete(passkeys)
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)))
    .returning({ id: passkeys.id })
  return deleted.length > 0
}
