import { domainToASCII } from 'node:url'

import { eq } from '#drizzle-orm'

import type { Database } from './connect.ts'
import { passwordResets, type User, users } from './schema.ts'
import { withoutInvisible } from './text.ts'

export interface NewUser {
  name: string
  email: string
  passwordHash: string
  role?: User['role']
}

/**
 * The form in which addresses are stored and compared: one account however it is typed. A domain in
 * another script is written in ASCII (Punycode), as browsers send it.
 */
export function normalizeEmail(email: string): string {
  const text = withoutInvisible(email).trim().toLowerCase()
  const at = text.lastIndexOf('@') + 1
  const domain = text.slice(at)
  if (at === 0 || /^[\0-\x7f]*$/.test(domain)) return text
  return text.slice(0, at) + (domainToASCII(domain) || domain)
}

export function findUserByEmail(db: Database, email: string): User | undefined {
  return db
    .select()
    .from(users)
    .where(eq(users.email, normalizeEmail(email)))
    .get()
}

export function findUserById(db: Database, id: number): User | undefined {
  return db.select().from(users).where(eq(users.id, id)).get()
}

/** The unique column decides, so that two registrations at once cannot both succeed. */
export function insertUser(
  db: Database,
  { name, email, passwordHash, role, now }: NewUser & { now: Date },
): User | 'email-taken' {
  const user = db
    .insert(users)
    .values({ name, email: normalizeEmail(email), passwordHash, role, createdAt: now })
    .onConflictDoNothing({ target: users.email })
    .returning()
    .get()
  // `returning` answers nothing where the address was there already, which the types do not say.
  return (user as User | undefined) ?? 'email-taken'
}

/** A new hash of the same password. */
export function updatePasswordHash(db: Database, id: number, passwordHash: string): void {
  db.update(users).set({ passwordHash }).where(eq(users.id, id)).run()
}

/** A new password: links that were mailed to choose one stop working. */
export function setPassword(db: Database, id: number, passwordHash: string): void {
  db.transaction(
    () => {
      updatePasswordHash(db, id, passwordHash)
      db.delete(passwordResets).where(eq(passwordResets.userId, id)).run()
    },
    { behavior: 'immediate' },
  )
}

/** Deletes the user's logins and orders as well. Answers whether there was such a user. */
export function deleteUser(db: Database, id: number): boolean {
  return db.delete(users).where(eq(users.id, id)).run().changes > 0
}
