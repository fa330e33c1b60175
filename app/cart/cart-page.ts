import { html, type SafeHtml } from '@remix-run/html-template'

import { coverImage } from '../covers/cover-image.ts'
import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { emptyState } from '../ui/empty-state.ts'
import { alertIcon } from '../ui/icons.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { keptField } from '../ui/kept-field.ts'
import { madeForField } from '../ui/made-for-field.ts'
import { capitalized, plural } from '../ui/words.ts'
import { formatPrice } from '../ui/price.ts'
import { quantityField } from '../ui/quantity-field.ts'
import type { Book } from '../../db/schema-books.ts'
import { quantityHint, tellWrongQuantity } from './cart-notices.ts'
import { lineAnchor, quantityName, shownName, shownValue } from './line-fields.ts'
import { shop } from '../ui/shop.ts'

/** What happened to a book since it was put into the cart. */
export type CartLineNote =
  | { kind: 'price-changed'; wasCents: number }
  /** More were asked for than there are; the quantity is already the smaller one. */
  | { kind: 'limited-stock'; stock: number }
  /** Sold out or retired: the line does not count into the total. */
  | { kind: 'unavailable' }

export type CartLine = {
  book: Pick<Book, 'id' | 'slug' | 'title' | 'author' | 'genre' | 'priceCents'>
  /** As far as there are copies. */
  quantity: number
  notes: CartLineNote[]
}

export type CartPageProps = {
  shell: Shell
  lines: CartLine[]
  copies: number
  totalCents: number
  /** What was typed and is not in the cart yet, by the names of the fields. */
  typed?: Record<string, string> | undefined
  /** The books for which that is no quantity. */
  wrong?: readonly number[] | undefined
}

export function cartPage(props: CartPageProps): SafeHtml {
  const { lines, typed = {}, wrong = [] } = props
  const wrongLines = lines.filter(({ book }) => wrong.includes(book.id))
  const told = wrongLines.map(({ book: { id, title } }) =>
    tellWrongQuantity(title, `#${quantityId(id)}`),
  )
  const shell = { ...props.shell, notices: [...props.shell.notices, ...told] }
  const shownLines = lines
    .filter(({ quantity }) => quantity > 0)
    .map(({ book, quantity }) => ({ bookId: book.id, quantity }))
  return document({
    title: 'Your cart',
    shell,
    main: html`<div class="wrap page">
      <h1>Your cart</h1>
      ${
        lines.length === 0
          ? emptyState({
              title: 'Nothing in it yet',
              text: `The chair is ready. All it needs is ${shop.anItem}.`,
              action: { href: routes.books.index.href(), text: `Browse all ${shop.items}` },
            })
          : html`<form class="with-aside" method="post" action="${routes.cart.update.href()}">
              ${shownLines.length === 0 ? null : enterButton} ${madeForField(shell.user)}
              ${keptField(shell)} ${hiddenField(shownName, shownValue(shownLines))}
              <ul class="lines">
                ${lines.map((line) => cartLine(line, typed, wrongLines.includes(line)))}
              </ul>
              ${summary(props)}
            </form>`
      }
    </div>`,
  })
}

// Enter in a quantity presses the first button of the form, which would remove a book where the first one is
// sold out. Nobody needs to find this one, as each line has its own; still it is drawn, because a browser may
// pass over a button that is not.
const enterButton = html`<button
  class="visually-hidden"
  type="submit"
  tabindex="-1"
  aria-hidden="true"
>
  Update
</button>`

function cartLine(
  { book, quantity, notes }: CartLine,
  typed: NonNullable<CartPageProps['typed']>,
  isWrong: boolean,
): SafeHtml {
  const available = quantity > 0
  const wanted = typed[quantityName(book.id)] ?? String(quantity)
  const told = notes.map((note) => noteText(note, book))
  if (available && wanted !== String(quantity)) {
    const holds = plural(quantity, shop.copy, shop.copies)
    told.push(`Your cart holds ${holds} until you update it.`)
  }
  const errorId = isWrong ? `${quantityId(book.id)}-error` : undefined
  return html`<li class="line" id="${lineAnchor(book.id)}">
    ${coverImage(book, { width: 88 })}
    <div class="line-head">
      <div class="line-text">
        <h2 class="line-title">
          ${
            available
              ? html`<a href="${routes.books.show.href({ slug: book.slug })}" dir="auto"
                  >${book.title}</a
                >`
              : html`<bdi>${book.title}</bdi>`
          }
        </h2>
        <p class="line-author"><bdi>${book.author}</bdi></p>
      </div>
      ${
        available
          ? html`<p class="line-price">
              <span class="price">${formatPrice(book.priceCents * quantity)}</span>
              ${
                quantity > 1
                  ? html`<span class="line-each">${formatPrice(book.priceCents)} each</span>`
                  : null
              }
            </p>`
          : null
      }
    </div>
    ${
      isWrong
        ? html`<p class="line-note" id="${errorId}">${alertIcon}<span>${quantityHint}</span></p>`
        : null
    }
    ${told.map((text) => html`<p class="line-note">${alertIcon}<span>${text}</span></p>`)}
    <div class="line-actions">
      ${available ? quantityFields(book, wanted, errorId) : null}
      <button
        class="bare"
        type="submit"
        formaction="${routes.cart.remove.href({ bookId: book.id })}"
        formnovalidate
      >
        Remove<span class="visually-hidden"> ${book.title}</span>
      </button>
    </div>
  </li>`
}

function noteText(note: CartLineNote, book: CartLine['book']): string {
  switch (note.kind) {
    case 'price-changed':
      return `The price has changed: it was ${formatPrice(note.wasCents)} and is ${formatPrice(book.priceCents)} now.`
    case 'limited-stock':
      return `Only ${plural(note.stock, shop.copy, shop.copies)} left, so that is what your cart holds.`
    case 'unavailable':
      return 'No longer available, and not in the total.'
  }
}

/** The `id` of the field. */
function quantityId(bookId: number): string {
  return `quantity-${bookId}`
}

function quantityFields(
  book: CartLine['book'],
  quantity: string,
  errorId: string | undefined,
): SafeHtml {
  return html`<div class="quantity-form">
    ${quantityField({
      id: quantityId(book.id),
      errorId,
      name: quantityName(book.id),
      label: `${capitalized(shop.copies)} of ${book.title}`,
      value: quantity,
      min: 0,
    })}
    <button class="button button-quiet" type="submit">
      Update<span class="visually-hidden"> ${book.title}</span>
    </button>
  </div>`
}

function checkoutButton({ shell }: CartPageProps): SafeHtml {
  return html`<button class="button button-wide" type="submit" name="checkout" value="">
      Check out
    </button>
    ${
      shell.user === null
        ? html`<p class="hint">You do not need an account. If you log in, the cart comes along.</p>`
        : null
    }`
}

function summary(props: CartPageProps): SafeHtml {
  const { copies, totalCents } = props
  return html`<aside class="ticket cart-ticket" aria-label="Total">
    <dl>
      <div>
        <dt>${plural(copies, shop.item, shop.items)}</dt>
        <dd>${formatPrice(totalCents)}</dd>
      </div>
      <div>
        <dt>Delivery</dt>
        <dd>Free</dd>
      </div>
      <div class="ticket-total">
        <dt>Total</dt>
        <dd>${formatPrice(totalCents)}</dd>
      </div>
    </dl>
    ${copies === 0 ? null : checkoutButton(props)}
  </aside>`
}
