import { createController } from 'remix/fetch-router'
import { getSessionState, Session } from 'remix/session'
import { findBookById, findBooksByIds } from '../../db/books.ts'
import { readKeptForm } from '../auth/kept-fields.ts'
import { requireLogin } from '../auth/require-login.ts'
import { safeReturnTo } from '../auth/return-to.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { seeOther, seeOtherWithNotice } from '../forms/see-other.ts'
import { routes } from '../routes.ts'
import { formKeyOf } from '../ui/form-key.ts'
import type { Notice } from '../ui/notices.ts'
import {
  joinNotices,
  moreThanShown,
  shortTitle,
  tellNothingToBuy,
  tellOutcome,
  tellRemoved,
  unknownBook,
  vanishedBook,
  tellWrongQuantity,
  wrongQuantities,
} from './cart-notices.ts'
import { cartPage } from './cart-page.ts'
import type { CartPageProps } from './cart-page.ts'
import { parseQuantity } from './cart-interface.ts'
import type { Cart } from './cart-interface.ts'
import { withCookieCheck } from './first-cookie.ts'
import {
  lineAnchor,
  namesOfTyped,
  readQuantities,
  shownName,
  shownQuantity,
  typedQuantities,
} from './line-fields.ts'
import type { WantedLine } from './line-fields.ts'
import { copiesInCart, openCart, ownerOf, readCart } from './open-cart.ts'

