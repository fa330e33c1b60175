import { and, asc, count, desc, eq, gt, isNotNull, isNull, lte, type SQL, sql } from '#drizzle-orm'

import { type ListedBook, listedColumns } from './books.ts'
import type { Database } from './database.ts'
import { isTrue, unplanned } from './dialect.ts'
import { prepareOnce } from './prepare-once.ts'
import { books } from './schema-books.ts'
import { correctWords, foundBy, matchOf, searchWords } from './search.ts'
import { titleKey as toTitleKey } from './sort-keys.ts'

export const bookSorts = ['relevance', 'title', 'author', 'price', 'price-desc', 'newest'] as const
export type BookSort = (typeof bookSorts)[number]

export interface BookListOptions {
  /** Words to look for in title, author, genre and description: every one has to be there. */
  q?: string
  genre?: string
  /** Those that are not for sale any more, instead of those that are. */
  retired?: boolean
  /** By relevance if there are words to look for, else by title. */
  sort?: BookSort | undefined
  /** Counted from 1. */
  page?: number
  pageSize: number
}

const forSale = isNull(books.retiredAt)

const { titleKey, authorKey, priceCents, id } = books
const orderings = {
  title: [asc(titleKey), asc(id)],
  author: [asc(authorKey), asc(titleKey), asc(id)],
  price: [asc(priceCents), asc(titleKey), asc(id)],
  'price-desc': [desc(priceCents), asc(titleKey), asc(id)],
  // Ids only ever grow, and the table is in their order already.
  newest: [desc(books.id)],
}

/** The very title comes first, however many books have the words in all of their texts. */
function byRelevance(rank: SQL): SQL[] {
  return [desc(eq(titleKey, sql.placeholder('title'))), asc(rank), asc(titleKey), asc(id)]
}

// From one genre to the next in the index, over all the books between them.
const genresForSale = sql`
  with recursive next (genre) as (
    select min(${books.genre}) from ${books} where ${forSale}
    union all
    select (select min(${books.genre}) from ${books} where ${books.genre} > next.genre and ${forSale})
    from next where next.genre is not null
  )
  select genre from next where genre is not null`

const statements = prepareOnce((db) => ({
  /** Filled by `listStatements`, one entry for each shape of the query. */
  lists: new Map<string, ReturnType<typeof prepareList>>(),
  genres: db
    .select({ genre: sql<string>`genre` })
    .from(sql`(${genresForSale}) as genres`)
    .orderBy(sql`genre`)
    .prepare(),
  featured: db
    .select(listedColumns)
    .from(books)
    .where(and(isTrue(db, books.featured), forSale))
    .orderBy(desc(books.id))
    .limit(sql.placeholder('limit'))
    .prepare(),
  newest: db
    .select(listedColumns)
    .from(books)
    .where(and(eq(books.genre, unplanned(db, 'genre')), forSale))
    .orderBy(...orderings.newest)
    .limit(sql.placeholder('limit'))
    .prepare(),
  last: db.select({ id: books.id }).from(books).orderBy(desc(books.id)).limit(1).prepare(),
  slugs: db
    .select({ slug: books.slug })
    .from(books)
    .where(
      and(gt(books.id, sql.placeholder('after')), lte(books.id, sql.placeholder('upTo')), forSale),
    )
    .orderBy(asc(books.id))
    .prepare(),
}))

interface BookList {
  books: ListedBook[]
  /** How many there are on all pages. */
  total: number
  /** The words that were looked for instead, as some of those asked for are in no book. */
  corrected?: string
}

/** A page of the books. */
export async function listBooks(db: Database, options: BookListOptions): Promise<BookList> {
  const { q = '' } = options
  const words = searchWords(q)
  if (words.length === 0) return q.trim() === '' ? readList(db, options) : { books: [], total: 0 }
  const list = await readList(db, options, words)
  if (list.total > 0) return list
  const corrected = await correctWords(db, words)
  if (!corrected) return list
  return { ...(await readList(db, options, corrected)), corrected: corrected.join(' ') }
}

