// The tables of schema.ts as PostgreSQL has them, for `npm run db:generate`. Queries are built with
// those of schema.ts for both; a test and the compiler see to it that the two say the same.

import { isNotNull, isNull, sql } from '#drizzle-orm'
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  pgTable,
  primaryKey,
  unique,
  uniqueIndex,
} from '#drizzle-orm/pg-core'

import type * as sqlite from './schema.ts'

const integer = () => bigint({ mode: 'number' })
const id = () => integer().primaryKey().generatedByDefaultAsIdentity()

/** In milliseconds, as in SQLite: a time means the same wherever it is written and read. */
const time = customType<{ data: Date; driverData: number }>({ dataType: () => 'bigint' })
const createdAt = () => time().notNull()

/** Compared by its bytes, as in SQLite, whatever the language of the server. */
const text = customType<{ data: string }>({ dataType: () => 'text collate "C"' })

/** As it was written: the order of keys stays. */
const json = <Data>() => customType<{ data: Data }>({ dataType: () => 'json' })()

/** What the search looks through, see search.ts. */
const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

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

export const books = pgTable(
  'books',
  {
    id: id(),
    slug: text().notNull().unique(),
    title: text().notNull(),
    author: text().notNull(),
    genre: text().notNull(),
    description: text().notNull(),
    year: integer().notNull(),
    pages: integer().notNull(),
    priceCents: integer().notNull(),
    stock: integer().notNull(),
    featured: boolean().notNull().default(false),
    titleKey: text().notNull().default(''),
    authorKey: text().notNull().default(''),
    searchTitle: text().notNull().default(''),
    searchAuthor: text().notNull().default(''),
    searchGenre: text().notNull().default(''),
    searchDescription: text().notNull().default(''),
    search: tsvector().generatedAlwaysAs(
      sql`setweight(to_tsvector('simple', search_title), 'A') || setweight(to_tsvector('simple', search_author), 'B') || setweight(to_tsvector('simple', search_genre), 'C') || to_tsvector('simple', search_description)`,
    ),
    formKey: text().unique('books_form_key'),
    retiredAt: time(),
    createdAt: createdAt(),
  },
  (table) => [
    index('books_genre').on(table.genre).where(isNull(table.retiredAt)),
    index('books_title').on(table.titleKey).where(isNull(table.retiredAt)),
    index('books_author').on(table.authorKey, table.titleKey).where(isNull(table.retiredAt)),
    index('books_price_title').on(table.priceCents, table.titleKey).where(isNull(table.retiredAt)),
    index('books_search').using('gin', table.search),
    index('books_featured')
      .on(table.id)
      .where(sql`${table.featured} and ${table.retiredAt} is null`),
    check('books_price', sql`${table.priceCents} >= 0`),
    check('books_stock', sql`${table.stock} >= 0`),
  ],
)

export const orders = pgTable(
  'orders',
  {
    id: id(),
    userId: integer().references(() => users.id, { onDelete: 'cascade' }),
    checkoutKey: text().notNull(),
    email: text(),
    linkExpiresAt: time(),
    totalCents: integer().notNull(),
    name: text().notNull(),
    address: text().notNull(),
    city: text().notNull(),
    postcode: text().notNull(),
    country: text().notNull(),
    cartId: text(),
    cartTaken: json<Record<string, number>>(),
    createdAt: createdAt(),
  },
  (table) => [
    index('orders_user').on(table.userId),
    index('orders_cart').on(table.cartId),
    unique('orders_checkout_key').on(table.userId, table.checkoutKey),
    uniqueIndex('orders_guest_link').on(table.checkoutKey).where(isNotNull(table.email)),
  ],
)

export const orderLines = pgTable(
  'order_lines',
  {
    orderId: integer()
      .notNull()
      .references(() => orders.id, { onDelete: 'cascade' }),
    bookId: integer()
      .notNull()
      .references(() => books.id),
    title: text().notNull(),
    priceCents: integer().notNull(),
    quantity: integer().notNull(),
    /** Every table of SQLite has it: the order in which the rows were written. */
    rowid: integer().generatedAlwaysAsIdentity(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.bookId] }),
    check('order_lines_quantity', sql`${table.quantity} > 0`),
  ],
)

export const cartItems = pgTable(
  'cart_items',
  {
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    bookId: integer()
      .notNull()
      .references(() => books.id),
    quantity: integer().notNull(),
    priceSeen: integer().notNull(),
    formKey: text(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.bookId] }),
    check('cart_items_quantity', sql`${table.quantity} > 0`),
  ],
)

export const joinedCarts = pgTable(
  'joined_carts',
  {
    cartId: text().primaryKey(),
    taken: json<Record<string, number>>().notNull(),
    joinedAt: time().notNull(),
  },
  (table) => [index('joined_carts_joined').on(table.joinedAt)],
)

export const passwordResets = pgTable(
  'password_resets',
  {
    tokenHash: text().primaryKey(),
    userId: integer().references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: time().notNull(),
  },
  (table) => [index('password_resets_user').on(table.userId)],
)

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

type Rows<Schema> = {
  [
    Name in keyof Schema as Schema[Name] extends { $inferSelect: object } ? Name : never
  ]: Schema[Name] extends {
    $inferSelect: infer Row
  }
    ? Omit<Row, 'rowid' | 'search'>
    : never
}
type Tables = {
  users: typeof users
  logins: typeof logins
  pendingLogins: typeof pendingLogins
  recoveryCodes: typeof recoveryCodes
  rememberedDevices: typeof rememberedDevices
  passkeys: typeof passkeys
  usedChallenges: typeof usedChallenges
  books: typeof books
  orders: typeof orders
  orderLines: typeof orderLines
  cartItems: typeof cartItems
  joinedCarts: typeof joinedCarts
  passwordResets: typeof passwordResets
  emailLinks: typeof emailLinks
  registrations: typeof registrations
  mails: typeof mails
  answeredForms: typeof answeredForms
  keptForms: typeof keptForms
  sessions: typeof sessions
  throttle: typeof throttle
}
type Same<A, B> = [A, B] extends [B, A] ? true : never

/** Fails to compile where a row of PostgreSQL is not one of SQLite. */
export const sameRows: Same<Rows<Tables>, Rows<typeof sqlite>> = true
