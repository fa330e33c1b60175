import { randomBytes } from 'node:crypto'

import { and, desc, eq, isNull, lte, notInArray, sql } from '#drizzle-orm'

import type { Database } from './database.ts'
import { isMadeWithin } from './lifetimes.ts'
import { keptForms } from './schema.ts'
import { findUserToChange } from './users.ts'

const KEPT_FOR_MS = 60 * 60_000
const LONGEST_FIELDS = 16 * 1024
const MOST_OF_A_USER = 3

export interface KeptForm {
  userId: number
  path: string
  fields: Record<string, string>
}

/**
 * Keeps what was typed, for an hour. Answers under which id, or nothing if it is too much, or the user is
 * gone: a cookie may name one for longer than there is an account.
 */
export async function keepForm(
  db: Database,
  form: KeptForm,
  now: Date,
): Promise<string | undefined> {
  if (Buffer.byteLength(JSON.stringify(form.fields)) > LONGEST_FIELDS) return undefined
  const id = randomBytes(16).toString('base64url')
  return db.transaction(async (tx) => {
    if (!(await findUserToChange(tx, form.userId))) return undefined
    const newest = tx
      .select({ id: keptForms.id })
      .from(keptForms)
      .where(eq(keptForms.userId, form.userId))
      // Those that wait still, before those that were sent.
      .orderBy(sql`${keptForms.carriedOnAt} is not null`, desc(keptForms.createdAt))
      .limit(MOST_OF_A_USER - 1)
    await tx
      .delete(keptForms)
      .where(and(eq(keptForms.userId, form.userId), notInArray(keptForms.id, newest)))
    await tx.insert(keptForms).values({ id, ...form, createdAt: now })
    return id
  })
}

export async function deleteExpiredForms(db: Database, now: Date): Promise<void> {
  const oldest = new Date(now.getTime() - KEPT_FOR_MS)
  await db.delete(keptForms).where(lte(keptForms.createdAt, oldest))
}

/** @returns The form, and whether it was carried on with, or sent, already */
export async function findKeptForm(
  db: Database,
  id: string,
  now: Date,
): Promise<(KeptForm & { carriedOnAt: Date | null }) | undefined> {
  const young = isMadeWithin(keptForms.createdAt, KEPT_FOR_MS, now)
  const [form] = await db
    .select()
    .from(keptForms)
    .where(and(eq(keptForms.id, id), young))
  return form
}

/** What was kept has been sent: it is not shown again, and carried on with no second time. */
export async function useUpKeptForm(
  db: Database,
  { id, userId, path }: { id: string } & Pick<KeptForm, 'userId' | 'path'>,
  now: Date,
): Promise<void> {
  const theirs = and(eq(keptForms.userId, userId), eq(keptForms.path, path))
  await db
    .update(keptForms)
    .set({ carriedOnAt: now })
    .where(and(eq(keptForms.id, id), theirs, isNull(keptForms.carriedOnAt)))
}
