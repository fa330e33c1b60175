import type { Middleware } from 'remix/fetch-router'
import { appMiddleware } from '../context.ts'
import { seeOtherWithNotice } from '../forms/see-other.ts'
import { routes } from '../routes.ts'
import { CurrentLogin } from './current-login.ts'

/**
 * Refuses a form that was opened while somebody else was logged in, as far as it names that person:
 * what it shows is theirs and not what the next one wants to change. Where nobody is logged in any more,
 * `requireLogin` sends it to the login.
 */
export function ownFormsOnly(): Middleware {
  return appMiddleware((context, next) => {
    const madeFor = context.get(FormData).get('madeFor')
    const login = context.get(CurrentLogin)
    if (madeFor === null || !login || madeFor === String(login.user.id)) return next()
    return seeOtherWithNotice(context, routes.home.href(), formOfAnother, 'error')
  })
}

const formOfAnother =
  'That page was opened while somebody else was logged in, so nothing was changed.'
