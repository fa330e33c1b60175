import { redirect } from '@remix-run/response/redirect'
import { createController } from 'remix/fetch-router'
import { countOrders, findOrder, listOrders } from '../../db/orders.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { requireLogin } from '../auth/require-login.ts'
import type { Dependencies } from '../context.ts'
import { notFound } from '../errors/error-responses.ts'
import { readPageNumber } from '../ui/page-number.ts'
import { routes } from '../routes.ts'
import { orderListHref, orderListPage } from './order-list-page.ts'
import { orderPage } from './order-page.ts'

const PAGE_SIZE = 20

export function createOrdersController({ db, page, now }: Dependencies) {
  return createController(routes.orders, {
    middleware: [requireLogin({ db, now })],
    actions: {
      async index(context) {
        const { user } = context.get(CurrentLogin)!
        const number = readPageNumber(context.url.searchParams)
        const pageCount = Math.max(1, Math.ceil((await countOrders(db, user.id)) / PAGE_SIZE))
        if (number > pageCount) return redirect(orderListHref(pageCount))
        const orders = await listOrders(db, user.id, { page: number, pageSize: PAGE_SIZE })
        return page(context, (shell) => orderListPage({ shell, orders, page: number, pageCount }))
      },

      async show(context) {
        const { id } = context.params
        const { user } = context.get(CurrentLogin)!
        // Somebody else's order is answered like one that does not exist.
        const order = /^\d{1,15}$/.test(id) ? await findOrder(db, Number(id), user.id) : undefined
        if (!order) return notFound(context, page)
        return page(context, (shell) => orderPage({ shell, order, lines: order.lines }))
      },
    },
  })
}
