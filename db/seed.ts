import { asc, inArray, or } from '#drizzle-orm'

import { insertBook, type NewBook } from './books.ts'
import type { Database } from './database.ts'
import { lockNames } from './dialect.ts'
import { books } from './schema-books.ts'
import { type User, users } from './schema.ts'
import { seedBooks } from './seed-books.ts'
import { detachUser, insertUser } from './users.ts'

interface DemoAccount {
  name: string
  email: string
  password: string
  role: User['role']
}

export const demoAccounts: DemoAccount[] = [
  {
    name: 'Robin Reader',
    email: 'reader@example.com',
    password: 'reader-demo-password',
    role: 'reader',
  },
  {
    name: 'Ada Admin',
    email: 'admin@example.com',
    password: 'admin-demo-password',
    role: 'admin',
  },
]

interface SeedOptions {
  /** Whether to open the accounts whose passwords stand in the README: never in production. */
  demoAccounts: boolean
  /** What to stock it with, by default what stands in `seed-books/`. */
  books?: NewBook[]
  hashPassword: (password: string) => Promise<string>
}

/** Stocks an empty shop. Answers whether it did: one that has books or users is left alone. */
export async function seedDatabase(db: Database, options: SeedOptions): Promise<boolean> {
  if (!(await isEmpty(db))) return false

  // Before the transaction, which cannot wait for anything.
  const accounts = await Promise.all(
    (options.demoAccounts ? demoAccounts : []).map(async ({ password, ...account }) => {
      return { ...account, passwordHash: await options.hashPassword(password) }
    }),
  )

  return db.transaction(async (tx) => {
    await lockNames(tx, 'seed')
    // Again, for another process may have been quicker.
    if (!(await isEmpty(tx))) return false
    const now = new Date()
    for (const account of accounts) {
      await insertUser(tx, { ...account, emailConfirmedAt: now, now })
    }
    for (const book of options.books ?? seedBooks()) await insertBook(tx, { ...book, now })
    return true
  })
}

/**
 * Closes the demo accounts, whose passwords everybody knows: a database that was filled during
 * development may come to serve real customers. The password tells which they are, as the address may be
 * another one by now, or a customer's. It is compared for the first accounts of the database, which are
 * those of the seed if any are, and for those with a demo address: for all it would take too long.
 * Their orders stay. Answers how many it has closed.
 */
export async function closeDemoAccounts(
  db: Database,
  verifyPassword: (hash: string, password: string) => Promise<boolean>,
): Promise<number> {
  const first = db
    .select({ id: users.id })
    .from(users)
    .orderBy(asc(users.id))
    .limit(demoAccounts.length)
  const emails = demoAccounts.map(({ email }) => email)
  const suspects = await db
    .select({ id: users.id, passwordHash: users.passwordHash })
    .from(users)
    .where(or(inArray(users.id, first), inArray(users.email, emails)))

  let closed = 0
  for (const { id, passwordHash } of suspects) {
    const verified = demoAccounts.map(({ password }) => verifyPassword(passwordHash, password))
    if (!(await Promise.all(verified)).includes(true)) continue
    await db.transaction((tx) => detachUser(tx, id))
    closed += 1
  }
  return closed
}

async function isEmpty(db: Database): Promise<boolean> {
  const first = [
    db.select({ id: users.id }).from(users).limit(1),
    db.select({ id: books.id }).from(books).limit(1),
  ]
  return (await Promise.all(first)).flat().length === 0
}
