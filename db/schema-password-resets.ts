import { index, integer, sqliteTable, text } from '#drizzle-orm/sqlite-core'

import { users } from './schema.ts'

/** A row for each link that was mailed; all of a user's go when one is used or the password changes. */
export const passwordResets = sqliteTable(
  'password_resets',
  {
    /** SHA-256 of the token: who reads the database cannot reset a password with it. */
    tokenHash: text().primaryKey(),
    /** Nobody's where the address has no account: to find that out shall take as long. */
    userId: integer().references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: integer({ mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [index('password_resets_user').on(table.userId)],
)
