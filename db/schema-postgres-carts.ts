import { sql } from '#drizzle-orm'
import { check, index, pgTable, primaryKey } from '#drizzle-orm/pg-core'

import { integer, json, text, time } from './postgres-columns.ts'
import { books } from './schema-postgres-books.ts'
import { users } from './schema-postgres.ts'

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
