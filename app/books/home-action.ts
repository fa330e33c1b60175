import { createAction } from 'remix/fetch-router'
import { listBooks, listFeaturedBooks, listGenres } from '../../db/books.ts'
import type { Database } from '../../db/database.ts'
import type { Book } from '../../db/schema.ts'
import type { Dependencies } from '../context.ts'
import { routes } from '../routes.ts'
import { homePage } from './home-page.ts'

const FEATURED = 32
const A_SHELF = 5

export function createHomeAction({ db, page }: Dependencies) {
  return createAction(routes.home, async (context) => {
    const shelves = await listShelves(db)
    return page(context, (shell) => homePage({ shell, shelves }))
  })
}

/** What the home page shows. */
export async function listShelves(db: Database): Promise<{ genre: string; books: Book[] }[]> {
  const featured = await listFeaturedBooks(db, FEATURED)
  const genres = await listGenres(db)
  return Promise.all(
    genres.map(async ({ genre }) => {
      const { books } = await listBooks(db, { genre, sort: 'newest', pageSize: A_SHELF })
      const first = featured.filter((book) => book.genre === genre)
      const others = books.filter(({ id }) => !first.some((book) => book.id === id))
      return { genre, books: [...first, ...others].slice(0, A_SHELF) }
    }),
  )
}
