import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { findBooksByIds } from '../../db/books.ts'
import type { Book } from '../../db/schema.ts'
import { safeReturnTo } from '../auth/return-to.ts'
import type { Dependencies } from '../context.ts'
import { routes } from '../routes.ts'
import { seeOtherWithNotice } from '../forms/see-other.ts'
import type { Notice } from '../ui/notices.ts'
import { priceCart } from './cart-lines.ts'
import { cartPage } from './cart-page.ts'
import { MAX_LINES, MAX_QUANTITY, openCart, parseQuantity } from './cart.ts'
import type { Cart, CartOutcome } from './cart.ts'
import { withCookieCheck } from './first-cookie.ts'

export function createCartController({ db, page }: Dependencies) {
  async function findBook(id: string): Promise<Book | undefined> {
    return /^\d{1,15}$/.test(id) ? (await findBooksByIds(db, [Number(id)]))[0] : undefined
  }

  return createController(routes.cart, {
    actions: {
      async show(context) {
        const cart = await openCart(context, db)
        const { lines, totalCents, vanished } = await priceCart(db, cart)
        if (vanished.length > 0) {
          for (const bookId of vanished) cart.remove(bookId)
          context.get(Session).flash('notice', vanishedBook)
        }
        return page(context, (shell) => cartPage({ shell, lines, totalCents }))
      },

      async add(context) {
        const form = context.get(FormData)
        const quantity = parseQuantity(String(form.get('quantity') ?? '1'))
        const book = await findBook(String(form.get('bookId') ?? ''))
        const { text, kind } =
          book === undefined
            ? unknownBook
            : quantity === null || quantity === 0
              ? wrongQuantity
              : tell((await openCart(context, db)).add(book, quantity), book)
        const back = safeReturnTo(form.get('returnTo')) ?? routes.cart.show.href()
        return seeOtherWithNotice(context, withCookieCheck(context, back), text, kind)
      },

      async update(context) {
        const quantity = parseQuantity(String(context.get(FormData).get('quantity') ?? ''))
        const book = await findBook(context.params.bookId)
        const { text, kind } =
          book === undefined
            ? unknownBook
            : quantity === null
              ? wrongQuantity
              : quantity === 0
                ? remove(await openCart(context, db), book)
                : tell((await openCart(context, db)).set(book, quantity), book)
        return seeOtherWithNotice(context, routes.cart.show.href(), text, kind)
      },

      async remove(context) {
        const book = await findBook(context.params.bookId)
        const { text, kind } = book ? remove(await openCart(context, db), book) : unknownBook
        return seeOtherWithNotice(context, routes.cart.show.href(), text, kind)
      },
    },
  })
}

const vanishedBook: Notice = {
  kind: 'error',
  text: 'A book in your cart has left the shop, so it is no longer in the cart.',
}
const unknownBook: Notice = { kind: 'error', text: 'We do not have that book.' }
const wrongQuantity: Notice = {
  kind: 'error',
  text: `Enter a whole number from 1 to ${MAX_QUANTITY}.`,
}

function remove(cart: Cart, book: Book): Notice {
  cart.remove(book.id)
  return { kind: 'notice', text: `${book.title} was removed from your cart.` }
}

function tell(outcome: CartOutcome, { title }: Book): Notice {
  switch (outcome.kind) {
    case 'changed': {
      const copies = outcome.quantity === 1 ? 'is' : `(${outcome.quantity} copies) is`
      return { kind: 'notice', text: `${title} ${copies} in your cart.` }
    }
    case 'limited':
      return {
        kind: 'error',
        text: `${title}: your cart holds ${outcome.quantity}, more cannot be had.`,
      }
    case 'sold-out':
      return { kind: 'error', text: `${title} is sold out.` }
    case 'full':
      return { kind: 'error', text: `A cart holds at most ${MAX_LINES} different books.` }
  }
}
