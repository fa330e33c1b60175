import { and, eq, isNotNull, isNull, lte } from '#drizzle-orm'

import type { Database } from './database.ts'
import { endsWithin } from './lifetimes.ts'
import { hashLinkToken } from './link-tokens.ts'
import { orderColumns, withLines } from './orders.ts'
import type { OrderWithLines } from './orders.ts'
import { orders } from './schema-orders.ts'

/** For so long the link to a guest's order opens it. */
export const guestOrderDays = 90

const LIVES_MS = guestOrderDays * 24 * 60 * 60_000

export function guestOrderExpiry(now: Date): Date {
  return new Date(now.getTime() + LIVES_MS)
}

/** The order of a link. Its `userId` says whose account it is kept in, if somebody has done so. */
export async function findGuestOrder(
  db: Database,
  token: string,
  now: Date,
): Promise<OrderWithLines | undefined> {
  return withLines(db, await db.select(orderColumns).from(orders).where(opens(token, now)))
}

/**
 * Moves the order of a link into an account: whoever holds the link may, and nobody by the address
 * alone. Once: from then on it is the account's.
 *
 * @returns The order's id, `undefined` where the link opens none that this user may have
 */
export async function keepGuestOrder(
  db: Database,
  token: string,
  { userId, now }: { userId: number; now: Date },
): Promise<number | undefined> {
  const ofLink = opens(token, now)
  await db
    .update(orders)
    .set({ userId })
    .where(and(ofLink, isNull(orders.userId)))
  const [kept] = await db
    .select({ id: orders.id })
    .from(orders)
    .where(and(ofLink, eq(orders.userId, userId)))
  return kept?.id
}

/**
 * Forgets to which addresses links were sent that open nothing any more. The orders stay, with the names
 * and addresses that they were sent to: they are records of the business.
 */
export async function forgetExpiredLinks(db: Database, now: Date): Promise<void> {
  await db
    .update(orders)
    .set({ email: null, linkExpiresAt: null })
    .where(lte(orders.linkExpiresAt, now))
}

function opens(token: string, now: Date) {
  return and(
    eq(orders.checkoutKey, hashLinkToken(token)),
    isNotNull(orders.email),
    endsWithin(orders.linkExpiresAt, LIVES_MS, now),
  )
}
