import { randomUUID } from 'node:crypto'
import { createController } from 'remix/fetch-router'
import * as v from 'valibot'
import { findBooksByIds } from '../../db/books.ts'
import { findOrderByCheckoutKey, placeOrder } from '../../db/orders.ts'
import type { LineToOrder } from '../../db/orders.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { readKeptForm, requireLogin } from '../auth/require-login.ts'
import { ownerOf, readCart } from '../cart/open-cart.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { readForm } from '../forms/form.ts'
import { routes } from '../routes.ts'
import { seeOtherWithNotice } from '../forms/see-other.ts'
import { readCheckoutKey, writeCheckoutKey } from './checkout-key.ts'
import { checkoutPage } from './checkout-page.ts'
import type { CheckoutForm, TitledChange } from './checkout-page.ts'
import { findChanges } from './order-changes.ts'

const address = v.object({
  name: line('your name', 100),
  address: line('the street and the number', 200),
  city: line('the city', 100),
  postcode: line('the postcode', 20),
  country: line('the country', 100),
})

export function createCheckoutController(dependencies: Dependencies) {
  const { db, mail, page, now } = dependencies

  async function showForm(
    context: AppContext,
    form: CheckoutForm,
    formId: string,
    seen?: { lines: LineToOrder[]; totalCents: number },
  ): Promise<Response> {
    const { available, totalCents, lines } = await readCart(db, ownerOf(context))
    if (available.length === 0) {
      return backToCart(context, lines.length === 0 ? nothingToBuy : soldMeanwhile)
    }
    const shown = available.map(({ book, quantity }) => {
      return { bookId: book.id, priceCents: book.priceCents, quantity }
    })
    const userId = context.get(CurrentLogin)!.user.id
    const checkoutKey = writeCheckoutKey({ formId, userId, lines: shown })
    const changes = seen ? await tellChanges(seen.lines, shown) : []
    const changed =
      seen && (changes.length > 0 || seen.totalCents !== totalCents)
        ? { changed: { previousTotalCents: seen.totalCents, changes } }
        : {}
    return page(
      context,
      (shell) =>
        checkoutPage({ shell, form, checkoutKey, lines: available, totalCents, ...changed }),
      seen ? 422 : 200,
    )
  }

  async function tellChanges(seen: LineToOrder[], shown: LineToOrder[]): Promise<TitledChange[]> {
    const changes = findChanges(seen, shown)
    const books = await findBooksByIds(
      db,
      changes.map(({ bookId }) => bookId),
    )
    return changes.map((change) => {
      const title = books.find(({ id }) => id === change.bookId)?.title ?? 'A book'
      return { ...change, title }
    })
  }

  return createController(routes.checkout, {
    middleware: [requireLogin(dependencies, { keep: Object.keys(address.entries) })],
    actions: {
      async index(context) {
        const { name } = context.get(CurrentLogin)!.user
        const values = { name, ...(await readKeptForm(context, dependencies)) }
        return showForm(context, { values, errors: {} }, randomUUID())
      },

      async action(context) {
        const { user } = context.get(CurrentLogin)!
        const formData = context.get(FormData)
        const key = readCheckoutKey(String(formData.get('checkoutKey') ?? ''))
        const total = String(formData.get('total') ?? '')
        // Not even without `madeFor`: what was typed into it is somebody else's name and address.
        const isOwn = key?.userId === user.id
        if (!isOwn || !/^\d{1,12}$/.test(total)) return backToCart(context, damagedForm)
        const seen = { lines: key.lines, totalCents: Number(total) }

        // The first answer may have been lost: whatever was typed since, this form is an order.
        const placed = await findOrderByCheckoutKey(db, key.formId, user.id)
        if (placed) return showOrder(context, placed.id, true)

        const { values, errors, output } = readForm(address, formData)
        if (!output) return showForm(context, { values, errors }, key.formId, seen)

        const result = await db.transaction(async (tx) => {
          const result = await placeOrder(tx, {
            ...output,
            userId: user.id,
            checkoutKey: key.formId,
            expectedLines: seen.lines,
            expectedTotalCents: seen.totalCents,
            now: new Date(now()),
          })
          if (result.outcome === 'placed' && !result.repeated) {
            const { id, totalCents, lines } = result.order
            await mail.notify(tx, user, { kind: 'order', id, totalCents, books: lines })
          }
          return result
        })
        if (result.outcome === 'placed') {
          return showOrder(context, result.order.id, result.repeated)
        }
        return showForm(context, { values, errors: {} }, key.formId, seen)
      },
    },
  })
}

const nothingToBuy = 'There is nothing in your cart to check out.'
const damagedForm = 'The form was damaged on its way. Please check out again.'
const soldMeanwhile = 'Some of your books have been sold in the meantime. Please check your cart.'

function line(what: string, longest: number) {
  return v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty(`Enter ${what}.`),
    v.maxLength(longest, `At most ${longest} characters.`),
  )
}

function showOrder(context: AppContext, id: number, repeated: boolean): Response {
  const text = repeated
    ? 'Your order has been placed. The form was sent twice, but it is one order.'
    : 'Thank you. Your order has been placed.'
  return seeOtherWithNotice(context, routes.orders.show.href({ id }), text)
}

function backToCart(context: AppContext, text: string): Response {
  return seeOtherWithNotice(context, routes.cart.show.href(), text, 'error')
}
