// The tables of schema.ts as PostgreSQL has them, for `npm run db:generate`. Queries are built with
// those of schema.ts for both; a test and the compiler see to it that the two say the same.

import { sql } from '#drizzle-orm'
import { boolean, index, pgTable, primaryKey, uniqueIndex } from '#drizzle-orm/pg-core'

import { createdAt, id, integer, json, text, time } from './postgres-columns.ts'

export const users = pgTable('users', {
  id: id(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailConfirmedAt: time(),
  passwordHash: text().notNull(),
  role: text().$type<'reader' | 'admin'>().notNull().default('reader'),
  totpSecret: text(),
  totpStep: integer(),
  passkeyHandle: text().unique('users_passkey_handle'),
  createdAt: createdAt(),
})

export const logins = pgTable(
  'logins',
  {
    id: text().primaryKey(),
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    userAgent: text().notNull(),
    network: text().notNull().default(''),
    remembered: boolean().notNull(),
    createdAt: createdAt(),
    lastSeenAt: time().notNull(),
    confirmedAt: time()
      .notNull()
      .default(sql`0`),
    bindingId: text(),
    bindingKey: text(),
    boundAt: time(),
    provedAt: time(),
  },
  (table) => [
    index('logins_user').on(table.userId),
    uniqueIndex('logins_binding').on(table.bindingId),
  ],
)

export const pendingLogins = pgTable(
  'pending_logins',
  {
    id: text().primaryKey(),
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    remembered: boolean().notNull(),
    known: boolean().notNull().default(false),
    createdAt: createdAt(),
  },
  (table) => [index('pending_logins_user').on(table.userId)],
)

export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    codeHash: text().primaryKey(),
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
  },
  (table) => [index('recovery_codes_user').on(table.userId)],
)

export const rememberedDevices = pgTable(
  'remembered_devices',
  {
    deviceHash: text().notNull(),
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    userAgent: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.deviceHash] })],
)

export const passkeys = pgTable(
  'passkeys',
  {
    id: text().primaryKey(),
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    publicKey: text().notNull(),
    counter: integer().notNull(),
    backupEligible: boolean().notNull(),
    backedUp: boolean().notNull(),
    createdAt: createdAt(),
    lastUsedAt: time(),
  },
  (table) => [index('passkeys_user').on(table.userId)],
)

export const usedChallenges = pgTable('used_challenges', {
  challenge: text().primaryKey(),
  usedAt: time().notNull(),
})

export const emailLinks = pgTable(
  'email_links',
  {
    tokenHash: text().primaryKey(),
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    email: text().notNull(),
    expiresAt: time().notNull(),
  },
  (table) => [index('email_links_user').on(table.userId)],
)

export const registrations = pgTable('registrations', {
  tokenHash: text().primaryKey(),
  email: text().notNull(),
  name: text().notNull(),
  passwordHash: text().notNull(),
  browserHash: text().notNull(),
  expiresAt: time().notNull(),
})

export const mails = pgTable(
  'mails',
  {
    id: id(),
    kind: text().notNull(),
    sealed: text(),
    createdAt: createdAt(),
    expiresAt: time().notNull(),
    dueAt: time(),
    attempts: integer().notNull().default(0),
    sentAt: time(),
  },
  (table) => [
    index('mails_due')
      .on(table.dueAt)
      .where(sql`${table.dueAt} is not null`),
    index('mails_created').on(table.createdAt),
  ],
)

export const answeredForms = pgTable(
  'answered_forms',
  {
    form: text().primaryKey(),
    userId: integer().references(() => users.id, { onDelete: 'cascade' }),
    sentBy: text().notNull(),
    loginId: text().references(() => logins.id, { onDelete: 'cascade' }),
    location: text().notNull(),
    notice: text(),
    createdAt: createdAt(),
  },
  (table) => [index('answered_forms_login').on(table.loginId)],
)

export const keptForms = pgTable('kept_forms', {
  id: text().primaryKey(),
  userId: integer()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  path: text().notNull(),
  fields: json<Record<string, string>>().notNull(),
  carriedOnAt: time(),
  createdAt: createdAt(),
})
