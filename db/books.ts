import { eq, getTableColumns, sql } from '#drizzle-orm'

import type { Database } from './database.ts'
import { derivedColumns } from './derived-columns.ts'
import { lockRows, numbersOf } from './dialect.ts'
import { prepareOnce } from './prepare-once.ts'
import { type Book, books } from './schema-books.ts'
import { cleanLine, cleanText, slugOf } from './text.ts'

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

/** What the application sees of a book. */
const {
  titleKey: _titleKey,
  authorKey: _authorKey,
  searchTitle: _searchTitle,
  searchAuthor: _searchAuthor,
  searchGenre: _searchGenre,
  searchDescription: _searchDescription,
  formKey: _formKey,
  ...bookColumns
} = getTableColumns(books)

/** What lists and carts show of a book. The texts of two dozen take longer to read than all the rest. */
const {
  description: _description,
  year: _year,
  createdAt: _createdAt,
  ...listedColumns
} = bookColumns
export { listedColumns }
export type ListedBook = Omit<Book, 'description' | 'year' | 'createdAt'>

const statements = prepareOnce((db) => ({
  bySlug: db
    .select(bookColumns)
    .from(books)
    .where(eq(books.slug, sql.placeholder('slug')))
    .prepare(),
  byIds: db
    .select(bookColumns)
    .from(books)
    .where(sql`${books.id} in (${numbersOf(db, 'ids')})`)
    .prepare(),
  listedByIds: db
    .select(listedColumns)
    .from(books)
    .where(sql`${books.id} in (${numbersOf(db, 'ids')})`)
    .prepare(),
}))

/** How many copies can be bought: none of a retired book. */
export function copiesForSale({ stock, retiredAt }: Pick<Book, 'stock' | 'retiredAt'>): number {
  return retiredAt === null ? stock : 0
}

/** A retired book is found too: it has no page, but carts and orders show its cover. */
export async function findBookBySlug(db: Database, slug: string): Promise<Book | undefined> {
  const [book] = await statements(db).bySlug.execute({ slug })
  return book
}

/** The books of these ids in no special order, retired ones too; unknown ids are left out. */
export async function findBooksByIds(db: Database, ids: Iterable<number>): Promise<Book[]> {
  return statements(db).byIds.execute({ ids: JSON.stringify([...ids]) })
}

/** The book whose id stands in an address or a form, a retired one too. */
export async function findBookById(db: Database, id: string): Promise<Book | undefined> {
  return /^\d{1,15}$/.test(id) ? (await findBooksByIds(db, [Number(id)]))[0] : undefined
}

/** As `findBooksByIds`, for a list of them. */
export async function findListedBooks(db: Database, ids: Iterable<number>): Promise<ListedBook[]> {
  return statements(db).listedByIds.execute({ ids: JSON.stringify([...ids]) })
}

/** @param book Its `formKey` was made with the form: sent again, it answers the book of the first time */
export async function insertBook(
  db: Database,
  { now, ...book }: NewBook & { formKey?: string; now: Date },
): Promise<Book> {
  const values = { ...book, ...derivedColumns(book), createdAt: now }
  const base = slugOf(book.title)
  for (let number = 1; ; number++) {
    const slug = number === 1 ? base : `${base}-${number}`
    const [inserted] = await db
      .insert(books)
      .values({ ...values, slug })
      .onConflictDoNothing()
      .returning(bookColumns)
    if (inserted) return inserted
    const ofForm = book.formKey === undefined ? undefined : await findBookOfForm(db, book.formKey)
    if (ofForm) return ofForm
  }
}

async function findBookOfForm(db: Database, formKey: string): Promise<Book | undefined> {
  const [book] = await db.select(bookColumns).from(books).where(eq(books.formKey, formKey))
  return book
}

/** The slug stays, so that links to the book keep working. */
export async function updateBook(
  db: Database,
  id: number,
  changes: Partial<NewBook>,
): Promise<Book | undefined> {
  return db.transaction(async (tx) => {
    await lockRows(tx, books, [id])
    const [book] = await tx.select().from(books).where(eq(books.id, id))
    if (!book) return undefined
    const { title = book.title, author = book.author } = changes
    const { genre = book.genre, description = book.description } = changes
    const derived = derivedColumns({ title, author, genre, description })
    const [updated] = await tx
      .update(books)
      .set({ ...changes, ...derived })
      .where(eq(books.id, id))
      .returning(bookColumns)
    return updated
  })
}

export type BookEdit =
  | { outcome: 'saved'; book: Book }
  /** Of these fields there are newer values, in `book`. Nothing was saved. */
  | { outcome: 'stale'; book: Book; fields: (keyof NewBook)[] }

/**
 * Saves what somebody changed in a form, and leaves alone what only the form repeats: copies may have
 * been sold since it was opened, and somebody else may have changed another field.
 *
 * @param seen What the form showed; of a field that is missing, nobody knows
 */
export async function editBook(
  db: Database,
  id: number,
  seen: Partial<NewBook>,
  wanted: NewBook,
): Promise<BookEdit | undefined> {
  return db.transaction(async (tx): Promise<BookEdit | undefined> => {
    await lockRows(tx, books, [id])
    const [book] = await tx.select(bookColumns).from(books).where(eq(books.id, id))
    if (!book) return undefined
    const changed = namesOf(wanted).filter((name) => wanted[name] !== seen[name])
    const fields = changed.filter(
      (name) => book[name] !== wanted[name] && !isSameValue(name, book[name], seen[name]),
    )
    if (fields.length > 0) return { outcome: 'stale', book, fields }
    const changes = Object.fromEntries(changed.map((name) => [name, wanted[name]]))
    return { outcome: 'saved', book: (await updateBook(tx, id, changes))! }
  })
}

function namesOf(book: NewBook): (keyof NewBook)[] {
  return Object.keys(book) as (keyof NewBook)[]
}

// A form cleans what it sends, and of a text that nobody sees it sends nothing.
function isSameValue(name: keyof NewBook, stored: unknown, seen: unknown): boolean {
  if (typeof stored !== 'string') return stored === seen
  const clean = name === 'description' ? cleanText : cleanLine
  return clean(stored) === (seen === undefined ? '' : String(seen))
}

/** Takes a book out of the shop. Retiring it again keeps the first date. */
export async function retireBook(db: Database, id: number, now: Date): Promise<Book | undefined> {
  const [book] = await db
    .update(books)
    .set({ retiredAt: sql`coalesce(${books.retiredAt}, ${now.getTime()})` })
    .where(eq(books.id, id))
    .returning(bookColumns)
  return book
}

/** Has a retired book for sale again. */
export async function restoreBook(db: Database, id: number): Promise<void> {
  await db.update(books).set({ retiredAt: null }).where(eq(books.id, id))
}
