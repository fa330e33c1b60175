import { html, type SafeHtml } from '@remix-run/html-template'
import { listFeaturedBooks, listNewestBooks } from '../../db/book-lists.ts'
import type { ListedBook } from '../../db/books.ts'
import type { Database } from '../../db/database.ts'
import { cached } from '../../db/answer-cache.ts'
import { coverImage } from '../covers/cover-image.ts'
import { routes } from '../routes.ts'
import { cacheRendered, fillingsOf } from './gaps.ts'
import type { Fillings } from './gaps.ts'
import { hero } from '../ui/hero.ts'
import type { Shell } from '../ui/shell.ts'
import { shelf } from './book-card.ts'
import { genresFor } from './genres.ts'
import { emptyShelves } from './nothing-found-page.ts'
import { shop } from '../ui/shop.ts'

const FEATURED = 32
const A_SHELF = 5

interface Shelf {
  genre: string
  books: ListedBook[]
}

/** What the home page shows of the books: a few covers, and a shelf a genre. */
export function homeShelves(db: Database) {
  return async (url: URL) => {
    const genres = await genresFor(url, db)
    return cached(db, `shelves ${JSON.stringify(genres)}`, async () => {
      const shelves = await listShelves(db, genres)
      return (shell: Shell) => showShelves(shelves, fillingsOf(shell))
    })
  }
}

/** The featured books of these genres, and where there are too few the newest. */
export async function listShelves(db: Database, genres: readonly string[]): Promise<Shelf[]> {
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

const showShelves = cacheRendered((shelves: Shelf[], gaps) => {
  const first = shelves.flatMap(({ books }) => books.slice(0, 1)).slice(0, 5)
  return html`${first.length === 0 ? hero({}) : hero({ button, pictures: first.map(picture) })}
  ${shelves.length === 0 ? emptyShelves : shelves.map((shelf) => genreShelf(shelf, gaps))}`
})

const button = html`<a class="button" href="${routes.books.index.href()}"
  >Browse all ${shop.items}</a
>`

function picture(book: ListedBook, index: number): SafeHtml {
  return html`<a href="${routes.books.show.href({ slug: book.slug })}">
    ${coverImage(book, { width: 240, alt: `${book.title} by ${book.author}`, eager: index < 3 })}
  </a>`
}

function genreShelf({ genre, books }: Shelf, gaps: Fillings): SafeHtml {
  return html`<section class="wrap genre-shelf">
    <div class="section-head">
      <h2>${genre}</h2>
      <a href="${routes.books.index.href(null, { genre })}"
        >See all<span class="visually-hidden"> in ${genre}</span></a
      >
    </div>
    ${shelf(books, gaps, { inARow: true })}
  </section>`
}
