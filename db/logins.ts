import { randomBytes } from 'node:crypto'

import {
  and,
  desc,
  eq,
  getTableColumns,
  inArray,
  lt,
  ne,
  notInArray,
  or,
  type SQL,
} from '#drizzle-orm'

import type { Database } from './database.ts'
import { lockRows, unplanned } from './dialect.ts'
import { prepareOnce } from './prepare-once.ts'
import { type Login, logins, type User, users } from './schema.ts'
import { writeIfPossible } from './trouble.ts'

/** A user as most of the application sees one: without what only the check of a login needs. */
export type SignedInUser = Omit<User, 'passwordHash' | 'totpSecret' | 'totpStep' | 'passkeyHandle'>

/** At how many places somebody can be logged in. One more ends the one not used for longest. */
export const MOST_LOGINS = 20

const LONGEST_USER_AGENT = 512

const {
  passwordHash: _,
  totpSecret: _secret,
  totpStep: _step,
  passkeyHandle: _handle,
  ...userColumns
} = getTableColumns(users)

const statements = prepareOnce((db) => ({
  withUser: db
    .select({ login: getTableColumns(logins), user: userColumns })
    .from(logins)
    .innerJoin(users, eq(users.id, logins.userId))
    .where(eq(logins.id, unplanned(db, 'id')))
    .prepare(),
}))

interface NewLogin {
  userId: number
  userAgent: string
  /** Of the address it comes from, or empty. */
  network?: string
  remembered: boolean
  now: Date
}

export async function insertLogin(
  db: Database,
  { userId, userAgent, network = '', remembered, now }: NewLogin,
): Promise<Login> {
  const login: Login = {
    id: createLoginId(),
    userId,
    userAgent: userAgent.slice(0, LONGEST_USER_AGENT),
    network,
    remembered,
    createdAt: now,
    lastSeenAt: now,
    confirmedAt: now,
    bindingId: null,
    bindingKey: null,
    boundAt: null,
    provedAt: null,
  }
  return db.transaction(async (tx) => {
    await lockRows(tx, users, [userId])
    const newest = tx
      .select({ id: logins.id })
      .from(logins)
      .where(eq(logins.userId, userId))
      .orderBy(desc(logins.lastSeenAt))
      .limit(MOST_LOGINS - 1)
    await tx.delete(logins).where(and(eq(logins.userId, userId), notInArray(logins.id, newest)))
    await tx.insert(logins).values(login)
    return login
  })
}

/** What pages call a login: this stays when it gets another id, and tells nothing of that. */
export function nameOfLogin(id: string): string {
  return id.split('.', 1)[0]!
}

/**
 * Gives a login another id when its rights have changed. Sessions that name the old one, such as a
 * copy of a cookie that holds the session itself, are logged out. Answers nothing if it has ended.
 */
export async function replaceLogin(
  db: Database,
  id: string,
  now: Date,
  changes: Partial<Pick<Login, 'confirmedAt'>> = {},
): Promise<Login | undefined> {
  return db.transaction(async (tx) => {
    // Not updated: what else is tied to the old id ends with it.
    const [login] = await tx.delete(logins).where(eq(logins.id, id)).returning()
    if (!login) return undefined
    const newId = `${nameOfLogin(id)}.${createLoginId()}`
    const replaced = { ...login, ...changes, id: newId, lastSeenAt: now }
    await tx.insert(logins).values(replaced)
    return replaced
  })
}

/** One indexed query, as it runs on every request of somebody who is logged in. */
export async function findLoginWithUser(
  db: Database,
  id: string,
): Promise<{ login: Login; user: SignedInUser } | undefined> {
  const [found] = await statements(db).withUser.execute({ id })
  return found
}

/**
 * The same, as no other transaction changes or ends it until this one ends.
 *
 * @param others Users beside its own whom this transaction changes as well: all are locked in one order
 */
export async function findLoginToChange(
  tx: Database,
  { id, userId }: Pick<Login, 'id' | 'userId'>,
  others: readonly number[] = [],
): Promise<{ login: Login; user: SignedInUser } | undefined> {
  await lockRows(tx, users, [userId, ...others])
  await lockRows(tx, logins, [id])
  return findLoginWithUser(tx, id)
}

/** Notes that the login is in use. Writing this on each request would make every read a write. */
export async function touchLogin(db: Database, id: string, now: Date): Promise<void> {
  // No page fails for this.
  await writeIfPossible(db, async () => {
    await db.update(logins).set({ lastSeenAt: now }).where(eq(logins.id, id))
  })
}

/** Where the user is logged in, the latest in use first. */
export async function listLogins(db: Database, userId: number): Promise<Login[]> {
  return db
    .select()
    .from(logins)
    .where(eq(logins.userId, userId))
    .orderBy(desc(logins.lastSeenAt), desc(logins.createdAt))
}

/**
 * Logs one browser out by the name of its login, if it is this user's. Answers the login that has ended. The
 * user is locked by the caller, so that the login gets no other id meanwhile.
 */
export async function deleteLogin(
  tx: Database,
  name: string,
  userId: number,
): Promise<Login | undefined> {
  const named = (await listLogins(tx, userId)).find(({ id }) => nameOfLogin(id) === name)
  return named && (await deleteWhere(tx, eq(logins.id, named.id)))[0]
}

/** Logs these browsers out, whoever's they are. */
export async function deleteLogins(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await deleteWhere(db, inArray(logins.id, [...ids]))
}

/** Logs the user out everywhere but in one browser. Answers the logins that have ended. */
export async function deleteOtherLogins(
  db: Database,
  userId: number,
  keepId: string,
): Promise<Login[]> {
  return deleteWhere(db, and(eq(logins.userId, userId), ne(logins.id, keepId)))
}

export async function deleteAllLogins(db: Database, userId: number): Promise<Login[]> {
  return deleteWhere(db, eq(logins.userId, userId))
}

/**
 * Clears away the logins that have run out unused. Answers how many.
 *
 * @param remembered When those with "remember me" must have been used last
 * @param others The same for all others
 */
export async function deleteIdleLogins(
  db: Database,
  { remembered, others }: { remembered: Date; others: Date },
): Promise<number> {
  const idle = or(
    lt(logins.lastSeenAt, remembered),
    and(eq(logins.remembered, false), lt(logins.lastSeenAt, others)),
  )
  return (await deleteWhere(db, idle)).length
}

function deleteWhere(db: Database, condition: SQL | undefined): Promise<Login[]> {
  return db.delete(logins).where(condition).returning()
}

// Random, and as long as a session id needs to be: it must not be guessed from another one.
function createLoginId(): string {
  return randomBytes(16).toString('base64url')
}
