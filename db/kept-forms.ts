import { randomBytes } from 'node:crypto'

import { and, desc, eq, gt, lte, notInArray } from '#drizzle-orm'

import type { Database } from './connect.ts'
import { keptForms } from './schema.ts'

const KEPT_FOR_MS = 60 * 60_000
const LONGEST_FIELDS = 16 * 1024
const MOST_OF_A_USER = 3

export interface KeptForm {
  userId: number
  path: string
  fields: Record<string, string>
}

/** Keeps what was typed, for an hour. Answers under which id, or nothing if it is too much. */
export function keepForm(db: Database, form: KeptForm, now: Date): string | undefined {
  if (Buffer.byteLength(JSON.stringify(form.fields)) > LONGEST_FIELDS) return undefined
  const id = randomBytes(16).toString('base64url')
  return db.transaction(
    () => {
      const oldest = new Date(now.getTime() - KEPT_FOR_MS)
      const newest = db
        .select({ id: keptForms.id })
        .from(keptForms)
        .where(eq(keptForms.userId, form.userId))
        .orderBy(desc(keptForms.createdAt))
        .limit(MOST_OF_A_USER - 1)
      db.delete(keptForms).where(lte(keptForms.createdAt, oldest)).run()
      db.delete(keptForms)
        .where(and(eq(keptForms.userId, form.userId), notInArray(keptForms.id, newest)))
        .run()
      db.insert(keptForms)
        .values({ id, ...form, createdAt: now })
        .run()
      return id
    },
    { behavior: 'immediate' },
  )
}

export function findKeptForm(db: Database, id: string, now: Date): KeptForm | undefined {
  const young = gt(keptForms.createdAt, new Date(now.getTime() - KEPT_FOR_MS))
  return db
    .select()
    .from(keptForms)
    .where(and(eq(keptForms.id, id), young))
    .get()
}

export function deleteKeptForms(db: Database, userId: number, path: string): void {
  db.delete(keptForms)
    .where(and(eq(keptForms.userId, userId), eq(keptForms.path, path)))
    .run()
}
