import { isNull, sql } from '#drizzle-orm'
import { boolean, check, index, pgTable } from '#drizzle-orm/pg-core'

import { createdAt, id, integer, text, time, tsvector } from './postgres-columns.ts'

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
    index('books_search').using('gin', table.search),
    index('books_featured')
      .on(table.id)
      .where(sql`${table.featured} and ${table.retiredAt} is null`),
    check('books_price', sql`${table.priceCents} >= 0`),
    check('books_stock', sql`${table.stock} >= 0`),
  ],
)
