import { randomUUID } from 'node:crypto'
import { createController } from 'remix/fetch-router'
import { Session } from 'remix/session'
import * as v from 'valibot'
import { placeOrder } from '../../db/orders.ts'
import { CurrentLogin, requireLogin } from '../auth/current-login.ts'
import { priceCart } from '../cart/cart-lines.ts'
import { emptyCart } from '../cart/cart.ts'
import type { AppContext } from '../context.ts'
import type { Dependencies } from '../dependencies.ts'
import { readForm } from '../form.ts'
import { routes } from '../routes.ts'
import { seeOther, seeOtherWithNotice } from '../see-other.ts'
import { checkoutPage } from './checkout-page.ts'
import type { CheckoutForm } from './checkout-page.ts'

const address = v.object({
  name: line('your name', 100),
  address: line('the street and the number', 200),
  city: line('the city', 100),
  postcode: line('the postcode', 20),
  country: line('the country', 100),
})

const uuid = v.pipe(v.string(), v.uuid())

export function createCheckoutController({ db, page, now }: Dependencies) {
  function showForm(
    context: AppContext,
    props: { form: CheckoutForm; checkoutKey: string; seenTotalCents?: number },
    status = 200,
  ): Response {
    const { form, checkoutKey, seenTotalCents } = props
    const { lines, totalCents, quantities } = priceCart(db, context.get(Session))
    const sold = lines.filter(({ book }) => quantities.has(book.id))
    const previous =
      seenTotalCents === undefined || seenTotalCents === totalCents
        ? {}
        : { previousTotalCents: seenTotalCents }
    return page(
      context,
      (shell) => checkoutPage({ shell, form, checkoutKey, lines: sold, totalCents, ...previous }),
      status,
    )
  }

  return createController(routes.checkout, {
    middleware: [requireLogin()],
    actions: {
      index(context) {
        const { quantities } = priceCart(db, context.get(Session))
        if (quantities.size === 0) return backToCart(context, nothingToBuy)
        const { name } = context.get(CurrentLogin)!.user
        const form = { values: { name }, errors: {} }
        return showForm(context, { form, checkoutKey: randomUUID() })
      },

      action(context) {
        const session = context.get(Session)
        const userId = context.get(CurrentLogin)!.user.id
        const formData = context.get(FormData)
        const checkoutKey = String(formData.get('checkoutKey') ?? '')
        const total = String(formData.get('total') ?? '')
        if (!v.is(uuid, checkoutKey) || !/^\d{1,12}$/.test(total)) {
          return backToCart(context, damagedForm)
        }
        const seenTotalCents = Number(total)

        const { values, errors, output } = readForm(address, formData)
        if (!output) {
          return showForm(context, { form: { values, errors }, checkoutKey, seenTotalCents }, 422)
        }

        const { lines, quantities } = priceCart(db, session)
        const result = placeOrder(db, {
          ...output,
          userId,
          checkoutKey,
          expectedTotalCents: seenTotalCents,
          quantities,
          now: new Date(now()),
        })
        switch (result.outcome) {
          case 'placed': {
            // The same form again, by a second click or the back button, orders nothing more: the
            // cart may hold other books by now.
            const order = routes.orders.show.href({ id: result.order.id })
            if (result.repeated) return seeOther(order)
            emptyCart(session)
            return seeOtherWithNotice(context, order, 'Thank you. Your order is placed.')
          }
          case 'total-changed':
            return showForm(
              context,
              { form: { values, errors: {} }, checkoutKey, seenTotalCents },
              422,
            )
          case 'unavailable':
            return backToCart(context, soldMeanwhile)
          case 'empty':
            return backToCart(context, lines.length > 0 ? soldMeanwhile : nothingToBuy)
        }
      },
    },
  })
}

const nothingToBuy = 'There is nothing in your cart to check out.'
const damagedForm = 'The form was damaged on its way. Please check out again.'
const soldMeanwhile = 'Some of your books were sold meanwhile. Please look at your cart again.'

function line(what: string, longest: number) {
  return v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty(`Enter ${what}.`),
    v.maxLength(longest, `At most ${longest} characters.`),
  )
}

function backToCart(context: AppContext, text: string): Response {
  return seeOtherWithNotice(context, routes.cart.show.href(), text, 'error')
}
