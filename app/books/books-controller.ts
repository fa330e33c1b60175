import { redirect } from '@remix-run/response/redirect'
import { createController } from 'remix/fetch-router'
import { listBooks, listGenres, listNewestBooks, wordsInBooks } from '../../db/book-lists.ts'
import { findBookBySlug } from '../../db/books.ts'
import type { Database } from '../../db/database.ts'
import { wordsOf } from '../../db/text.ts'
import { copiesInCart } from '../cart/open-cart.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { notFound } from '../errors/error-responses.ts'
import { routes } from '../routes.ts'
import { bookListHref, readFilter, type BookFilter } from './book-filter.ts'
import { bookListPage } from './book-list-page.ts'
import { bookPage } from './book-page.ts'
import { genresFor } from './genres.ts'
import { listShelves } from './home-shelves.ts'
import { nothingFoundPage } from './nothing-found-page.ts'

const PAGE_SIZE = 24
const NEIGHBOURS = 4

export function createBooksController({ db, page }: Dependencies) {
  async function nothingFound(
    context: AppContext,
    filter: BookFilter,
    genres: string[],
    corrected: string | undefined,
  ) {
    const { q, genre } = filter
    const isShelf = genre === '' || genres.includes(genre)
    const meant = isShelf ? undefined : genres.find((name) => isSame(name, genre))
    if (meant !== undefined) return redirect(bookListHref({ ...filter, genre: meant }))
    const words = await wordsInBooks(db, corrected ?? q)
    return page(
      context,
      (shell) => nothingFoundPage({ shell, genres, words, q, genre }),
      isShelf ? 200 : 404,
    )
  }

  return createController(routes.books, {
    actions: {
      async index(context) {
        const filter = readFilter(context.url.searchParams)
        const { books, total, corrected } = await listBooks(db, {
          ...filter,
          genre: filter.genre || undefined,
          pageSize: PAGE_SIZE,
        })
        const genres = await genresFor(context.url, db)
        if (total === 0) return nothingFound(context, filter, genres, corrected)
        const pageCount = Math.ceil(total / PAGE_SIZE)
        if (filter.page > pageCount) return redirect(bookListHref(filter, pageCount))
        return page(context, (shell) =>
          bookListPage({ shell, genres, books, total, pageCount, corrected, ...filter }),
        )
      },

      async show(context) {
        const book = await findBookBySlug(db, context.params.slug)
        if (!book || book.retiredAt) return notFound(context, page)
        const newest = await listNewestBooks(db, book.genre, NEIGHBOURS + 1)
        const neighbours = newest.filter(({ id }) => id !== book.id).slice(0, NEIGHBOURS)
        const shown = {
          book,
          neighbours,
          inCart: await copiesInCart(db, context, book.id),
        }
        return page(context, (shell) => bookPage({ shell, ...shown }))
      },
    },
  })
}

function isSame(name: string, typed: string): boolean {
  return wordsOf(name).join(' ') === wordsOf(typed).join(' ')
}

/** Reads what the home page and the list show, for the health check. */
export async function readMainPages(db: Database): Promise<void> {
  await listShelves(db, await listGenres(db))
  await listBooks(db, { pageSize: PAGE_SIZE })
}
