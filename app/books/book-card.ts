import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { formatPrice } from '../ui/price.ts'
import { coverImage } from '../covers/cover-image.ts'
import { sittings } from './sittings.ts'
import { stockNote } from './stock-note.ts'
import type { Shell } from '../ui/shell.ts'
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
  books: CardBook[],
  { url, formKey }: Pick<Shell, 'url' | 'formKey'>,
  { inARow = false, eager = 0 }: ShelfOptions = {},
): SafeHtml {
  const fillings = [html`${formKey}`, html`${url.pathname}${url.search}`].map(String)
  const cards = books.map((book, index) => fill(cardOf(book, index < eager), fillings))
  return html`<ul class="shelf ${inARow ? 'shelf-row' : null}">
    ${html.raw`${cards}`}
  </ul>`
}

// What the same card has other on each page. No text of a book can look like it, as that is escaped.
const gap = html.raw`${'<gap>'}`

function fill(parts: string[], fillings: string[]): string {
  return parts.reduce((card, part, index) => card + fillings[index - 1]! + part)
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

/** With gaps for the key of the page's forms and for where the page is. */
function addForm(book: CardBook): SafeHtml {
  return html`<form class="card-add" method="post" action="${routes.cart.add.href()}">
    ${hiddenField('formKey', gap)} ${hiddenField('returnTo', html`${gap}#${anchorOf(book)}`)}
    ${hiddenField('bookId', book.id)}
    <button class="button button-quiet" type="submit">
      Add to cart<span class="visually-hidden">: <bdi>${book.title}</bdi></span>
    </button>
  </form>`
}

// Of two kilobytes each.
const MOST_KEPT = 2000

const kept = new Map<number, { book: CardBook; parts: string[] }>()

/**
 * What is around the gaps of a book's card, made once and again when anything of the book has changed.
 * It is the same for everybody and on every page, and most pages show two dozen.
 */
function cardOf(book: CardBook, eager: boolean): string[] {
  const key = eager ? -book.id : book.id
  const known = kept.get(key)
  if (known && isSame(known.book, book)) return known.parts
  if (kept.size >= MOST_KEPT) kept.clear()
  const parts = String(renderCard(book, eager)).split(String(gap))
  kept.set(key, { book, parts })
  return parts
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
