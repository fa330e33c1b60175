import type { Middleware } from 'remix/fetch-router'
import { CurrentLogin } from './current-login.ts'
import { errorPage } from '../errors/error-page.ts'
import type { RenderPage } from '../ui/page.ts'

/** Lets administrators in. Everybody else who is logged in is told that this is not theirs. */
export function requireAdmin(page: RenderPage): Middleware {
  return (context, next) => {
    if (context.get(CurrentLogin)?.user.role === 'admin') return next()
    const title = 'Staff only'
    const message = 'This part of the shop is for the people who run it.'
    return page(context, (shell) => errorPage({ shell, status: 403, title, message }), 403)
  }
}
