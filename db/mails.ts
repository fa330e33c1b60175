import { and, asc, count, desc, eq, gt, isNotNull, lt, lte, or } from '#drizzle-orm'

import type { Database } from './database.ts'
import { type Mail, mails } from './schema.ts'

interface NewMail {
  kind: string
  /** Address and text, sealed; nothing for a mail to nobody, which is written and never sent. */
  sealed: string | null
  now: Date
  expiresAt: Date
}

/** No mail is put off for longer. */
export const LONGEST_DELAY_MS = 60 * 60_000

// Whatever the clocks of those say who write it and who send it.
const AT_ONCE = new Date(0)

/** In the transaction of what it tells: without that there is no mail either, and the other way round. */
export async function insertMail(
  tx: Database,
  { kind, sealed, now, expiresAt }: NewMail,
): Promise<void> {
  const dueAt = sealed === null ? null : AT_ONCE
  await tx.insert(mails).values({ kind, sealed, createdAt: now, expiresAt, dueAt })
}

/**
 * Takes a mail that is due, new ones first, for one of several servers: until `until` it is nobody
 * else's. Should this server end meanwhile, another one takes it then.
 */
export async function claimMail(db: Database, now: Date, until: Date): Promise<Mail | undefined> {
  // What is put off for longer is due as well, since the clock was set back; twice that, as clocks differ.
  const latest = new Date(now.getTime() + 2 * LONGEST_DELAY_MS)
  for (;;) {
    const [due] = await db
      .select()
      .from(mails)
      .where(or(lte(mails.dueAt, now), gt(mails.dueAt, latest)))
      .orderBy(asc(mails.dueAt), asc(mails.id))
      .limit(1)
    if (!due) return undefined
    const attempts = due.attempts + 1
    const [claimed] = await db
      .update(mails)
      .set({ dueAt: until, attempts })
      // As it was a moment ago, for another server may have been quicker.
      .where(
        and(eq(mails.id, due.id), eq(mails.dueAt, due.dueAt!), eq(mails.attempts, due.attempts)),
      )
      .returning()
    if (claimed) return claimed
  }
}

/** Notes that a mail has left. Its content goes, unless it is to be looked at. */
export async function markSent(
  db: Database,
  id: number,
  { now, keepContent }: { now: Date; keepContent: boolean },
): Promise<void> {
  const content = keepContent ? {} : { sealed: null }
  await db
    .update(mails)
    .set({ ...content, dueAt: null, sentAt: now })
    .where(eq(mails.id, id))
}

/** Notes when a mail is tried again. */
export async function postponeMail(db: Database, id: number, dueAt: Date): Promise<void> {
  await db.update(mails).set({ dueAt }).where(eq(mails.id, id))
}

/** Notes that a mail never leaves. */
export async function giveUpMail(
  db: Database,
  id: number,
  { keepContent }: { keepContent: boolean },
): Promise<void> {
  const content = keepContent ? {} : { sealed: null }
  await db
    .update(mails)
    .set({ ...content, dueAt: null })
    .where(eq(mails.id, id))
}

/** The same for all that is too old and that nobody is about to send. Answers what it was. */
export async function giveUpExpiredMails(
  db: Database,
  now: Date,
  { keepContent }: { keepContent: boolean },
): Promise<Pick<Mail, 'id' | 'kind' | 'attempts'>[]> {
  const content = keepContent ? {} : { sealed: null }
  return db
    .update(mails)
    .set({ ...content, dueAt: null })
    .where(and(lte(mails.dueAt, now), lte(mails.expiresAt, now)))
    .returning({ id: mails.id, kind: mails.kind, attempts: mails.attempts })
}

export async function countWaitingMails(db: Database): Promise<number> {
  const [waiting] = await db.select({ mails: count() }).from(mails).where(isNotNull(mails.dueAt))
  return waiting?.mails ?? 0
}

/** Clears away what was written before a time, sent or not. Answers how many. */
export async function deleteOldMails(db: Database, before: Date): Promise<number> {
  const deleted = await db
    .delete(mails)
    .where(lt(mails.createdAt, before))
    .returning({ id: mails.id })
  return deleted.length
}

/** The latest first, of those that have a content. */
export async function listMails(db: Database, most: number): Promise<Mail[]> {
  return db.select().from(mails).where(isNotNull(mails.sealed)).orderBy(desc(mails.id)).limit(most)
}
