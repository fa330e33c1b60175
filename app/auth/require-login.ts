import type { Middleware } from 'remix/fetch-router'
import { deleteKeptForms, findKeptForm, keepForm } from '../../db/kept-forms.ts'
import { appMiddleware } from '../context.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { routes } from '../routes.ts'
import { seeOther } from '../forms/see-other.ts'
import type { Notice } from '../ui/notices.ts'
import { capitalized } from '../ui/plural.ts'
import { waitingId } from './carry-on.ts'
import { CurrentLogin } from './current-login.ts'
import { Device } from './device.ts'

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
      // It is sent anew: what it was before is of no use any more.
      if (keep) await deleteKeptForms(dependencies.db, current.user.id, page)
      return next()
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

/** What the login page tells whom `sendToLogin` has sent there. */
export function tellWhyToLogIn(url: URL): Notice | undefined {
  switch (url.searchParams.get('form')) {
    case 'kept':
      return { kind: 'error', text: 'Please log in to go on. What you typed is kept.' }
    case 'again':
      return { kind: 'error', text: 'Please log in, and then send the form again.' }
    case 'unfinished':
      return {
        kind: 'error',
        text: 'That login was not finished within ten minutes. Please log in again, with cookies allowed.',
      }
    default:
      return undefined
  }
}

/** The same for whom `requireLogin` has sent there, by where it leads afterwards. */
export function tellWhatFor(
  returnTo: string | null,
  toDo: 'log in' | 'create an account',
): string | undefined {
  if (returnTo === null) return undefined
  const [page = ''] = returnTo.split(/[/?#]/, 2).slice(1)
  return capitalized((purposes[`/${page}`] ?? to('go on'))(toDo))
}

const purposes: Record<string, (toDo: string) => string> = {
  // Which guests may do as well.
  [routes.checkout.index.href()]: (toDo) => `${toDo}, and your cart comes along.`,
  [routes.orders.index.href()]: to('see your orders'),
  [routes.account.show.href()]: to('see your account'),
}

function to(purpose: string) {
  return (toDo: string) => `please ${toDo} to ${purpose}.`
}

/** What the same user typed into the form of this page before having to log in again. */
export async function readKeptForm(
  context: AppContext,
  { db, now }: Pick<Dependencies, 'db' | 'now'>,
): Promise<Record<string, string> | undefined> {
  const id = context.url.searchParams.get('kept')
  const kept = id === null ? undefined : await findKeptForm(db, id, new Date(now()))
  const isOurs =
    kept?.path === context.url.pathname && kept.userId === context.get(CurrentLogin)?.user.id
  return isOurs ? kept.fields : undefined
}

/** Keeps a form if it may be, and answers under which id. */
async function keepFields(
  context: AppContext,
  { db, now }: Pick<Dependencies, 'db' | 'now'>,
  path: string,
  names: readonly string[],
): Promise<string | undefined> {
  if (!isOfDevice(context)) return undefined
  const form = context.get(FormData)
  const fields = names.flatMap((name) => {
    const value = form.get(name)
    return typeof value === 'string' ? [[name, value]] : []
  })
  if (fields.length === 0) return undefined
  const userId = context.get(Device).userId!
  return keepForm(db, { userId, path, fields: Object.fromEntries(fields) }, new Date(now()))
}

/**
 * Whether it is a form of the user who was logged in here last. The form says whose it is. The device, whose
 * cookie is signed, says that this user was here: so nobody fills the table for users who have never been.
 */
function isOfDevice(context: AppContext): boolean {
  const { userId } = context.get(Device)
  return userId !== undefined && context.get(FormData).get('madeFor') === String(userId)
}
