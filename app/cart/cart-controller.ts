import { redirect } from '@remix-run/response/redirect'
import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { findBooksByIds } from '../../db/books.ts'
import type { Book } from '../../db/schema.ts'
import { safeReturnTo } from '../auth/return-to.ts'
import type { Dependencies } from '../dependencies.ts'
import { routes } from '../routes.ts'
import { cartPage } from './cart-page.ts'
import {
  addToCart,
  MAX_LINES,
  MAX_QUANTITY,
  parseQuantity,
  removeFromCart,
  setQuantity,
} from './cart.ts'
import type { CartOutcome } from './cart.ts'
import { priceCart } from './cart-lines.ts'

export function createCartController({ db, page }: Dependencies) {
  function findBook(id: string): Book | undefined {
    return /^\d{1,15}$/.test(id) ? findBooksByIds(db, [Number(id)])[0] : undefined
  }

  return createController(routes.cart, {
    actions: {
      show(context) {
        const { lines, totalCents, vanished } = priceCart(db, context.get(Session))
        return page(context, (shell) => {
          const notices = vanished > 0 ? [...shell.notices, vanishedNotice] : shell.notices
          return cartPage({ shell: { ...shell, notices }, lines, totalCents })
        })
      },

      add(context) {
        const form = context.get(FormData)
        const session = context.get(Session)
        const back = redirect(safeReturnTo(form.get('returnTo')) ?? routes.cart.show.href(), 303)
        const quantity = parseQuantity(String(form.get('quantity') ?? '1'))
        const book = findBook(String(form.get('bookId') ?? ''))
        if (book === undefined) session.flash('notice', unknownBook)
        else if (quantity === null || quantity === 0) session.flash('notice', wrongQuantity)
        else session.flash('notice', tell(addToCart(session, book, quantity), book, 'added'))
        return back
      },

      update(context) {
        const session = context.get(Session)
        const { bookId } = context.params
        const quantity = parseQuantity(String(context.get(FormData).get('quantity') ?? ''))
        const book = findBook(bookId)
        if (book === undefined) session.flash('notice', unknownBook)
        else if (quantity === null) session.flash('notice', wrongQuantity)
        else if (quantity === 0) {
          removeFromCart(session, book.id)
          session.flash('notice', { kind: 'notice', text: `${book.title} was removed.` })
        } else session.flash('notice', tell(setQuantity(session, book, quantity), book, 'updated'))
        return redirect(routes.cart.show.href(), 303)
      },

      remove(context) {
        const session = context.get(Session)
        const book = findBook(context.params.bookId)
        if (book) removeFromCart(session, book.id)
        const text = `${book?.title ?? 'The book'} was removed.`
        session.flash('notice', { kind: 'notice', text })
        return redirect(routes.cart.show.href(), 303)
      },
    },
  })
}

const vanishedNotice = {
  kind: 'error',
  text: 'A book in your cart has left the shop, so it is no longer in the cart.',
} as const
const unknownBook = { kind: 'error', text: 'We do not have that book.' } as const
const wrongQuantity = {
  kind: 'error',
  text: `A quantity is a whole number from 1 to ${MAX_QUANTITY}.`,
} as const

function tell(outcome: CartOutcome, { title }: Book, done: 'added' | 'updated') {
  switch (outcome.kind) {
    case 'changed': {
      const text =
        done === 'added'
          ? `${title} is in your cart.`
          : `${title}: ${outcome.quantity} in your cart.`
      return { kind: 'notice', text } as const
    }
    case 'limited': {
      const text = `${title}: your cart holds ${outcome.quantity}, we cannot sell more of it.`
      return { kind: 'error', text } as const
    }
    case 'sold-out':
      return { kind: 'error', text: `${title} is sold out.` } as const
    case 'full':
      return { kind: 'error', text: `A cart holds ${MAX_LINES} different books.` } as const
  }
}
