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

interface ShownCard {
  page: Pick<Shell, 'url' | 'formKey'>
  eager: boolean
}

/** Books side by side on a shelf board. Adding one to the cart comes back to the page, at that book. */
export function shelf(
  books: CardBook[],
  page: Pick<Shell, 'url' | 'formKey'>,
  { inARow = false, eager = 0 }: ShelfOptions = {},
): SafeHtml {
  return html`<ul class="shelf ${inARow ? 'shelf-row' : null}">
    ${books.map((book, index) => bookCard(book, { page, eager: index < eager }))}
  </ul>`
}

function bookCard(book: CardBook, shown: ShownCard): SafeHtml {
  const parts = partsOf(book)
  const label = [
    // One beneath the other.
    parts.label,
    book.stock === 0 ? null : addForm(parts.addButton, book, shown.page),
  ]
  return html`<li class="card" id="${anchorOf(book)}">
    <div class="card-stand">${shown.eager ? parts.eagerCover : parts.cover}</div>
    <div class="card-label">${label}</div>
  </li>`
}

function addForm(
  button: SafeHtml,
  book: CardBook,
  { url, formKey }: Pick<Shell, 'url' | 'formKey'>,
): SafeHtml {
  const returnTo = `${url.pathname}${url.search}#${anchorOf(book)}`
  return html`<form class="card-add" method="post" action="${addAction}">
    ${hiddenField('formKey', formKey)} ${hiddenField('returnTo', returnTo)} ${button}
  </form>`
}

const addAction = routes.cart.add.href()

/** What is the same for everybody and on every page: most of it, and most pages show two dozen. */
function renderParts(book: CardBook) {
  return {
    cover: coverImage(book, { width: 240 }),
    eagerCover: coverImage(book, { width: 240, eager: true }),
    label: html`<h3 class="card-title">
        <a href="${routes.books.show.href({ slug: book.slug })}" dir="auto">${book.title}</a>
      </h3>
      <p class="card-author"><bdi>${book.author}</bdi></p>
      <p class="card-facts">
        <span class="price">${formatPrice(book.priceCents)}</span>
        <span class="card-sittings">${sittings(book.pages)}</span>
      </p>
      ${stockNote(book.stock)}`,
    addButton: html`${hiddenField('bookId', book.id)}
      <button class="button button-quiet" type="submit">
        Add to cart<span class="visually-hidden">: <bdi>${book.title}</bdi></span>
      </button>`,
  }
}

// Of two kilobytes each.
const MOST_KEPT = 2000

const kept = new Map<number, { book: CardBook; parts: ReturnType<typeof renderParts> }>()

/** The parts of a book's card, made once and again when anything of the book has changed. */
function partsOf(book: CardBook): ReturnType<typeof renderParts> {
  const known = kept.get(book.id)
  if (known && isSame(known.book, book)) return known.parts
  if (kept.size >= MOST_KEPT) kept.clear()
  const parts = renderParts(book)
  kept.set(book.id, { book, parts })
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
