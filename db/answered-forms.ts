import { and, inArray, lt } from '#drizzle-orm'

import type { Database } from './database.ts'
import { lockNames } from './dialect.ts'
import { CLOCK_SKEW_MS, isMadeWithin } from './lifetimes.ts'
import { type AnsweredForm, answeredForms } from './schema.ts'

/** For so long the same form gets the same answer. */
export const ANSWER_LIVES_MS = 10 * 60_000

/** @param names What it may be stored under. */
export async function findAnsweredForm(
  db: Database,
  names: string[],
  { now, withinMs = ANSWER_LIVES_MS }: { now: Date; withinMs?: number | undefined },
): Promise<AnsweredForm | undefined> {
  const young = isMadeWithin(answeredForms.createdAt, withinMs, now)
  const [answered] = await db
    .select()
    .from(answeredForms)
    .where(and(inArray(answeredForms.form, names), young))
  return answered
}

/** Has the same form, sent a second time, wait for the answer of the first one. */
export async function lockForm(tx: Database, names: string[]): Promise<void> {
  await lockNames(tx, ...names.map((name) => `form ${name}`))
}

export async function insertAnsweredForm(db: Database, answered: AnsweredForm): Promise<void> {
  await db
    .insert(answeredForms)
    .values(answered)
    .onConflictDoUpdate({ target: answeredForms.form, set: answered })
}

/** Later than they live: clocks are set back. */
export async function forgetOldAnswers(db: Database, now: Date): Promise<void> {
  const oldest = new Date(now.getTime() - ANSWER_LIVES_MS - CLOCK_SKEW_MS)
  await db.delete(answeredForms).where(lt(answeredForms.createdAt, oldest))
}
