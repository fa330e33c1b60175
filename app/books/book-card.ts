import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { formatPrice } from '../ui/price.ts'
import { coverImage } from '../covers/cover-image.ts'
import { sittings } from './sittings.ts'
import { stockNote } from './stock-note.ts'
import type { Book } from '../../db/schema.ts'

export type CardBook = Pick<
  Book,
  'id' | 'slug' | 'title' | 'author' | 'genre' | 'pages' | 'priceCents' | 'stock'
>

interface ShelfOptions {
  /** Whether all stand on one board, which is scrolled sideways where it is wider than the window. */
  inARow?: boolean
  /** How many covers are in sight at once, on a shelf at the top of a page. */
  eager?: number
}

/** Books side by side on a shelf board. Adding one to the cart comes back to `url`, at that book. */
export function shelf(
  books: CardBook[],
  url: URL,
  { inARow = false, eager = 0 }: ShelfOptions = {},
): SafeHtml {
  return html`<ul class="shelf ${inARow ? 'shelf-row' : null}">
    ${books.map((book, index) => bookCard(book, url, index < eager))}
  </ul>`
}

function bookCard(book: CardBook, url: URL, eager: boolean): SafeHtml {
  const anchor = `book-${book.id}`
  return html`<li class="card" id="${anchor}">
    <div class="card-stand">${coverImage(book, { width: 240, eager })}</div>
    <div class="card-label">
      <h3 class="card-title">
        <a href="${routes.books.show.href({ slug: book.slug })}" dir="auto">${book.title}</a>
      </h3>
      <p class="card-author"><bdi>${book.author}</bdi></p>
      <p class="card-facts">
        <span class="price">${formatPrice(book.priceCents)}</span>
        <span class="card-sittings">${sittings(book.pages)}</span>
      </p>
      ${stockNote(book.stock)}
      ${book.stock === 0 ? null : addForm(book, `${url.pathname}${url.search}#${anchor}`)}
    </div>
  </li>`
}

function addForm(book: CardBook, returnTo: string): SafeHtml {
  return html`<form class="card-add" method="post" action="${routes.cart.add.href()}">
    ${hiddenField('bookId', book.id)} ${hiddenField('returnTo', returnTo)}
    <button class="button button-quiet" type="submit">
      Add to cart<span class="visually-hidden">: <bdi>${book.title}</bdi></span>
    </button>
  </form>`
}
