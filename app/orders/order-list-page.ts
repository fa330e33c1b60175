import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import type { Shell } from '../ui/shell.ts'
import { emptyState } from '../ui/empty-state.ts'
import { pagination } from '../ui/pagination.ts'
import { plural } from '../ui/words.ts'
import { formatPrice } from '../ui/price.ts'
import { dateTag } from '../ui/time.ts'
import type { Order } from '../../db/schema-orders.ts'
import { shop } from '../ui/shop.ts'

type OrderListPageProps = {
  shell: Shell
  /** Newest first; `bookCount` counts copies. */
  orders: Array<Pick<Order, 'id' | 'createdAt' | 'totalCents'> & { bookCount: number }>
  page: number
  pageCount: number
}

export function orderListHref(page: number): string {
  return routes.orders.index.href(null, { page: page === 1 ? null : page })
}

export function orderListPage({ shell, orders, page, pageCount }: OrderListPageProps): SafeHtml {
  return document({
    title: page > 1 ? `Your orders, page ${page}` : 'Your orders',
    shell,
    main: html`<div class="wrap page">
      <h1>Your orders</h1>
      ${
        orders.length === 0
          ? emptyState({
              title: 'No orders yet',
              text: `When you have bought ${shop.anItem}, its receipt is kept here.`,
              action: { href: routes.books.index.href(), text: `Browse all ${shop.items}` },
            })
          : html`<ul class="orders">
                ${orders.map(orderRow)}
              </ul>
              ${pagination({ page, pageCount, href: orderListHref })}`
      }
    </div>`,
  })
}

function orderRow(order: OrderListPageProps['orders'][number]): SafeHtml {
  return html`<li class="order">
    <h2><a href="${routes.orders.show.href({ id: order.id })}">Order ${order.id}</a></h2>
    <p>${dateTag(order.createdAt)}</p>
    <p>${plural(order.bookCount, shop.item, shop.items)}</p>
    <p class="price">${formatPrice(order.totalCents)}</p>
  </li>`
}
