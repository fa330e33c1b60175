import { randomUUID } from 'node:crypto'
import { createController } from 'remix/fetch-router'
import * as v from 'valibot'
import { findBooksByIds } from '../../db/books.ts'
import { findOrderByCheckoutKey } from '../../db/orders.ts'
import type { LineToOrder } from '../../db/orders.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { emailField } from '../auth/personal-data.ts'
import { readKeptForm } from '../auth/kept-fields.ts'
import { requireLogin } from '../auth/require-login.ts'
import { nothingToBuy, nothingToBuyHref } from '../cart/cart-notices.ts'
import { ownerOf, readCart } from '../cart/open-cart.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { readForm } from '../forms/form.ts'
import { textLine } from '../forms/text-line.ts'
import { routes } from '../routes.ts'
import { seeOther, seeOtherWithNotice } from '../forms/see-other.ts'
import { tooManyRequests } from '../forms/wait-first.ts'
import { buyerOf, guestBefore, isGuestMark, orderHref, orderKey, ownerMark } from './buyer.ts'
import type { Buyer } from './buyer.ts'
import { readCheckoutKey, writeCheckoutKey } from './checkout-key.ts'
import type { CheckoutKey } from './checkout-key.ts'
import { checkoutPage } from './checkout-page.ts'
import type { CheckoutForm, TitledChange } from './checkout-page.ts'
import { findChanges } from './order-changes.ts'
import { createOrdering } from './ordering.ts'
import { NoticeNow } from '../ui/notices.ts'
import { shop } from '../ui/shop.ts'
import { describeWait } from '../ui/wait.ts'

const address = v.object({
  name: textLine('your name', 100),
  address: textLine('the street and the number', 200),
  city: textLine('the town or city', 100),
  postcode: textLine('the postcode', 20),
  country: textLine('the country', 100),
})

const guestForm = v.object({ email: emailField, ...address.entries })