export function createCartController(dependencies: Dependencies) {
  const { db, page } = dependencies

  async function show(
    context: AppContext,
    props: Pick<CartPageProps, 'typed' | 'wrong'>,
    { status = 200, alerts = [] }: { status?: number; alerts?: Notice[] } = {},
  ): Promise<Response> {
    const owner = ownerOf(context)
    const { lines, copies, totalCents } = await readCart(db, owner)
    const told = owner.user || lines.length > 0 ? [] : tellNothingToBuy(context.url)
    return page(
      context,
      (shell) => {
        const notices = [...shell.notices, ...told, ...alerts]
        return cartPage({ shell: { ...shell, notices }, lines, copies, totalCents, ...props })
      },
      status,
    )
  }

  /** The form again as it was typed, with what is no quantity marked. */
  async function showWrong(context: AppContext, wanted: WantedLine[]): Promise<Response> {
    const { lines } = await readCart(db, ownerOf(context))
    const ids = new Set(
      wanted.flatMap(({ bookId, quantity }) => (quantity === null ? [bookId] : [])),
    )
    const wrong = lines.filter(({ book, quantity }) => quantity > 0 && ids.has(book.id))
    // Where none can be marked, what was typed beside would be lost otherwise.
    const alerts = wrong.length === 0 ? [wrongQuantities] : []
    const typed = typedQuantities(context.get(FormData))
    return show(
      context,
      { typed, wrong: wrong.map(({ book }) => book.id) },
      { status: 422, alerts },
    )
  }

  /**
   * The form again, where it is a guest's who has logged in since: the copies that the account had are not
   * on it, and nobody wants to lose them by it.
   */
  async function showGrown(context: AppContext, bookIds: number[]): Promise<Response | undefined> {
    const form = context.get(FormData)
    const isGuests = form.has(shownName) && !form.has('madeFor')
    if (!isGuests || !ownerOf(context).user) return undefined
    for (const id of bookIds) {
      if ((await copiesInCart(db, context, id)) <= shownQuantity(form, id)) continue
      const typed = typedQuantities(form)
      return show(context, { typed }, { status: 422, alerts: [moreThanShown] })
    }
    return undefined
  }

  /** Makes all changes, or none if one of them is not of a book. */
  async function change(cart: Cart, wanted: WantedLine[]): Promise<Notice[]> {
    const books = await findBooksByIds(
      db,
      wanted.map(({ bookId }) => bookId),
    )
    const found = new Map(books.map((book) => [book.id, book]))
    if (found.size < wanted.length) return [unknownBook]
    const notices: Notice[] = []
    for (const { bookId, quantity } of wanted) {
      const book = found.get(bookId)!
      const title = wanted.length > 1 ? shortTitle(book.title) : book.title
      if (quantity === 0) {
        await cart.remove(bookId)
        notices.push(tellRemoved(title))
      } else {
        notices.push(tellOutcome(await cart.set(book, quantity!), title))
      }
    }
    return notices
  }

  return createController(routes.cart, {
    // What a customer's page shows is the cart of the account. Where the login has ended, another one is
    // here: a guest's, which would join that one at the next login.
    middleware: [
      requireLogin(dependencies, { formPage, keep: namesOfTyped, unless: isForEverybody }),
    ],
    actions: {
      async show(context) {
        const owner = ownerOf(context)
        const { lines, vanished } = await readCart(db, owner)
        if (isSeen(context)) {
          const cart = openCart(db, owner)
          for (const { book, quantity, notes } of lines) {
            if (notes.length > 0 && quantity > 0) await cart.noteTold({ book, quantity })
          }
          for (const bookId of vanished) await cart.remove(bookId)
        }
        const typed = await readKeptForm(context, dependencies)
        // No flash, which would replace the one of the form that led here.
        return show(context, { typed }, { alerts: vanished.length > 0 ? [vanishedBook] : [] })
      },

      async add(context) {
        const form = context.get(FormData)
        const quantity = parseQuantity(String(form.get('quantity') ?? '1'))
        const book = await findBookById(db, String(form.get('bookId') ?? ''))
        const cart = openCart(db, ownerOf(context))
        const { text, kind } =
          book === undefined
            ? unknownBook
            : quantity === null || quantity === 0
              ? tellWrongQuantity(book.title)
              : tellOutcome(await cart.add(book, quantity, readFormKey(form)), book.title)
        const back = safeReturnTo(form.get('returnTo'))
        const link = back === null ? undefined : linkToCart
        const href = withCookieCheck(context, back ?? routes.cart.show.href())
        return seeOtherWithNotice(context, href, text, kind, link)
      },

      async update(context) {
        const form = context.get(FormData)
        const wanted = readQuantities(form)
        if (wanted.some(({ quantity }) => quantity === null)) return showWrong(context, wanted)
        const ids = wanted.map(({ bookId }) => bookId)
        const grown = await showGrown(context, ids)
        if (grown) return grown
        const cart = openCart(db, ownerOf(context))
        const notice = joinNotices(await change(cart, wanted))
        const isDone = notice.kind === 'notice'
        const changed = wanted.find(({ quantity }) => quantity !== 0)
        let href = routes.cart.show.href()
        if (isDone && changed) href += `#${lineAnchor(changed.bookId)}`
        if (isDone && form.has('checkout')) href = routes.checkout.index.href()
        if (notice.text === '') return seeOther(href)
        return seeOtherWithNotice(context, href, notice.text, notice.kind)
      },

      async remove(context) {
        const book = await findBookById(db, context.params.bookId)
        // What was typed beside, as far as it can be: the page would forget it.
        const others = readQuantities(context.get(FormData)).filter(
          ({ bookId, quantity }) => bookId !== book?.id && quantity !== null,
        )
        const ids = others.map(({ bookId }) => bookId)
        const grown = await showGrown(context, book ? [book.id, ...ids] : ids)
        if (grown) return grown
        const cart = openCart(db, ownerOf(context))
        if (book) await cart.remove(book.id)
        const told = book ? tellRemoved(book.title) : unknownBook
        const { text, kind } = joinNotices([told, ...(await change(cart, others))])
        return seeOtherWithNotice(context, routes.cart.show.href(), text, kind)
      },
    },
  })
}

const formPage = () => routes.cart.show.href()

/** So is the form that adds a book: a guest's cart takes that as well, and comes along at the login. */
function isForEverybody(context: AppContext): boolean {
  return !context.get(FormData).has('madeFor')
}

const linkToCart = { text: 'your cart', href: routes.cart.show.href() }

/** Whether somebody will look at this page, which a browser may have fetched in advance. */
function isSeen(context: AppContext): boolean {
  return getSessionState(context.get(Session)).values.flashes.mode === 'take'
}

function readFormKey(form: FormData): string | null {
  // A part tells the forms of a cart apart, and there is not much room in a session cookie.
  return formKeyOf(form)?.slice(0, 8) ?? null
}
