import { createAction } from 'remix/fetch-router'
import { listBooks, listFeaturedBooks, listGenres } from '../../db/books.ts'
import type { Book } from '../../db/schema.ts'
import type { Dependencies } from '../dependencies.ts'
import { routes } from '../routes.ts'
import { homePage } from './home-page.ts'

const FEATURED = 32
const A_SHELF = 5

export function createHomeAction({ db, page }: Dependencies) {
  function listShelf(genre: string, featured: Book[]): Book[] {
    const { books } = listBooks(db, { genre, sort: 'newest', pageSize: A_SHELF })
    const first = featured.filter((book) => book.genre === genre)
    const others = books.filter(({ id }) => !first.some((book) => book.id === id))
    return [...first, ...others].slice(0, A_SHELF)
  }

  return createAction(routes.home, (context) => {
    const featured = listFeaturedBooks(db, FEATURED)
    const shelves = listGenres(db).map(({ genre }) => ({
      genre,
      books: listShelf(genre, featured),
    }))
    return page(context, (shell) => homePage({ shell, shelves }))
  })
}
