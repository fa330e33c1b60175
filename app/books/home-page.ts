import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { shop } from '../ui/shop.ts'
import { shelf, type CardBook } from './book-card.ts'
import { coverImage } from '../covers/cover-image.ts'
import { emptyShelves } from './nothing-found-page.ts'

export type HomePageProps = {
  shell: Shell
  /** The featured books, a shelf a genre. */
  shelves: Array<{ genre: string; books: CardBook[] }>
}

export function homePage({ shell, shelves }: HomePageProps): SafeHtml {
  return document({
    title: shop.tagline,
    shell,
    listed: {
      path: routes.home.href(),
      description: `${shop.name}, an independent bookshop. ${shop.tagline}.`,
      data: shopData(shell.url),
    },
    main: html`${hero(shelves.flatMap(({ books }) => books.slice(0, 1)).slice(0, 5))}
    ${
      shelves.length === 0
        ? emptyShelves
        : shelves.map(({ genre, books }) => genreShelf(genre, books, shell))
    }`,
  })
}

function hero(books: CardBook[]): SafeHtml {
  return html`<section class="hero">
    <div class="wrap hero-inner">
      <div class="hero-text">
        <h1>Books for one good <em>sitting</em>.</h1>
        <p>
          Every book here is measured in sittings: three hours, one chair, no telephone. Most take
          two or three. Nobody counts.
        </p>
        ${
          books.length === 0
            ? null
            : html`<p>
                <a class="button" href="${routes.books.index.href()}">Browse all books</a>
              </p>`
        }
      </div>
      <div class="hero-covers">
        ${books.map(
          (book, index) =>
            html`<a href="${routes.books.show.href({ slug: book.slug })}">
              ${coverImage(book, { width: 240, alt: `${book.title} by ${book.author}`, eager: index < 3 })}
            </a>`,
        )}
      </div>
    </div>
  </section>`
}

function genreShelf(genre: string, books: CardBook[], shell: Shell): SafeHtml {
  return html`<section class="wrap genre-shelf">
    <div class="section-head">
      <h2>${genre}</h2>
      <a href="${routes.books.index.href(null, { genre })}"
        >See all<span class="visually-hidden"> in ${genre}</span></a
      >
    </div>
    ${shelf(books, shell, { inARow: true })}
  </section>`
}

/** The shop and its search, in the words of schema.org. */
function shopData({ origin }: URL): object {
  return {
    '@type': 'WebSite',
    name: shop.name,
    url: origin + routes.home.href(),
    potentialAction: {
      '@type': 'SearchAction',
      target: `${origin}${routes.books.index.href()}?q={words}`,
      'query-input': 'required name=words',
    },
  }
}
