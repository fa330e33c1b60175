import { index, pgTable } from '#drizzle-orm/pg-core'

import { integer, text, time } from './postgres-columns.ts'
import { users } from './schema-postgres.ts'

export const passwordResets = pgTable(
  'password_resets',
  {
    tokenHash: text().primaryKey(),
    userId: integer().references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: time().notNull(),
  },
  (table) => [index('password_resets_user').on(table.userId)],
)
