import { isNotNull, sql } from '#drizzle-orm'
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from '#drizzle-orm/sqlite-core'

import { books } from './schema-books.ts'
import { users } from './schema.ts'

export const orders = sqliteTable(
  'orders',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    /** Nobody's: a guest's, until somebody who has the link keeps it in an account. */
    userId: integer().references(() => users.id, { onDelete: 'cascade' }),
    /**
     * Made with the checkout form: the same form sent twice is one order. A guest's is the SHA-256 of
     * the token in the link to the order, see guest-orders.ts.
     */
    checkoutKey: text().notNull(),
    /** Where the link to a guest's order was sent, and until when it opens the order; then both go. */
    email: text(),
    linkExpiresAt: integer({ mode: 'timestamp_ms' }),
    totalCents: integer().notNull(),
    name: text().notNull(),
    address: text().notNull(),
    city: text().notNull(),
    postcode: text().notNull(),
    country: text().notNull(),
    /** The cart that became this order, by the id that it has in the session. */
    cartId: text(),
    /** What the order took out of that cart: book ids and quantities, as they stood in it. */
    cartTaken: text({ mode: 'json' }).$type<Record<string, number>>(),
    createdAt: integer({ mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [
    index('orders_user').on(table.userId),
    index('orders_cart').on(table.cartId),
    // Unique for its user only: somebody else's key says nothing, not even that it exists.
    unique('orders_checkout_key').on(table.userId, table.checkoutKey),
    uniqueIndex('orders_guest_link').on(table.checkoutKey).where(isNotNull(table.email)),
    index('orders_link_expires').on(table.linkExpiresAt).where(isNotNull(table.linkExpiresAt)),
  ],
)

export const orderLines = sqliteTable(
  'order_lines',
  {
    orderId: integer()
      .notNull()
      .references(() => orders.id, { onDelete: 'cascade' }),
    bookId: integer()
      .notNull()
      .references(() => books.id),
    /** Title and price as they were sold. */
    title: text().notNull(),
    priceCents: integer().notNull(),
    quantity: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.bookId] }),
    check('order_lines_quantity', sql`${table.quantity} > 0`),
  ],
)

export type Order = Omit<
  typeof orders.$inferSelect,
  'cartId' | 'cartTaken' | 'email' | 'linkExpiresAt'
>