export function createCheckoutController(dependencies: Dependencies) {
  const { db, mail, page } = dependencies
  const order = createOrdering(dependencies)

  async function showForm(
    context: AppContext,
    form: CheckoutForm,
    formId: string,
    seen?: { lines: LineToOrder[]; totalCents: number },
    init: number | ResponseInit = seen ? 422 : 200,
  ): Promise<Response> {
    const { available, totalCents, lines } = await readCart(db, ownerOf(context))
    if (available.length === 0) {
      if (lines.length > 0) return backToCart(context, soldMeanwhile)
      // Who only looks gets no cookie, and so no notice in a session.
      if (!buyerOf(context)) return seeOther(nothingToBuyHref)
      return backToCart(context, nothingToBuy)
    }
    const shown = available.map(({ book, quantity }) => {
      return { bookId: book.id, priceCents: book.priceCents, quantity }
    })
    const owner = ownerMark(buyerOf(context)!)
    const checkoutKey = writeCheckoutKey({ formId, owner, lines: shown })
    const changes = seen ? await tellChanges(seen.lines, shown) : []
    const changed =
      seen && (changes.length > 0 || seen.totalCents !== totalCents)
        ? { changed: { previousTotalCents: seen.totalCents, changes } }
        : {}
    return page(
      context,
      (shell) =>
        checkoutPage({
          shell,
          form,
          mailLeaves: mail.leaves,
          checkoutKey,
          lines: available,
          totalCents,
          ...changed,
        }),
      init,
    )
  }

  /** Leads to the order that a form of this buyer has become. */
  async function showPlaced(
    context: AppContext,
    buyer: Buyer | undefined,
    { owner, formId }: CheckoutKey,
  ): Promise<Response | undefined> {
    if (!buyer || owner !== ownerMark(buyer)) return undefined
    const key = orderKey(buyer, formId)
    const placed = await findOrderByCheckoutKey(db, key, buyer.user?.id ?? null)
    return placed && seeOtherWithNotice(context, orderHref(buyer, formId, placed.id), placedBefore)
  }

  async function tellChanges(seen: LineToOrder[], shown: LineToOrder[]): Promise<TitledChange[]> {
    const changes = findChanges(seen, shown)
    const books = await findBooksByIds(
      db,
      changes.map(({ bookId }) => bookId),
    )
    return changes.map((change) => {
      const title =
        books.find(({ id }) => id === change.bookId)?.title ?? `One of the ${shop.items}`
      return { ...change, title }
    })
  }

  return createController(routes.checkout, {
    middleware: [
      requireLogin(dependencies, {
        keep: ['checkoutKey', ...Object.keys(address.entries)],
        unless: isGuest,
      }),
    ],
    actions: {
      async index(context) {
        const name = context.get(CurrentLogin)?.user.name
        const { checkoutKey = '', ...kept } = (await readKeptForm(context, dependencies)) ?? {}
        const key = readCheckoutKey(checkoutKey)
        // Its login may have ended after it was sent, and before the answer came.
        const placed = key && (await showPlaced(context, buyerOf(context), key))
        if (placed) return placed
        const values = { ...(name !== undefined && { name }), ...kept }
        return showForm(context, { values, errors: {} }, key?.formId ?? randomUUID())
      },

      async action(context) {
        const buyer = buyerOf(context)
        const key = keyOf(context)
        const total = String(context.get(FormData).get('total') ?? '')
        if (!key || !/^\d{1,12}$/.test(total)) return backToCart(context, damagedForm)
        // The first answer may have been lost: whatever was typed since, this form is an order.
        const before = guestBefore(context)
        const placed =
          (await showPlaced(context, buyer, key)) ?? (await showPlaced(context, before, key))
        if (placed) return placed
        const { formId } = key
        const seen = { lines: key.lines, totalCents: Number(total) }
        const formData = context.get(FormData)
        if (before && key.owner === ownerMark(before)) {
          // As it was shown again, it may have been placed.
          const own = buyer && { ...key, owner: ownerMark(buyer) }
          const again = own && (await showPlaced(context, buyer, own))
          if (again) return again
          // The same person, who agrees first to what the account's cart holds beside.
          context.set(NoticeNow, { kind: 'error', text: guestsForm })
          const { values } = readForm(address, formData)
          return showForm(context, { values, errors: {} }, formId, seen)
        }
        // Not even without `madeFor`: what was typed into it is somebody else's name and address.
        if (!buyer || key.owner !== ownerMark(buyer)) {
          return backToCart(context, mail.leaves ? `${strangeForm} ${toldByMail}` : strangeForm)
        }
        const { values, errors, output } = buyer.user
          ? readForm(address, formData)
          : readForm(guestForm, formData)
        if (!output) return showForm(context, { values, errors }, formId, seen)

        const result = await order(context, buyer, output, { formId, ...seen })
        if (result.outcome === 'too many') {
          const { retryAfter } = result
          const form = { values, errors: { email: tooManyTo(retryAfter) } }
          return showForm(context, form, formId, seen, tooManyRequests(retryAfter))
        }
        return result.outcome === 'placed'
          ? seeOtherWithNotice(
              context,
              orderHref(buyer, formId, result.order.id),
              result.repeated ? placedBefore : placedNow,
            )
          : showForm(context, { values, errors: {} }, formId, seen)
      },
    },
  })
}

/** Whoever is not logged in is a guest, unless it is about a customer's form. */
function isGuest(context: AppContext): boolean {
  return context.method === 'POST'
    ? isGuestMark(keyOf(context)?.owner ?? '')
    : buyerOf(context) !== undefined || !context.url.searchParams.has('kept')
}

function keyOf(context: AppContext): CheckoutKey | null {
  return readCheckoutKey(String(context.get(FormData).get('checkoutKey') ?? ''))
}

const placedNow = 'Thank you. Your order has been placed.'
const placedBefore = 'Your order has been placed. The form was sent twice, but it is one order.'
const damagedForm = 'The form was damaged on its way. Please check out again.'
const strangeForm = 'That form was opened on an earlier visit, so nothing was ordered now.'
const guestsForm =
  'You have logged in since this form was opened, so nothing was ordered yet. If all is right, place the order again.'
const toldByMail = 'If you had ordered with it before, you have a mail from us about that order.'
const soldMeanwhile = `Some of your ${shop.items} have been sold in the meantime. Please check your cart.`

function tooManyTo(seconds: number): string {
  return `Ten orders without an account have gone to this address, the most in a day. Please try again in ${describeWait(seconds)}, or use an account, which has no such limit.`
}

function backToCart(context: AppContext, text: string): Response {
  return seeOtherWithNotice(context, routes.cart.show.href(), text, 'error')
}
