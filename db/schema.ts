import { sql } from '#drizzle-orm'
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from '#drizzle-orm/sqlite-core'

const createdAt = () => integer({ mode: 'timestamp_ms' }).notNull()

export const users = sqliteTable('users', {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull(),
  /** Lower case: one account for an address, however it was typed. */
  email: text().notNull().unique(),
  /** When its owner followed a link that was mailed to it; until then anybody may have typed it. */
  emailConfirmedAt: integer({ mode: 'timestamp_ms' }),
  passwordHash: text().notNull(),
  role: text({ enum: ['reader', 'admin'] })
    .notNull()
    .default('reader'),
  /** What an authenticator app and the shop make codes of, in base32; null without a second factor. */
  totpSecret: text(),
  /** The time step of the last code that was used: neither it nor an earlier one works again. */
  totpStep: integer(),
  /** By what authenticators know the user, who has or had a passkey: random, as they may show it. */
  passkeyHandle: text().unique('users_passkey_handle'),
  createdAt: createdAt(),
})

/**
 * A row for each place where somebody is logged in. The session holds the row's id, so deleting
 * the row logs that browser out whatever cookie it sends, on every session storage alike.
 */
export const logins = sqliteTable(
  'logins',
  {
    /** Random, not counted: its first part appears in the logout form of the account page. */
    id: text().primaryKey(),
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    userAgent: text().notNull(),
    /** Of the address that it came from, not all of it: enough for its owner. Empty where it is not known. */
    network: text().notNull().default(''),
    /** Whether "remember me" was ticked. */
    remembered: integer({ mode: 'boolean' }).notNull(),
    createdAt: createdAt(),
    lastSeenAt: integer({ mode: 'timestamp_ms' }).notNull(),
    /** When it was last proved who it is, by all that a login asks for. */
    confirmedAt: integer({ mode: 'timestamp_ms' })
      .notNull()
      .default(sql`0`),
    /** By what name the browser knows its key for this login; without one the login is not bound. */
    bindingId: text(),
    /** The public key, a JWK. */
    bindingKey: text(),
    boundAt: integer({ mode: 'timestamp_ms' }),
    /** Of the last challenge that the browser signed: none from before is taken again. */
    provedAt: integer({ mode: 'timestamp_ms' }),
  },
  (table) => [
    index('logins_user').on(table.userId),
    uniqueIndex('logins_binding').on(table.bindingId),
  ],
)

/** Logins whose password was right and whose second factor is waited for: nobody is logged in yet. */
export const pendingLogins = sqliteTable(
  'pending_logins',
  {
    id: text().primaryKey(),
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    remembered: integer({ mode: 'boolean' }).notNull(),
    /** Whether the browser was logged in before. */
    known: integer({ mode: 'boolean' }).notNull().default(false),
    createdAt: createdAt(),
  },
  (table) => [index('pending_logins_user').on(table.userId)],
)

/** A row for each recovery code that was not used yet. */
export const recoveryCodes = sqliteTable(
  'recovery_codes',
  {
    /** SHA-256 of the code, which has 120 random bits: there is nothing to guess. */
    codeHash: text().primaryKey(),
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
  },
  (table) => [index('recovery_codes_user').on(table.userId)],
)

/** Browsers that are not asked for the second factor for a while. */
export const rememberedDevices = sqliteTable(
  'remembered_devices',
  {
    /** SHA-256 of the id in the device's cookie. */
    deviceHash: text().notNull(),
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    userAgent: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.deviceHash] })],
)

/** Passkeys (WebAuthn credentials): who has the private key of one can log in. */
export const passkeys = sqliteTable(
  'passkeys',
  {
    /** Chosen by the authenticator, in base64url. */
    id: text().primaryKey(),
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    /** A SubjectPublicKeyInfo in base64url. */
    publicKey: text().notNull(),
    /** How often it has signed, as it says; 0 for ever where it does not count. */
    counter: integer().notNull(),
    /** Whether it may be copied to other devices, which never changes, and whether it was. */
    backupEligible: integer({ mode: 'boolean' }).notNull(),
    backedUp: integer({ mode: 'boolean' }).notNull(),
    createdAt: createdAt(),
    lastUsedAt: integer({ mode: 'timestamp_ms' }),
  },
  (table) => [index('passkeys_user').on(table.userId)],
)

