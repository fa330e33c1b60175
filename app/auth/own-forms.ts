import type { Middleware } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { routes } from '../routes.ts'
import { seeOther } from '../forms/see-other.ts'
import { CurrentLogin } from './current-login.ts'

/**
 * Refuses a form that was opened while somebody else was logged in, as far as it names that person:
 * what it shows is theirs and not what the next one wants to change. Where nobody is logged in any more,
 * `requireLogin` sends it to the login.
 */
export function ownFormsOnly(): Middleware {
  return (context, next) => {
    const madeFor = context.get(FormData)!.get('madeFor')
    const login = context.get(CurrentLogin)
    if (madeFor === null || !login || madeFor === String(login.user.id)) return next()
    context.get(Session)!.flash('notice', { kind: 'error', text: formOfAnother })
    return seeOther(routes.home.href())
  }
}

const formOfAnother =
  'That page was opened while somebody else was logged in, so nothing was changed.'
