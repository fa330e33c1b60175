import { redirect } from '@remix-run/response/redirect'
import { createController } from 'remix/fetch-router'
import { listBooks, listGenres, listNewestBooks, wordsInBooks } from '../../db/book-lists.ts'
import { findBookBySlug } from '../../db/books.ts'
import type { Database } from '../../db/database.ts'
import { cached } from '../../db/answer-cache.ts'
import { wordsOf } from '../../db/text.ts'
import { copiesInCart } from '../cart/open-cart.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { notFound } from '../errors/error-responses.ts'
import { routes } from '../routes.ts'
import { cachePages } from '../ui/page-cache.ts'
import { bookListHref, readFilter, type BookFilter } from './book-filter.ts'
import { bookListPage, type FoundBooks } from './book-list-page.ts'
import { bookPage } from './book-page.ts'
import { genresFor } from './genres.ts'
import { listShelves } from './home-shelves.ts'
import { nothingFoundPage } from './nothing-found-page.ts'

const PAGE_SIZE = 24
const NEIGHBOURS = 4

export function createBooksController({ config, db, page }: Dependencies) {
  async function find(filter: BookFilter, genres: readonly string[]): Promise<FoundBooks> {
    const genre = filter.genre || undefined
    const list = await listBooks(db, { ...filter, genre, pageSize: PAGE_SIZE })
    return { ...filter, ...list, genres, pageCount: Math.ceil(list.total / PAGE_SIZE) }
  }

  /** Of the shop's own lists; what one visitor searches for hardly anybody else does. */
  function findOnce(filter: BookFilter, genres: readonly string[]): Promise<FoundBooks> {
    const { q, genre } = filter
    const isOwn = q === '' && (genre === '' || genres.includes(genre))
    if (!isOwn) return find(filter, genres)
    return cached(db, `books ${JSON.stringify([filter, genres])}`, () => find(filter, genres))
  }

  async function nothingFound(
    context: AppContext,
    filter: BookFilter,
    { genres, corrected }: FoundBooks,
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

  async function findBook(slug: string) {
    const book = await findBookBySlug(db, slug)
    if (!book || book.retiredAt) return undefined
    const newest = await listNewestBooks(db, book.genre, NEIGHBOURS + 1)
    const neighbours = newest.filter(({ id }) => id !== book.id).slice(0, NEIGHBOURS)
    return { book, neighbours }
  }

  const showList = cachePages(bookListPage, config)
  const showBook = cachePages(bookPage, config)

  return createController(routes.books, {
    actions: {
      async index(context) {
        const filter = readFilter(context.url.searchParams)
        const found = await findOnce(filter, await genresFor(context.url, db))
        if (found.total === 0) return nothingFound(context, filter, found)
        if (filter.page > found.pageCount) return redirect(bookListHref(filter, found.pageCount))
        return page(context, (shell) => showList({ shell, found }))
      },

      async show(context) {
        const { slug } = context.params
        const found = await cached(db, `book ${slug}`, () => findBook(slug))
        if (!found) return notFound(context, page)
        const shown = {
          ...found,
          inCart: await copiesInCart(db, context, found.book.id),
        }
        return page(context, (shell) => showBook({ shell, ...shown }))
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