/** What passkeys have signed lately: a session in a cookie could bring its challenge again. */
export const usedChallenges = sqliteTable('used_challenges', {
  challenge: text().primaryKey(),
  usedAt: integer({ mode: 'timestamp_ms' }).notNull(),
})

/** A row for each link that was mailed to an address, to show that its owner is the user. */
export const emailLinks = sqliteTable(
  'email_links',
  {
    /** SHA-256 of the token. */
    tokenHash: text().primaryKey(),
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The address that the user gets, or has already and confirms. */
    email: text().notNull(),
    expiresAt: integer({ mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [index('email_links_user').on(table.userId)],
)

/** Accounts that are asked for and not opened yet: each waits for the link in its mail. */
export const registrations = sqliteTable('registrations', {
  /** SHA-256 of the token in the link. */
  tokenHash: text().primaryKey(),
  email: text().notNull(),
  name: text().notNull(),
  passwordHash: text().notNull(),
  /** SHA-256 of what the session of the browser holds that asked. */
  browserHash: text().notNull(),
  expiresAt: integer({ mode: 'timestamp_ms' }).notNull(),
})

/** Mail that is to be sent, written in the transaction of what it tells. */
export const mails = sqliteTable(
  'mails',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** What it tells, in a word for the log: `reset`. */
    kind: text().notNull(),
    /** Address and text, which may hold a link that is as good as a password; none once it is sent. */
    sealed: text(),
    createdAt: createdAt(),
    /** Not sent after this: the link in it is worth nothing then. */
    expiresAt: integer({ mode: 'timestamp_ms' }).notNull(),
    /** When it is tried next, by whichever server sees it first; none once it is sent or given up. */
    dueAt: integer({ mode: 'timestamp_ms' }),
    attempts: integer().notNull().default(0),
    sentAt: integer({ mode: 'timestamp_ms' }),
  },
  (table) => [
    index('mails_due')
      .on(table.dueAt)
      .where(sql`${table.dueAt} is not null`),
    index('mails_created').on(table.createdAt),
  ],
)

/**
 * What forms were answered that change who is logged in, or how: the same form sent again gets the
 * answer that the first one got, which may have been lost on its way.
 */
export const answeredForms = sqliteTable(
  'answered_forms',
  {
    /** HMAC-SHA-256 of all that was sent, a one-time key among it, with a secret of the shop. */
    form: text().primaryKey(),
    /** Nobody's where it was answered without one, as an account that was asked for. */
    userId: integer().references(() => users.id, { onDelete: 'cascade' }),
    /** SHA-256 of the session cookie that came along; empty where the form itself proves who sent it. */
    sentBy: text().notNull(),
    /** Who it logged in. When that login ends, the answer goes with it. */
    loginId: text().references(() => logins.id, { onDelete: 'cascade' }),
    location: text().notNull(),
    notice: text(),
    createdAt: createdAt(),
  },
  (table) => [index('answered_forms_login').on(table.loginId)],
)

/** What somebody sent who had to log in or to confirm the login first, until that is done. */
export const keptForms = sqliteTable('kept_forms', {
  id: text().primaryKey(),
  userId: integer()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  path: text().notNull(),
  fields: text({ mode: 'json' }).$type<Record<string, string>>().notNull(),
  /** When it was carried on with after the login was confirmed. */
  carriedOnAt: integer({ mode: 'timestamp_ms' }),
  createdAt: createdAt(),
})

export type User = typeof users.$inferSelect
export type Login = typeof logins.$inferSelect
export type PendingLogin = typeof pendingLogins.$inferSelect
export type RememberedDevice = typeof rememberedDevices.$inferSelect
export type Passkey = typeof passkeys.$inferSelect
export type AnsweredForm = typeof answeredForms.$inferSelect
export type Mail = typeof mails.$inferSelect
