import { eq, lt } from '#drizzle-orm'

import type { Database } from './connect.ts'
import { type AnsweredForm, answeredForms } from './schema.ts'

/** For so long the same form gets the same answer. */
export const ANSWER_LIVES_MS = 10 * 60_000

export function findAnsweredForm(db: Database, form: string, now: Date): AnsweredForm | undefined {
  const answered = db.select().from(answeredForms).where(eq(answeredForms.form, form)).get()
  const isRecent = answered && now.getTime() - answered.createdAt.getTime() <= ANSWER_LIVES_MS
  return isRecent ? answered : undefined
}

export function insertAnsweredForm(db: Database, answered: AnsweredForm): void {
  const oldest = new Date(answered.createdAt.getTime() - ANSWER_LIVES_MS)
  db.delete(answeredForms).where(lt(answeredForms.createdAt, oldest)).run()
  db.insert(answeredForms)
    .values(answered)
    .onConflictDoUpdate({ target: answeredForms.form, set: answered })
    .run()
}
