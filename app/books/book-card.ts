import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { fillGaps, splitAtGaps } from './gaps.ts'
import { gaps } from './gaps.ts' // a line that goes with the cart
import type { Fillings, GappedMarkup } from './gaps.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { formatPrice } from '../ui/price.ts'
import { coverImage } from '../covers/cover-image.ts'
import { sittings } from './sittings.ts'
import { stockNote } from './stock-note.ts'
import type { Book } from '../../db/schema-books.ts'

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

/** Books side by side on a shelf board. Adding one to the cart comes back to the page, at that book. */
export function shelf(
  books: readonly CardBook[],
  fillings: Fillings,
  { inARow = false, eager = 0 }: ShelfOptions = {},
): SafeHtml {
  return html`<ul class="shelf ${inARow ? 'shelf-row' : null}">
    ${books.map((book, index) => fillGaps(cardOf(book, index < eager), fillings))}
  </ul>`
}

function renderCard(book: CardBook, eager: boolean): SafeHtml {
  const notes = [
    // One beneath the other.
    stockNote(book.stock),
    book.stock === 0 ? null : addForm(book),
  ]
  return html`<li class="card" id="${anchorOf(book)}">
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
      ${notes}
    </div>
  </li>`
}

function addForm(book: CardBook): SafeHtml {
  return html`<form class="card-add" method="post" action="${routes.cart.add.href()}">
    ${hiddenField('formKey', gaps.formKey)}
    ${hiddenField('returnTo', html`${gaps.here}#${anchorOf(book)}`)}
    ${hiddenField('bookId', book.id)}
    <button class="button button-quiet" type="submit">
      Add to cart<span class="visually-hidden">: <bdi>${book.title}</bdi></span>
    </button>
  </form>`
}

// Of two kilobytes each.
const MOST_KEPT = 2000

const kept = new Map<number, { book: CardBook; markup: GappedMarkup }>()

/**
 * A book's card with its gaps, made once and again when anything of the book has changed.
 * It is the same for everybody and on every page, and most pages show two dozen.
 */
function cardOf(book: CardBook, eager: boolean): GappedMarkup {
  const key = eager ? -book.id : book.id
  const known = kept.get(key)
  if (known && isSame(known.book, book)) return known.markup
  if (kept.size >= MOST_KEPT) kept.clear()
  const markup = splitAtGaps(renderCard(book, eager))
  kept.set(key, { book, markup })
  return markup
}

function isSame(a: CardBook, b: CardBook): boolean {
  for (const name in a) {
    if (a[name as keyof CardBook] !== b[name as keyof CardBook]) return false
  }
  return true
}

function anchorOf({ id }: CardBook): string {
  return `book-${id}`
}
