import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { errorSummary, errorTitle, field, formTitle, isWrong, type FormState } from '../ui/form.ts'
import { hiddenField } from '../ui/hidden-field.ts'
import { alertIcon } from '../ui/icons.ts'
import { keptField } from '../ui/kept-field.ts'
import { madeForField } from '../ui/made-for-field.ts'
import { formatNumber, plural } from '../ui/words.ts'
import { formatPrice } from '../ui/price.ts'
import type { Book } from '../../db/schema-books.ts'
import type { LineChange } from './order-changes.ts'
import { shop } from '../ui/shop.ts'

export type CheckoutForm = FormState<'email' | 'name' | 'address' | 'city' | 'postcode' | 'country'>

type CheckoutPageProps = {
  shell: Shell
  form: CheckoutForm
  lines: Array<{ book: Pick<Book, 'id' | 'title' | 'priceCents'>; quantity: number }>
  totalCents: number
  /** Whether a guest hears of the order by mail. */
  mailLeaves: boolean
  /** Sent along unseen: see checkout-key.ts. */
  checkoutKey: string
  /** What the form that was sent showed differently. */
  changed?: { previousTotalCents: number; changes: TitledChange[] }
}

export type TitledChange = LineChange & { title: string }

export function checkoutPage(props: CheckoutPageProps): SafeHtml {
  const { shell, form, totalCents, checkoutKey, mailLeaves, changed } = props
  const fields = html`${shell.user ? null : contactFields(form, mailLeaves)}
    <h2>Delivery address</h2>
    ${addressFields(form)}`
  return document({
    title: changed ? errorTitle('Check out') : formTitle('Check out', form),
    shell,
    main: html`<div class="wrap page">
      <h1>Check out</h1>
      ${errorSummary(form, fields)}
      ${changed ? orderChanged(changed, totalCents, !isWrong(form)) : null}
      <form class="with-aside" method="post" action="${routes.checkout.action.href()}">
        ${madeForField(shell.user)} ${keptField(shell)} ${hiddenField('total', totalCents)}
        ${hiddenField('checkoutKey', checkoutKey)}
        <div class="form">${fields}</div>
        ${summary(props)}
      </form>
    </div>`,
  })
}

function orderChanged(
  { previousTotalCents: was, changes }: NonNullable<CheckoutPageProps['changed']>,
  is: number,
  autofocus: boolean,
): SafeHtml {
  return html`<div
    class="error-summary"
    role="alert"
    tabindex="-1"
    ${autofocus ? html`autofocus` : null}
  >
    ${alertIcon}
    <div>
      <h2>${was === is ? 'Your order has changed' : 'The total has changed'}</h2>
      ${
        was === is
          ? null
          : html`<p>
              It was <s>${formatPrice(was)}</s> and is <strong>${formatPrice(is)}</strong> now.
            </p>`
      }
      ${
        changes.length === 0
          ? null
          : html`<ul>
              ${changes.map((change) => html`<li>${describe(change)}</li>`)}
            </ul>`
      }
      <p>Nothing was ordered yet. If you agree, place the order again.</p>
    </div>
  </div>`
}

function describe({ title, was, is }: TitledChange): SafeHtml {
  const name = html`<bdi>${title}</bdi>`
  if (!is) return html`${name} is no longer in it.`
  if (!was) return html`${name} is new.`
  const copies =
    was.quantity === is.quantity
      ? ''
      : ` ${plural(was.quantity, shop.copy, shop.copies)} before, ${formatNumber(is.quantity)} now.`
  const price =
    was.priceCents === is.priceCents
      ? ''
      : ` ${formatPrice(was.priceCents)} before, ${formatPrice(is.priceCents)} now.`
  return html`${name}:${copies}${price}`
}

/** Of a guest. */
function contactFields(form: CheckoutForm, mailLeaves: boolean): SafeHtml {
  const returnTo = routes.checkout.index.href()
  return html`<h2>Your e-mail address</h2>
    <p>
      You do not need an account, but you can
      <a href="${routes.login.index.href(null, { returnTo })}">log in</a> or
      <a href="${routes.register.index.href(null, { returnTo })}">create one</a>: your cart is kept.
    </p>
    ${field(form, 'email', {
      label: 'E-mail',
      ...(mailLeaves && { hint: 'We send the order there, with a link to it.' }),
      type: 'email',
      autocomplete: 'email',
      maxlength: 254,
    })}`
}

function addressFields(form: CheckoutForm): SafeHtml {
  return html`${field(form, 'name', {
      label: 'Full name',
      autocomplete: 'shipping name',
      maxlength: 100,
    })}
    ${field(form, 'address', {
      label: 'Street and number',
      autocomplete: 'shipping address-line1',
      maxlength: 200,
    })}
    <div class="field-row">
      ${field(form, 'postcode', {
        label: 'Postcode',
        autocomplete: 'shipping postal-code',
        maxlength: 20,
      })}
      ${field(form, 'city', {
        label: 'Town or city',
        autocomplete: 'shipping address-level2',
        maxlength: 100,
      })}
    </div>
    ${field(form, 'country', {
      label: 'Country',
      autocomplete: 'shipping country-name',
      maxlength: 100,
    })}`
}

function summary({ lines, totalCents, changed }: CheckoutPageProps): SafeHtml {
  const changes = changed?.changes ?? []
  return html`<aside class="ticket" aria-labelledby="summary-title">
    <h2 id="summary-title">Your order</h2>
    <dl>
      ${lines.map(({ book, quantity }) => {
        const change = changes.find(({ bookId }) => bookId === book.id)
        return html`<div>
          <dt>${quantity > 1 ? `${quantity} × ` : null}<bdi>${book.title}</bdi></dt>
          <dd>${formatPrice(book.priceCents * quantity)}</dd>
          ${change ? html`<dd class="ticket-change">${markOf(change)}</dd>` : null}
        </div>`
      })}
      ${changes
        .filter(({ is }) => !is)
        .map(
          ({ title }) =>
            html`<div>
              <dt>
                <s><bdi>${title}</bdi></s>
              </dt>
              <dd class="ticket-change">No longer in it</dd>
            </div>`,
        )}
      <div>
        <dt>Delivery</dt>
        <dd>Free</dd>
      </div>
      <div class="ticket-total">
        <dt>Total</dt>
        <dd>${formatPrice(totalCents)}</dd>
      </div>
    </dl>
    <button class="button button-wide" type="submit">
      Place order for ${formatPrice(totalCents)}
    </button>
    <p class="hint">Nothing is charged: this is an example shop.</p>
    <p><a href="${routes.cart.show.href()}">Change the cart</a></p>
  </aside>`
}

/** Of a line that is in the order, beside what is so now. */
function markOf({ was, is }: LineChange): string {
  if (!was) return 'New'
  const before = [
    was.quantity === is?.quantity ? [] : plural(was.quantity, shop.copy, shop.copies),
    was.priceCents === is?.priceCents ? [] : `${formatPrice(was.priceCents)} each`,
  ]
  return `Changed: ${before.flat().join(' at ')} before`
}
