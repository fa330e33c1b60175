import { isNotNull } from '#drizzle-orm'
import { index, pgTable } from '#drizzle-orm/pg-core'

import { integer, text } from './postgres-columns.ts'

export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    record: text().notNull(),
    version: integer().notNull(),
    login: text(),
    purgeAt: integer().notNull(),
  },
  (table) => [
    index('sessions_purge_at').on(table.purgeAt),
    index('sessions_login').on(table.login).where(isNotNull(table.login)),
  ],
)

export const throttle = pgTable(
  'throttle',
  {
    key: text().primaryKey(),
    points: integer().notNull(),
    expire: integer(),
  },
  (table) => [index('throttle_expire').on(table.expire)],
)