async function readList(
  db: Database,
  { genre, retired = false, sort, page = 1, pageSize }: BookListOptions,
  words?: readonly string[],
): Promise<BookList> {
  const order = !words && (!sort || sort === 'relevance') ? 'title' : (sort ?? 'relevance')
  const shape = { sort: order, retired, byGenre: genre != null, byWords: words !== undefined }
  const { matching, counting } = listStatements(db, shape)

  const text = words && { match: matchOf(db, words), title: toTitleKey(words.join(' ')) }
  const filter = { genre, ...text }
  const [{ total } = { total: 0 }] = await counting.execute(filter)
  const offset = (page - 1) * pageSize
  if (offset >= total) return { books: [], total }
  return { books: await matching.execute({ ...filter, limit: pageSize, offset }), total }
}

/** Those of the words that are in books, each by itself. The rarest come first: they say the most. */
export async function wordsInBooks(
  db: Database,
  q: string,
): Promise<{ word: string; total: number }[]> {
  const shape = { sort: 'title', retired: false, byGenre: false, byWords: true } as const
  const { counting } = listStatements(db, shape)
  const words = await Promise.all(
    searchWords(q).map(async (word) => {
      const [{ total } = { total: 0 }] = await counting.execute({ match: matchOf(db, [word]) })
      return { word, total }
    }),
  )
  return words.filter(({ total }) => total > 0).sort((a, b) => a.total - b.total)
}

interface ListShape {
  sort: BookSort
  retired: boolean
  byGenre: boolean
  byWords: boolean
}

function listStatements(db: Database, shape: ListShape) {
  const { lists } = statements(db)
  const key = Object.values(shape).join()
  let list = lists.get(key)
  if (!list) {
    list = prepareList(db, shape)
    lists.set(key, list)
  }
  return list
}

function prepareList(db: Database, { sort, retired, byGenre, byWords }: ListShape) {
  const found = foundBy(db)
  const where = and(
    retired ? isNotNull(books.retiredAt) : forSale,
    byGenre ? eq(books.genre, unplanned(db, 'genre')) : undefined,
    byWords ? found.where : undefined,
  )
  const [rows, totals] = [db.select(listedColumns), db.select({ total: count() })]
  return {
    matching: (byWords && found.from ? rows.from(found.from).crossJoin(books) : rows.from(books))
      .where(where)
      .orderBy(...(sort === 'relevance' ? byRelevance(found.rank) : orderings[sort]))
      .limit(sql.placeholder('limit'))
      .offset(sql.placeholder('offset'))
      .prepare(),
    counting: (byWords && found.from
      ? totals.from(found.from).crossJoin(books)
      : totals.from(books)
    )
      .where(where)
      .prepare(),
  }
}

/** The genres of the books for sale, in alphabetical order. */
export async function listGenres(db: Database): Promise<string[]> {
  return (await statements(db).genres.execute()).map(({ genre }) => genre)
}

/** The books to show on the home page, the newest first. */
export async function listFeaturedBooks(db: Database, limit: number): Promise<ListedBook[]> {
  return statements(db).featured.execute({ limit })
}

/** The newest books of a genre. */
export async function listNewestBooks(
  db: Database,
  genre: string,
  limit: number,
): Promise<ListedBook[]> {
  return statements(db).newest.execute({ genre, limit })
}

/** No book has a larger id, on sale or not. */
export async function lastBookId(db: Database): Promise<number> {
  const [last] = await statements(db).last.execute()
  return last?.id ?? 0
}

/** Of the books for sale among those with these ids. */
export async function listSlugs(
  db: Database,
  ids: { after: number; upTo: number },
): Promise<string[]> {
  return (await statements(db).slugs.execute(ids)).map(({ slug }) => slug)
}
