import { html, type SafeHtml } from '@remix-run/html-template'

import { coverImage } from '../covers/cover-image.ts'
import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { plural } from '../ui/words.ts'
import { formatPrice } from '../ui/price.ts'
import { shop } from '../ui/shop.ts'
import { dateTag } from '../ui/time.ts'
import type { OrderedBook } from '../../db/orders.ts'
import type { Order } from '../../db/schema-orders.ts'

type OrderPageProps = {
  shell: Shell
  order: Order
  lines: OrderedBook[]
  /** Of an order without an account: what can be done with it. */
  keep?: SafeHtml
}

/** The confirmation after checkout, and the receipt from then on. It prints as one. */
export function orderPage({ shell, order, lines, keep }: OrderPageProps): SafeHtml {
  return document({
    title: `Order ${order.id}`,
    shell,
    main: html`<div class="wrap page page-receipt">
      <article class="receipt">
        <header class="receipt-head">
          <p class="print-only receipt-shop">${shop.name}</p>
          <h1>Order ${order.id}</h1>
          <p>Placed on ${dateTag(order.createdAt)}</p>
        </header>
        <ul class="receipt-lines">
          ${lines.map(receiptLine)}
        </ul>
        <dl class="receipt-total">
          <div>
            <dt>Delivery</dt>
            <dd>Free</dd>
          </div>
          <div class="ticket-total">
            <dt>Total</dt>
            <dd>${formatPrice(order.totalCents)}</dd>
          </div>
        </dl>
        <section class="receipt-address">
          <h2>Delivery address</h2>
          <address>
            <bdi>${order.name}</bdi><br />
            <bdi>${order.address}</bdi><br />
            <bdi>${order.postcode} ${order.city}</bdi><br />
            <bdi>${order.country}</bdi>
          </address>
        </section>
      </article>
      ${keep}
      <p class="receipt-after">
        ${
          keep
            ? null
            : html`<a class="button button-quiet" href="${routes.orders.index.href()}"
                >All your orders</a
              >`
        }
        <a class="button button-quiet" href="${routes.books.index.href()}">Find the next one</a>
      </p>
    </div>`,
  })
}

function receiptLine(line: OrderedBook): SafeHtml {
  return html`<li class="receipt-line">
    ${coverImage(line, { width: 56 })}
    <div>
      <p class="receipt-title">
        ${
          line.retiredAt === null
            ? html`<a href="${routes.books.show.href({ slug: line.slug })}" dir="auto"
                >${line.title}</a
              >`
            : html`<bdi>${line.title}</bdi>`
        }
      </p>
      <p class="receipt-quantity">
        ${plural(line.quantity, shop.copy, shop.copies)} at ${formatPrice(line.priceCents)}
      </p>
    </div>
    <p class="price">${formatPrice(line.priceCents * line.quantity)}</p>
  </li>`
}
