import { createController } from 'remix/fetch-router'
import { deleteAllLogins, deleteOtherLogins, listLogins } from '../../db/logins.ts'
import { deletePendingLogins } from '../../db/pending-logins.ts'
import type { Login } from '../../db/schema.ts'
import { findUserByEmail, findUserById } from '../../db/users.ts'
import { answerSignedIn } from '../auth/answer-signed-in.ts'
import { isActive } from '../auth/active-login.ts'
import { requireAdmin } from '../auth/require-admin.ts'
import { requireLogin } from '../auth/require-login.ts'
import type { Dependencies } from '../context.ts'
import { notFound } from '../errors/error-responses.ts'
import { routes } from '../routes.ts'
import { requireRecentLogin } from '../step-up/require-recent-login.ts'
import { plural } from '../ui/words.ts'
import { customerPage } from './customer-page.ts'
import { isolated } from '../ui/isolated.ts'

const formPage = () => routes.customers.show.href()

/** Where staff ends the logins of a customer whose account somebody else is in. */
export function createCustomerController(dependencies: Dependencies) {
  const { db, page } = dependencies
  const isListed = (login: Login) => isActive(login, dependencies)

  return createController(routes.customers, {
    middleware: [
      requireLogin(dependencies, { formPage }),
      requireAdmin(page),
      requireRecentLogin(dependencies, { formPage, unless: ({ method }) => method === 'GET' }),
    ],
    actions: {
      async show(context) {
        const email = context.url.searchParams.get('email')
        const customer = email === null ? undefined : await findUserByEmail(db, email)
        const logins = customer ? await listLogins(db, customer.id) : []
        const listed = logins.filter(isListed)
        return page(context, (shell) => customerPage({ shell, email, customer, logins: listed }))
      },

      async endLogins(context) {
        const { id } = context.params
        const customer = /^\d{1,15}$/.test(id) ? await findUserById(db, Number(id)) : undefined
        if (!customer) return notFound(context, page)
        const location = routes.customers.show.href(null, { email: customer.email })
        // With the customer locked, a login that is just made of a pending one, or gets another id, ends too.
        return answerSignedIn(
          context,
          dependencies,
          location,
          async (tx, { login }) => {
            const ended =
              customer.id === login.userId
                ? await deleteOtherLogins(tx, customer.id, login.id)
                : await deleteAllLogins(tx, customer.id)
            await deletePendingLogins(tx, customer.id)
            const browsers = plural(ended.filter(isListed).length, 'browser')
            const notice = `${isolated(customer.name)} is logged out of ${browsers}.`
            return { loginId: login.id, location, notice }
          },
          [customer.id],
        )
      },
    },
  })
}
