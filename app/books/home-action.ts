import { createAction } from 'remix/fetch-router'
import { listFeaturedBooks } from '../../db/books.ts'
import type { Book } from '../../db/schema.ts'
import type { Dependencies } from '../dependencies.ts'
import { routes } from '../routes.ts'
import { homePage } from './home-page.ts'

const FEATURED = 32
const A_SHELF = 4

export function createHomeAction({ db, page }: Dependencies) {
  return createAction(routes.home, (context) => {
    const shelves = shelvesByGenre(listFeaturedBooks(db, FEATURED))
    return page(context, (shell) => homePage({ shell, shelves }))
  })
}

function shelvesByGenre(books: Book[]): { genre: string; books: Book[] }[] {
  return Object.entries(Object.groupBy(books, ({ genre }) => genre)).map(([genre, onShelf]) => ({
    genre,
    books: onShelf!.slice(0, A_SHELF),
  }))
}
