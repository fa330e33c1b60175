import { domainToASCII } from 'node:url'

import { and, eq, notInArray } from '#drizzle-orm'

import type { Database } from './database.ts'
import { lockRows } from './dialect.ts'
import { passwordResets } from './schema-password-resets.ts'
import {
  emailLinks,
  keptForms,
  logins,
  passkeys,
  pendingLogins,
  recoveryCodes,
  rememberedDevices,
  type User,
  users,
} from './schema.ts'
import { withoutInvisible } from './text.ts'

export interface NewUser {
  name: string
  email: string
  passwordHash: string
  role?: User['role']
  /** When its owner followed a link that was mailed to it. */
  emailConfirmedAt?: Date
}

// DNS has none that are longer, and to write one in ASCII takes time that grows with its square.
const LONGEST_DOMAIN = 253

/**
 * The form in which addresses are stored and compared: one account however it is typed. A domain in
 * another script is written in ASCII (Punycode), as browsers send it.
 */
export function normalizeEmail(email: string): string {
  const text = withoutInvisible(email).trim().toLowerCase()
  const at = text.lastIndexOf('@') + 1
  const domain = text.slice(at)
  if (at === 0 || domain.length > LONGEST_DOMAIN || /^[\0-\x7f]*$/.test(domain)) return text
  return text.slice(0, at) + (domainToASCII(domain) || domain)
}

export async function findUserByEmail(db: Database, email: string): Promise<User | undefined> {
  const [user] = await db
    .select()
    .from(users)
    .where(eq(users.email, normalizeEmail(email)))
  return user
}

export async function findUserById(db: Database, id: number): Promise<User | undefined> {
  const [user] = await db.select().from(users).where(eq(users.id, id))
  return user
}

/** The user as no other transaction changes it until this one ends. */
export async function findUserToChange(tx: Database, id: number): Promise<User | undefined> {
  await lockRows(tx, users, [id])
  return findUserById(tx, id)
}

/** The unique column decides, so that two registrations at once cannot both succeed. */
export async function insertUser(
  db: Database,
  { name, email, passwordHash, role, emailConfirmedAt, now }: NewUser & { now: Date },
): Promise<User | 'email-taken'> {
  const [user] = await db
    .insert(users)
    .values({
      name,
      email: normalizeEmail(email),
      emailConfirmedAt,
      passwordHash,
      role,
      createdAt: now,
    })
    .onConflictDoNothing({ target: users.email })
    .returning()
  // Nothing where the address was there already.
  return user ?? 'email-taken'
}

/** A new hash of the same password. */
export async function updatePasswordHash(
  db: Database,
  id: number,
  passwordHash: string,
): Promise<void> {
  await db.update(users).set({ passwordHash }).where(eq(users.id, id))
}

/**
 * A new password: links that were mailed to choose one stop working, and those by which somebody who knew
 * the old one asked for another address. Logins that it began are not finished, and every browser is asked
 * for the second factor again.
 */
export async function setPassword(db: Database, id: number, passwordHash: string): Promise<void> {
  await db.transaction(async (tx) => {
    await updatePasswordHash(tx, id, passwordHash)
    await forgetPasswordResets(tx, id)
    await forgetOtherAddresses(tx, id)
    await forgetBrowsers(tx, id)
  })
}

/** The link by which an address of its own is confirmed goes on working. */
async function forgetOtherAddresses(tx: Database, id: number): Promise<void> {
  const own = tx.select({ email: users.email }).from(users).where(eq(users.id, id))
  await tx
    .delete(emailLinks)
    .where(and(eq(emailLinks.userId, id), notInArray(emailLinks.email, own)))
}

/**
 * Other rights: whoever is in the account, or has begun a login, has to log in anew, and every browser is
 * asked for the second factor again. Answers false where it has that role already, or is not there.
 */
export async function setRole(db: Database, id: number, role: User['role']): Promise<boolean> {
  return db.transaction(async (tx) => {
    // Locked, so that a login that just gets another id ends as well.
    const user = await findUserToChange(tx, id)
    if (!user || user.role === role) return false
    await tx.update(users).set({ role }).where(eq(users.id, id))
    await tx.delete(logins).where(eq(logins.userId, id))
    await forgetBrowsers(tx, id)
    return true
  })
}

/** What a browser has of a login that is not complete: one that it began, and a second factor of before. */
export async function forgetBrowsers(tx: Database, userId: number): Promise<void> {
  await tx.delete(pendingLogins).where(eq(pendingLogins.userId, userId))
  await tx.delete(rememberedDevices).where(eq(rememberedDevices.userId, userId))
}

/** The links that were mailed stop working. */
export async function forgetPasswordResets(db: Database, userId: number): Promise<void> {
  await db.delete(passwordResets).where(eq(passwordResets.userId, userId))
}

/**
 * Takes the address from an account whose holder never owned it. The account stays, for its orders, and
 * nobody gets into it: its logins have ended, and it has neither a password nor a passkey.
 */
export async function detachUser(tx: Database, id: number): Promise<void> {
  await tx
    .update(users)
    // Not an address, so nobody can register or ask for it.
    .set({
      email: `detached ${id}`,
      passwordHash: '',
      emailConfirmedAt: null,
      totpSecret: null,
      totpStep: null,
      passkeyHandle: null,
    })
    .where(eq(users.id, id))
  for (const table of [
    logins,
    pendingLogins,
    passwordResets,
    emailLinks,
    keptForms,
    recoveryCodes,
    rememberedDevices,
    passkeys,
  ]) {
    await tx.delete(table).where(eq(table.userId, id))
  }
}
