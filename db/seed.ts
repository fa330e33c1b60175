import { inArray } from '#drizzle-orm'

import { insertBook, type NewBook } from './books.ts'
import type { Database } from './database.ts'
import { lockNames } from './dialect.ts'
import { books } from './schema-books.ts'
import { type User, users } from './schema.ts'
import { seedBooks } from './seed-books.ts'
import { insertUser } from './users.ts'

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

export interface SeedOptions {
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
 * Deletes the demo accounts, whose passwords everybody knows: a database that was filled during
 * development may come to serve real customers. Answers how many there were.
 */
export async function removeDemoAccounts(db: Database): Promise<number> {
  const emails = demoAccounts.map(({ email }) => email)
  const removed = await db
    .delete(users)
    .where(inArray(users.email, emails))
    .returning({ id: users.id })
  return removed.length
}

async function isEmpty(db: Database): Promise<boolean> {
  const first = [
    db.select({ id: users.id }).from(users).limit(1),
    db.select({ id: books.id }).from(books).limit(1),
  ]
  return (await Promise.all(first)).flat().length === 0
}
