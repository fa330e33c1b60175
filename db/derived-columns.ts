import { eq } from '#drizzle-orm'

import type { Database } from './database.ts'
import { type Book, books } from './schema-books.ts'
import { searchColumns } from './search.ts'
import { authorKey, titleKey } from './sort-keys.ts'

/** What is stored with a book to sort and search by. It follows from the rest. */
export function derivedColumns(book: Pick<Book, 'title' | 'author' | 'genre' | 'description'>) {
  return {
    titleKey: titleKey(book.title),
    authorKey: authorKey(book.author),
    ...searchColumns(book),
  }
}

/** Fills the columns of books that were added before there were any. */
export async function deriveMissingColumns(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    for (const book of await tx.select().from(books).where(eq(books.titleKey, ''))) {
      await tx.update(books).set(derivedColumns(book)).where(eq(books.id, book.id))
    }
  })
}
