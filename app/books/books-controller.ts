import { createController } from 'remix/fetch-router'
import { bookSorts, findBookBySlug, listBooks, listGenres } from '../../db/books.ts'
import type { BookSort } from '../../db/books.ts'
import { openCart } from '../cart/cart.ts'
import type { Dependencies } from '../dependencies.ts'
import { notFound } from '../errors/error-responses.ts'
import { routes } from '../routes.ts'
import { bookListPage } from './book-list-page.ts'
import { bookPage } from './book-page.ts'

export const PAGE_SIZE = 24
const NEIGHBOURS = 4

export function createBooksController({ db, page }: Dependencies) {
  return createController(routes.books, {
    actions: {
      index(context) {
        const filter = readFilter(context.url.searchParams)
        const { books, total } = listBooks(db, {
          ...filter,
          genre: filter.genre || undefined,
          pageSize: PAGE_SIZE,
        })
        const genres = listGenres(db).map(({ genre }) => genre)
        const pageCount = Math.max(1, Math.ceil(total / PAGE_SIZE))
        return page(context, (shell) =>
          bookListPage({ shell, genres, books, total, pageCount, ...filter }),
        )
      },

      show(context) {
        const book = findBookBySlug(db, context.params.slug)
        if (!book || book.retiredAt) return notFound(context, page)
        const { books } = listBooks(db, { genre: book.genre, sort: 'newest', pageSize: 5 })
        const neighbours = books.filter(({ id }) => id !== book.id).slice(0, NEIGHBOURS)
        const wanted = openCart(context, db).quantities.get(book.id) ?? 0
        const inCart = Math.min(wanted, book.stock)
        return page(context, (shell) => bookPage({ shell, book, inCart, neighbours }))
      },
    },
  })
}

/** Whatever an address asks for, there is a list: what makes no sense counts as not asked. */
function readFilter(params: URLSearchParams) {
  const sort = params.get('sort') as BookSort | null
  const number = params.get('page') ?? ''
  return {
    q: (params.get('q') ?? '').trim().slice(0, 100),
    genre: params.get('genre') ?? '',
    sort: sort !== null && bookSorts.includes(sort) ? sort : ('title' as const),
    page: /^[1-9]\d{0,4}$/.test(number) ? Number(number) : 1,
  }
}
