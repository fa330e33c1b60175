import { isNull, sql } from '#drizzle-orm'
import { check, index, integer, sqliteTable, text } from '#drizzle-orm/sqlite-core'

export const books = sqliteTable(
  'books',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    slug: text().notNull().unique(),
    title: text().notNull(),
    author: text().notNull(),
    genre: text().notNull(),
    description: text().notNull(),
    /** The year of the first publication. */
    year: integer().notNull(),
    pages: integer().notNull(),
    priceCents: integer().notNull(),
    stock: integer().notNull(),
    /** Shown on the home page. */
    featured: integer({ mode: 'boolean' }).notNull().default(false),
    /** Where it stands when books are sorted by title or author, see sort-keys.ts. */
    titleKey: text().notNull().default(''),
    authorKey: text().notNull().default(''),
    /** What the index of the search holds, see search.ts. */
    searchTitle: text().notNull().default(''),
    searchAuthor: text().notNull().default(''),
    searchGenre: text().notNull().default(''),
    searchDescription: text().notNull().default(''),
    /** Made with the form that added the book: the same form sent twice is one book. */
    formKey: text().unique('books_form_key'),
    /** A retired book is not listed or sold and has no page; the orders that hold it stay as they are. */
    retiredAt: integer({ mode: 'timestamp_ms' }),
    createdAt: integer({ mode: 'timestamp_ms' }).notNull(),
  },
  (table) => [
    // Of the books for sale only, for each way to list them.
    index('books_genre').on(table.genre).where(isNull(table.retiredAt)),
    index('books_genre_title').on(table.genre, table.titleKey).where(isNull(table.retiredAt)),
    index('books_genre_author')
      .on(table.genre, table.authorKey, table.titleKey)
      .where(isNull(table.retiredAt)),
    index('books_genre_price')
      .on(table.genre, table.priceCents, table.titleKey)
      .where(isNull(table.retiredAt)),
    index('books_title').on(table.titleKey).where(isNull(table.retiredAt)),
    index('books_author').on(table.authorKey, table.titleKey).where(isNull(table.retiredAt)),
    index('books_price_title').on(table.priceCents, table.titleKey).where(isNull(table.retiredAt)),
    index('books_featured')
      .on(table.id)
      .where(sql`${table.featured} = 1 and ${table.retiredAt} is null`),
    check('books_price', sql`${table.priceCents} >= 0`),
    check('books_stock', sql`${table.stock} >= 0`),
  ],
)

type BookKey =
  | 'titleKey'
  | 'authorKey'
  | 'searchTitle'
  | 'searchAuthor'
  | 'searchGenre'
  | 'searchDescription'

export type Book = Omit<typeof books.$inferSelect, BookKey | 'formKey'>
