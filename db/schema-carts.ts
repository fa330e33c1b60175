import { sql } from '#drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from '#drizzle-orm/sqlite-core'

import { books } from './schema-books.ts'
import { users } from './schema.ts'

/** The carts of accounts. A guest's is in the session. */
export const cartItems = sqliteTable(
  'cart_items',
  {
    userId: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    bookId: integer()
      .notNull()
      .references(() => books.id),
    quantity: integer().notNull(),
    /** The price in cents that the customer was last told, to tell when it has changed. */
    priceSeen: integer().notNull(),
    /** Made with the form that added copies last: the same form sent twice adds once. */
    formKey: text(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.bookId] }),
    check('cart_items_quantity', sql`${table.quantity} > 0`),
  ],
)

/** The guests' carts that joined an account's: a copy in an old cookie counts for what it has beyond. */
export const joinedCarts = sqliteTable(
  'joined_carts',
  {
    /** The id that the cart has in the session. */
    cartId: text().primaryKey(),
    /** What was taken out of it: book ids and quantities. */
    taken: text({ mode: 'json' }).$type<Record<string, number>>().notNull(),
    /** When it last was. */
    joinedAt: integer({ mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [index('joined_carts_joined').on(table.joinedAt)],
)
