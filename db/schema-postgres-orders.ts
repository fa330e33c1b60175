import { isNotNull, sql } from '#drizzle-orm'
import { check, index, pgTable, primaryKey, unique, uniqueIndex } from '#drizzle-orm/pg-core'

import { createdAt, id, integer, json, text, time } from './postgres-columns.ts'
import { books } from './schema-postgres-books.ts'
import { users } from './schema-postgres.ts'

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
    index('orders_link_expires').on(table.linkExpiresAt).where(isNotNull(table.linkExpiresAt)),
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
