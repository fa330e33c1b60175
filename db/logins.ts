import { randomBytes } from 'node:crypto'

import { and, desc, eq, getTableColumns, lt, ne } from '#drizzle-orm'

import type { Database } from './connect.ts'
import { prepareOnce, unplanned } from './prepare.ts'
import { type Login, logins, type User, users } from './schema.ts'
import { writeIfPossible } from './trouble.ts'

/** A user as most of the application sees one: without what only the password check needs. */
export type SignedInUser = Omit<User, 'passwordHash'>

const { passwordHash: _, ...userColumns } = getTableColumns(users)

const statements = prepareOnce((db) => ({
  withUser: db
    .select({ login: getTableColumns(logins), user: userColumns })
    .from(logins)
    .innerJoin(users, eq(users.id, logins.userId))
    .where(eq(logins.id, unplanned('id')))
    .prepare(),
}))

export function insertLogin(
  db: Database,
  {
    userId,
    userAgent,
    remembered,
    now,
  }: { userId: number; userAgent: string; remembered: boolean; now: Date },
): Login {
  const id = randomBytes(16).toString('base64url')
  return db
    .insert(logins)
    .values({ id, userId, userAgent, remembered, createdAt: now, lastSeenAt: now })
    .returning()
    .get()
}

/** One indexed query, as it runs on every request of somebody who is signed in. */
export function findLoginWithUser(
  db: Database,
  id: string,
): { login: Login; user: SignedInUser } | undefined {
  return statements(db).withUser.get({ id })
}

/** Notes that the login is in use. Writing this on each request would make every read a write. */
export function touchLogin(db: Database, id: string, now: Date): void {
  // No page fails for this.
  writeIfPossible(db, () => {
    db.update(logins).set({ lastSeenAt: now }).where(eq(logins.id, id)).run()
  })
}

/** Where the user is signed in, the latest in use first. */
export function listLogins(db: Database, userId: number): Login[] {
  return db
    .select()
    .from(logins)
    .where(eq(logins.userId, userId))
    .orderBy(desc(logins.lastSeenAt), desc(logins.createdAt))
    .all()
}

/** Signs one browser out, if it is this user's. Answers whether it was. */
export function deleteLogin(db: Database, id: string, userId: number): boolean {
  const { changes } = db
    .delete(logins)
    .where(and(eq(logins.id, id), eq(logins.userId, userId)))
    .run()
  return changes > 0
}

/** Signs the user out everywhere but in one browser. Answers the number of those signed out. */
export function deleteOtherLogins(db: Database, userId: number, keepId: string): number {
  const others = and(eq(logins.userId, userId), ne(logins.id, keepId))
  return db.delete(logins).where(others).run().changes
}

export function deleteAllLogins(db: Database, userId: number): number {
  return db.delete(logins).where(eq(logins.userId, userId)).run().changes
}

/** Clears away the logins whose sessions have run out unused. Answers how many. */
export function deleteLoginsIdleSince(db: Database, time: Date): number {
  return db.delete(logins).where(lt(logins.lastSeenAt, time)).run().changes
}
