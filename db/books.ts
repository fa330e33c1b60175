import { and, asc, count, desc, eq, getTableColumns, isNull, sql } from 'drizzle-orm'

import type { Database } from './connect.ts'
import { prepareOnce, unplanned } from './prepare.ts'
import { type Book, books, nocase } from './schema.ts'
import { fold, searchTextOf, slugOf } from './text.ts'

export const bookSorts = ['title', 'author', 'price', 'price-desc', 'newest'] as const
export type BookSort = (typeof bookSorts)[number]

export interface BookListOptions {
  /** Words to look for in title, author and description: every one of them has to be there. */
  q?: string
  genre?: string
  sort?: BookSort
  /** Counted from 1. */
  page?: number
  pageSize: number
}

export interface NewBook {
  title: string
  author: string
  genre: string
  description: string
  year: number
  pages: number
  priceCents: number
  stock: number
  featured?: boolean
}

const { searchText: _, ...bookColumns } = getTableColumns(books)
const forSale = isNull(books.retiredAt)

const title = nocase(books.title)
const author = nocase(books.author)
const orderings = {
  title: [asc(title), asc(books.id)],
  author: [asc(author), asc(title), asc(books.id)],
  price: [asc(books.priceCents), asc(title), asc(books.id)],
  'price-desc': [desc(books.priceCents), asc(title), asc(books.id)],
  // Ids only ever grow, and the table is in their order already.
  newest: [desc(books.id)],
}

const statements = prepareOnce((db) => ({
  /** Filled by `listStatements`, one entry for each shape of the query. */
  lists: new Map<string, ReturnType<typeof prepareList>>(),
  genres: db
    .select({ genre: books.genre, count: count() })
    .from(books)
    .where(forSale)
    .groupBy(books.genre)
    .orderBy(asc(books.genre))
    .prepare(),
  featured: db
    .select(bookColumns)
    .from(books)
    .where(and(sql`${books.featured} = 1`, forSale))
    .orderBy(desc(books.id))
    .limit(sql.placeholder('limit'))
    .prepare(),
  bySlug: db
    .select(bookColumns)
    .from(books)
    .where(eq(books.slug, sql.placeholder('slug')))
    .prepare(),
  byIds: db
    .select(bookColumns)
    .from(books)
    .where(sql`${books.id} in (select value from json_each(${sql.placeholder('ids')}))`)
    .prepare(),
}))

/** A page of the books for sale, and how many there are on all pages. */
export function listBooks(
  db: Database,
  { q = '', genre, sort = 'title', page = 1, pageSize }: BookListOptions,
): { books: Book[]; total: number } {
  const words = searchWords(q)
  const { matching, counting } = listStatements(db, sort, genre != null, words.length > 0)

  const filter = { genre, words: JSON.stringify(words) }
  const total = counting.get(filter)?.total ?? 0
  const offset = (page - 1) * pageSize
  if (offset >= total) return { books: [], total }
  return { books: matching.all({ ...filter, limit: pageSize, offset }), total }
}

/** Ten at most: each one costs a look at every book, and the query string is anybody's. */
function searchWords(q: string): string[] {
  const words = fold(q).split(/\s+/).filter(Boolean)
  return [...new Set(words)].slice(0, 10)
}

function listStatements(db: Database, sort: BookSort, byGenre: boolean, byWords: boolean) {
  const { lists } = statements(db)
  const shape = `${sort} ${byGenre} ${byWords}`
  let list = lists.get(shape)
  if (!list) {
    list = prepareList(db, sort, byGenre, byWords)
    lists.set(shape, list)
  }
  return list
}

function prepareList(db: Database, sort: BookSort, byGenre: boolean, byWords: boolean) {
  const words = sql`select 1 from json_each(${sql.placeholder('words')})`
  const where = and(
    forSale,
    byGenre ? eq(books.genre, unplanned('genre')) : undefined,
    // `instr` and not `like`, which would take % and _ for wildcards.
    byWords ? sql`not exists (${words} where instr(${books.searchText}, value) = 0)` : undefined,
  )
  return {
    matching: db
      .select(bookColumns)
      .from(books)
      .where(where)
      .orderBy(...orderings[sort])
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .prepare(),
    counting: db.select({ total: count() }).from(books).where(where).prepare(),
  }
}

/** The genres of the books for sale, in alphabetical order. */
export function listGenres(db: Database): { genre: string; count: number }[] {
  return statements(db).genres.all()
}

/** The books to show on the home page, the newest first. */
export function listFeaturedBooks(db: Database, limit: number): Book[] {
  return statements(db).featured.all({ limit })
}

/** A retired book is found too: old links and orders lead to its page. */
export function findBookBySlug(db: Database, slug: string): Book | undefined {
  return statements(db).bySlug.get({ slug })
}

/** The books of these ids in no special order, retired ones too; unknown ids are left out. */
export function findBooksByIds(db: Database, ids: Iterable<number>): Book[] {
  return statements(db).byIds.all({ ids: JSON.stringify([...ids]) })
}

/** Every book, the retired ones last. */
export function listAllBooks(db: Database): Book[] {
  return db
    .select(bookColumns)
    .from(books)
    .orderBy(sql`${books.retiredAt} is not null`, ...orderings.title)
    .all()
}

export function insertBook(db: Database, { now, ...book }: NewBook & { now: Date }): Book {
  const values = { ...book, searchText: searchTextOf(book), createdAt: now }
  const base = slugOf(book.title)
  for (let number = 1; ; number++) {
    const slug = number === 1 ? base : `${base}-${number}`
    const inserted = db
      .insert(books)
      .values({ ...values, slug })
      .onConflictDoNothing({ target: books.slug })
      .returning(bookColumns)
      .get()
    if (inserted) return inserted
  }
}

/** The slug stays, so that links to the book keep working. */
export function updateBook(db: Database, id: number, changes: Partial<NewBook>): Book | undefined {
  return db.transaction(
    (tx) => {
      const book = tx.select().from(books).where(eq(books.id, id)).get()
      if (!book) return undefined
      const { title = book.title, author = book.author, description = book.description } = changes
      const searchText = searchTextOf({ title, author, description })
      return tx
        .update(books)
        .set({ ...changes, searchText })
        .where(eq(books.id, id))
        .returning(bookColumns)
        .get()
    },
    { behavior: 'immediate' },
  )
}

/** Takes a book out of the shop. Retiring it again keeps the first date. */
export function retireBook(db: Database, id: number, now: Date): Book | undefined {
  return db
    .update(books)
    .set({ retiredAt: sql`coalesce(${books.retiredAt}, ${now.getTime()})` })
    .where(eq(books.id, id))
    .returning(bookColumns)
    .get()
}
