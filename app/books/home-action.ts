import { createAction } from 'remix/fetch-router'
import { listFeaturedBooks, listNewestBooks } from '../../db/book-lists.ts'
import type { ListedBook } from '../../db/books.ts'
import type { Database } from '../../db/database.ts'
import type { Dependencies } from '../context.ts'
import { routes } from '../routes.ts'
import { genresFor } from './genres.ts'
import { homePage } from './home-page.ts'

const FEATURED = 32
const A_SHELF = 5

export function createHomeAction({ db, page }: Dependencies) {
  return createAction(routes.home, async (context) => {
    const shelves = await listShelves(db, await genresFor(context.url, db))
    return page(context, (shell) => homePage({ shell, shelves }))
  })
}

/** What the home page shows of these genres. */
export async function listShelves(
  db: Database,
  genres: readonly string[],
): Promise<{ genre: string; books: ListedBook[] }[]> {
  const featured = await listFeaturedBooks(db, FEATURED)
  return Promise.all(
    genres.map(async (genre) => {
      const newest = await listNewestBooks(db, genre, A_SHELF)
      const first = featured.filter((book) => book.genre === genre)
      const others = newest.filter(({ id }) => !first.some((book) => book.id === id))
      return { genre, books: [...first, ...others].slice(0, A_SHELF) }
    }),
  )
}
