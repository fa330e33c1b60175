import { eq, lt } from '#drizzle-orm'

import type { Database } from './database.ts'
import { lockNames } from './dialect.ts'
import { type AnsweredForm, answeredForms } from './schema.ts'

/** For so long the same form gets the same answer. */
export const ANSWER_LIVES_MS = 10 * 60_000

export async function findAnsweredForm(
  db: Database,
  form: string,
  now: Date,
): Promise<AnsweredForm | undefined> {
  const [answered] = await db.select().from(answeredForms).where(eq(answeredForms.form, form))
  const isRecent = answered && now.getTime() - answered.createdAt.getTime() <= ANSWER_LIVES_MS
  return isRecent ? answered : undefined
}

/** Has the same form, sent a second time, wait for the answer of the first one. */
export async function lockForm(tx: Database, form: string): Promise<void> {
  await lockNames(tx, `form ${form}`)
}

export async function insertAnsweredForm(db: Database, answered: AnsweredForm): Promise<void> {
  await forgetOldAnswers(db, answered.createdAt)
  await db
    .insert(answeredForms)
    .values(answered)
    .onConflictDoUpdate({ target: answeredForms.form, set: answered })
}

export async function forgetOldAnswers(db: Database, now: Date): Promise<void> {
  const oldest = new Date(now.getTime() - ANSWER_LIVES_MS)
  await db.delete(answeredForms).where(lt(answeredForms.createdAt, oldest))
}
