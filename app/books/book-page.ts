import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { fillingsOf } from './gaps.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { formatNumber } from '../ui/words.ts'
import { capitalized, plural } from '../ui/words.ts' // a line that goes with the cart
import { formatPrice } from '../ui/price.ts'
import { quantityField } from '../ui/quantity-field.ts'
import { shelf, type CardBook } from './book-card.ts'
import { bookData } from './book-data.ts'
import { coverImage } from '../covers/cover-image.ts'
import { readingTime, sittings } from './sittings.ts'
import { stockNote } from './stock-note.ts'
import type { Book } from '../../db/schema-books.ts'
import { shop } from '../ui/shop.ts'

type BookPageProps = {
  shell: Shell
  book: Book
  /** Copies of it in the cart already. */
  inCart: number
  /** A few others of its genre. */
  neighbours: readonly CardBook[]
}

export function bookPage(props: BookPageProps): SafeHtml {
  const { shell, book, neighbours } = props
  return document({
    title: `${book.title} by ${book.author}`,
    shell,
    listed: {
      path: routes.books.show.href({ slug: book.slug }),
      description: book.description,
      data: bookData(book, shell.url),
    },
    main: html`<article class="book">
        <div class="wrap book-inner">
          <div class="book-cover">
            ${coverImage(book, {
              width: 400,
              alt: `Cover of ${book.title} by ${book.author}`,
              eager: true,
            })}
          </div>
          <div class="book-head">
            <p class="eyebrow">
              <a href="${routes.books.index.href(null, { genre: book.genre })}">${book.genre}</a>
            </p>
            <h1 dir="auto">${book.title}</h1>
            <p class="byline">
              by
              <a href="${routes.books.index.href(null, { q: book.author })}" dir="auto"
                >${book.author}</a
              >
            </p>
          </div>
          <div class="book-text">
            ${buy(props)}
            <p class="book-description" dir="auto">${book.description}</p>
            ${facts(book)}
          </div>
        </div>
      </article>
      ${neighbours.length === 0 ? null : moreOfGenre(book.genre, neighbours, shell)}`,
  })
}

function buy(props: BookPageProps): SafeHtml {
  const { book } = props
  const parts = [
    // One beneath the other.
    stockNote(book.stock),
    buyForm(props),
    inCartNote(props),
  ]
  return html`<div class="buy">
    <p class="price price-large">${formatPrice(book.priceCents)}</p>
    ${parts}
  </div>`
}

function buyForm({ book, shell }: BookPageProps): SafeHtml | null {
  if (book.stock === 0) return null
  return html`<form class="buy-form" method="post" action="${routes.cart.add.href()}">
    ${hiddenField('bookId', book.id)} ${hiddenField('formKey', shell.formKey)}
    ${quantityField({ id: 'quantity', label: capitalized(shop.copies), value: 1, min: 1 })}
    <button class="button" type="submit">Add to cart</button>
  </form>`
}

function inCartNote({ inCart }: BookPageProps): SafeHtml | null {
  if (inCart === 0) return null
  return html`<p class="in-cart">
    ${plural(inCart, shop.copy, shop.copies)} in <a href="${routes.cart.show.href()}">your cart</a>
  </p>`
}

function facts(book: Book): SafeHtml {
  return html`<dl class="facts">
    <div>
      <dt>Takes</dt>
      <dd>${sittings(book.pages)}, ${readingTime(book.pages)}</dd>
    </div>
    <div>
      <dt>Pages</dt>
      <dd>${formatNumber(book.pages)}</dd>
    </div>
    <div>
      <dt>First published</dt>
      <dd>${book.year}</dd>
    </div>
  </dl>`
}

function moreOfGenre(genre: string, books: readonly CardBook[], shell: Shell): SafeHtml {
  return html`<section class="wrap genre-shelf">
    <div class="section-head">
      <h2>From the same shelf</h2>
      <a href="${routes.books.index.href(null, { genre })}"
        >See all<span class="visually-hidden"> in ${genre}</span></a
      >
    </div>
    ${shelf(books, fillingsOf(shell), { inARow: true })}
  </section>`
}
