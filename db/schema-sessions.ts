import { isNotNull } from '#drizzle-orm'
import { index, integer, sqliteTable, text } from '#drizzle-orm/sqlite-core'

/** Sessions, with `SESSION_STORAGE=database`, as `remix/session/sql-storage` has them. */
export const sessions = sqliteTable(
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

/** What is counted against guessing, where sessions are: as `rate-limiter-flexible` has it. */
export const throttle = sqliteTable(
  'throttle',
  {
    key: text().primaryKey(),
    points: integer().notNull(),
    /** In milliseconds since 1970. */
    expire: integer(),
  },
  (table) => [index('throttle_expire').on(table.expire)],
)
