import { createController } from 'remix/fetch-router'
import { findGuestOrder, keepGuestOrder } from '../../db/guest-orders.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { requireLogin } from '../auth/require-login.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { seeOther, seeOtherWithNotice } from '../forms/see-other.ts'
import { routes } from '../routes.ts'
import { keepOrder, orderLinkInvalidPage } from './keep-order.ts'
import { orderPage } from './order-page.ts'

/** The order of a guest, for whoever has the link to it. */
export function createGuestOrderController(dependencies: Dependencies) {
  const { db, mail, page, now } = dependencies

  const showInvalid = (context: AppContext) =>
    page(context, (shell) => orderLinkInvalidPage({ shell }), 404)

  return createController(routes.guestOrder, {
    actions: {
      async show(context) {
        const { token } = context.params
        const order = await findGuestOrder(db, token, new Date(now()))
        if (!order) return showInvalid(context)
        const { id, userId, lines } = order
        if (userId !== null) {
          const isOwner = userId === context.get(CurrentLogin)?.user.id
          return isOwner ? seeOther(routes.orders.show.href({ id })) : showInvalid(context)
        }
        return page(context, (shell) =>
          orderPage({ shell, order, lines, keep: keepOrder(shell, token, mail.leaves) }),
        )
      },

      keep: {
        middleware: [requireLogin(dependencies, { formPage: linkOf })],
        async handler(context) {
          const { token } = context.params
          const userId = context.get(CurrentLogin)!.user.id
          const id = await keepGuestOrder(db, token, { userId, now: new Date(now()) })
          if (id === undefined) return showInvalid(context)
          const page = routes.orders.show.href({ id })
          return seeOtherWithNotice(context, page, 'The order is kept in your account now.')
        },
      },
    },
  })
}

/** Of the page of an order, for a form on it. */
function linkOf(context: AppContext): string {
  return context.url.pathname.replace(/\/keep\/?$/, '')
}
