import type { Middleware } from 'remix/fetch-router'
import { appMiddleware } from '../context.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { routes } from '../routes.ts'
import { seeOther } from '../forms/see-other.ts'
import { waitingId } from './carry-on.ts'
import { CurrentLogin } from './current-login.ts'
import { isDone, isOfDevice, keepFields, useUpShownForm } from './kept-fields.ts'

interface RequireLoginOptions {
  /** Where a form stands that cannot be asked for at the path to which it is sent. */
  formPage?: (context: AppContext) => string
  /** The fields to keep of a form that comes too late; never a password. */
  keep?: readonly string[] | ((form: FormData) => readonly string[])
  /** Requests that need no login, and leave alone what is kept of whoever is logged in. */
  unless?: (context: AppContext) => boolean
  /** Answers a form whose login has ended, where there is more to it. */
  ended?: (context: AppContext) => Promise<Response>
}

/**
 * Sends whoever is not logged in to the login form, and back here afterwards. A form whose login ended
 * while it was filled in is kept until the same user is back: see `readKeptForm`.
 */
export function requireLogin(
  dependencies: Pick<Dependencies, 'db' | 'now'>,
  { formPage, keep, unless = () => false, ended }: RequireLoginOptions = {},
): Middleware {
  return appMiddleware(async (context, next) => {
    const { pathname, search } = context.url
    const current = context.get(CurrentLogin)
    if (unless(context)) return next()
    if (context.method === 'GET') {
      if (current) return next()
      return seeOther(routes.login.index.href(null, { returnTo: pathname + search }))
    }
    if (!current && ended) return ended(context)
    const page = formPage?.(context) ?? pathname
    // A form of the cart has not waited for that, see router.ts.
    if (keep) await dependencies.db.engine.untilWritable()
    if (current) {
      const response = await next()
      if (keep && isDone(response))
        await useUpShownForm(context, dependencies, current.user.id, page)
      return response
    }
    const waiting = waitingId(context)
    if (waiting !== null && isOfDevice(context)) {
      // Where it is told what it does, before it is carried on with.
      const returnTo = routes.stepUp.index.href(null, { returnTo: page, kept: waiting })
      return sendToLogin(returnTo, 'kept')
    }
    const names = typeof keep === 'function' ? keep(context.get(FormData)) : (keep ?? [])
    const kept = await keepFields(context, dependencies, page, names)
    return kept === undefined ? sendToLogin(page) : sendToLogin(`${page}?kept=${kept}`, 'kept')
  })
}

/**
 * Ends a form that only who is logged in may send. Nothing of it is in the session, which may be one
 * that ended a moment ago and takes nothing more.
 */
export function sendToLogin(returnTo: string, form: 'kept' | 'again' = 'again'): Response {
  return seeOther(routes.login.index.href(null, { returnTo, form }))
}
