import type { Middleware } from 'remix/fetch-router'
import { keepForm } from '../../db/kept-forms.ts'
import { CarriedOn } from '../auth/carry-on.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { lostForm } from '../auth/kept-fields.ts'
import { isRecent } from '../auth/recent-login.ts'
import { appMiddleware } from '../context.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { isForNow } from '../forms/secret-field.ts'
import { seeOther, seeOtherWithNotice } from '../forms/see-other.ts'
import { routes } from '../routes.ts'
import { stepUpHref } from './confirm-login.ts'
import { describeKeptForm } from './kept-deed.ts'

interface RequireRecentLoginOptions {
  /** Where a form stands that cannot be asked for at the path to which it is sent. */
  formPage?: (context: AppContext) => string
  /** What needs no rights that the login does not have anyway. */
  unless?: (context: AppContext) => boolean
}

/**
 * In front of what nobody may do who merely found an open browser or a cookie: who it is must have been
 * proved within fifteen minutes. Otherwise it is asked again, and then the very request is carried on
 * with, a form and its fields included. After `requireLogin`.
 */
export function requireRecentLogin(
  { db, now }: Pick<Dependencies, 'db' | 'now'>,
  { formPage, unless }: RequireRecentLoginOptions = {},
): Middleware {
  return appMiddleware(async (context, next) => {
    const { login, user } = context.get(CurrentLogin)!
    const { pathname, search } = context.url
    if (unless?.(context)) return next()
    if (context.method === 'GET') {
      if (isRecent(login, now())) return next()
      return seeOther(routes.stepUp.index.href(null, { returnTo: pathname + search }))
    }
    const page = formPage?.(context) ?? pathname
    if (isRecent(login, now())) {
      const untold = notCarriedOn[context.get(CarriedOn) ?? 'now']
      return untold === undefined ? next() : seeOtherWithNotice(context, page, untold, 'error')
    }
    const fields = readFields(context)
    const form = { userId: user.id, path: pathname, fields: fields ?? {} }
    const mayWait = fields !== undefined && describeKeptForm(form) !== undefined
    const kept = mayWait ? await keepForm(db, form, new Date(now())) : undefined
    const way = { returnTo: page, kept: kept ?? null, again: kept === undefined }
    return seeOther(stepUpHref(way))
  })
}

export const sentAlready = 'That form had already been sent. It counts only once.'

const notCarriedOn: Partial<Record<CarriedOn, string>> = {
  already: sentAlready,
  lost: lostForm,
}

/** All fields, unless one of them may be kept nowhere. */
function readFields(context: AppContext): Record<string, string> | undefined {
  const fields = [...context.get(FormData)].map(([name, value]) => [name, String(value)] as const)
  return fields.some(([name]) => isForNow(name)) ? undefined : Object.fromEntries(fields)
}
