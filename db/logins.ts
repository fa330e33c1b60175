import { randomBytes } from 'node:crypto'

import { and, desc, eq, getTableColumns, inArray, lt, ne, notInArray, or } from '#drizzle-orm'

import type { Database } from './connect.ts'
import { prepareOnce, unplanned } from './prepare.ts'
import { type Login, logins, type User, users } from './schema.ts'
import { writeIfPossible } from './trouble.ts'

/** A user as most of the application sees one: without what only the password check needs. */
export type SignedInUser = Omit<User, 'passwordHash'>

/** At how many places somebody can be signed in. One more ends the one not used for longest. */
export const MOST_LOGINS = 20

const LONGEST_USER_AGENT = 512

const { passwordHash: _, ...userColumns } = getTableColumns(users)

const statements = prepareOnce((db) => ({
  withUser: db
    .select({ login: getTableColumns(logins), user: userColumns })
    .from(logins)
    .innerJoin(users, eq(users.id, logins.userId))
    .where(eq(logins.id, unplanned('id')))
    .prepare(),
}))

export interface NewLogin {
  userId: number
  userAgent: string
  remembered: boolean
  now: Date
}

export function insertLogin(db: Database, { userId, userAgent, remembered, now }: NewLogin): Login {
  const login: Login = {
    id: createLoginId(),
    userId,
    userAgent: userAgent.slice(0, LONGEST_USER_AGENT),
    remembered,
    createdAt: now,
    lastSeenAt: now,
  }
  return db.transaction(
    () => {
      const newest = db
        .select({ id: logins.id })
        .from(logins)
        .where(eq(logins.userId, userId))
        .orderBy(desc(logins.lastSeenAt))
        .limit(MOST_LOGINS - 1)
      db.delete(logins)
        .where(and(eq(logins.userId, userId), notInArray(logins.id, newest)))
        .run()
      db.insert(logins).values(login).run()
      return login
    },
    { behavior: 'immediate' },
  )
}

/**
 * Gives a login another id when its rights have changed. Sessions that name the old one, such as a
 * copy of a cookie that holds the session itself, are signed out. Answers nothing if it has ended.
 */
export function replaceLogin(db: Database, id: string, now: Date): Login | undefined {
  return db.transaction(
    () => {
      const login = db.select().from(logins).where(eq(logins.id, id)).get()
      if (!login) return undefined
      const replaced = { ...login, id: createLoginId(), lastSeenAt: now }
      // Not updated: what else is tied to the old id ends with it.
      db.delete(logins).where(eq(logins.id, id)).run()
      db.insert(logins).values(replaced).run()
      return replaced
    },
    { behavior: 'immediate' },
  )
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

/** Signs these browsers out, whoever's they are. */
export function deleteLogins(db: Database, ids: readonly string[]): void {
  if (ids.length > 0)
    db.delete(logins)
      .where(inArray(logins.id, [...ids]))
      .run()
}

/** Signs the user out everywhere but in one browser. Answers the number of those signed out. */
export function deleteOtherLogins(db: Database, userId: number, keepId: string): number {
  const others = and(eq(logins.userId, userId), ne(logins.id, keepId))
  return db.delete(logins).where(others).run().changes
}

export function deleteAllLogins(db: Database, userId: number): number {
  return db.delete(logins).where(eq(logins.userId, userId)).run().changes
}

/**
 * Clears away the logins that have run out unused. Answers how many.
 *
 * @param remembered When those with "remember me" must have been used last
 * @param others The same for all others
 */
export function deleteIdleLogins(
  db: Database,
  { remembered, others }: { remembered: Date; others: Date },
): number {
  const idle = or(
    lt(logins.lastSeenAt, remembered),
    and(eq(logins.remembered, false), lt(logins.lastSeenAt, others)),
  )
  return db.delete(logins).where(idle).run().changes
}

// Random, and as long as a session id needs to be: it must not be guessed from another one.
function createLoginId(): string {
  return randomBytes(16).toString('base64url')
}
