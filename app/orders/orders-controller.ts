import { createController } from 'remix/fetch-router'
import { findOrder, listOrders } from '../../db/orders.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { requireLogin } from '../auth/require-login.ts'
import type { Dependencies } from '../dependencies.ts'
import { notFound } from '../errors/error-responses.ts'
import { routes } from '../routes.ts'
import { orderListPage } from './order-list-page.ts'
import { orderPage } from './order-page.ts'

export function createOrdersController({ db, page, now }: Dependencies) {
  return createController(routes.orders, {
    middleware: [requireLogin({ db, now })],
    actions: {
      index(context) {
        const orders = listOrders(db, context.get(CurrentLogin)!.user.id)
        return page(context, (shell) => orderListPage({ shell, orders }))
      },

      show(context) {
        const { id } = context.params
        const { user } = context.get(CurrentLogin)!
        // Somebody else's order is answered like one that does not exist.
        const order = /^\d{1,15}$/.test(id) ? findOrder(db, Number(id), user.id) : undefined
        if (!order) return notFound(context, page)
        return page(context, (shell) => orderPage({ shell, order, lines: order.lines }))
      },
    },
  })
}
