import { createContextKey } from 'remix/fetch-router'
import type { Middleware } from 'remix/fetch-router'
import { ANSWER_LIVES_MS } from '../../db/answered-forms.ts'
import { findKeptForm, useUpKeptForm } from '../../db/kept-forms.ts'
import { wasMadeWithin } from '../../db/lifetimes.ts'
import { appMiddleware } from '../context.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { CurrentLogin } from './current-login.ts'
import { isDone } from './kept-fields.ts'
import { isRecent } from './recent-login.ts'

/** What becomes of the form that a request carries on with. */
export type CarriedOn =
  | 'now'
  /** It comes twice, and has a key by which it is answered once. */
  | 'again'
  /** It was answered, and no second time. */
  | 'already'
  /** Something else is asked for first. */
  | 'waiting'
  | 'lost'

/** Context key: absent where a request brings its own form. */
export const CarriedOn = createContextKey<CarriedOn>()

const PARAMETER = 'carry-on'

/** Where a POST carries on with a form that was kept. */
export function carryOnHref(path: string, id: string): string {
  return `${path}?${new URLSearchParams({ [PARAMETER]: id })}`
}

export function isCarryingOn(location: string): boolean {
  // Written in any way, and wherever another parser of addresses would look for it.
  const { searchParams } = new URL(location, 'http://shop.invalid')
  return searchParams.has(PARAMETER) || location.includes(`?${PARAMETER}=`)
}

/** The id of the form with which a request carries on, if something else is asked for first. */
export function waitingId(context: AppContext): string | null {
  return context.get(CarriedOn) === 'waiting' ? context.url.searchParams.get(PARAMETER) : null
}

/**
 * Puts the form that waited for a login to be confirmed in the place of the one that confirmed it,
 * which the browser has sent on. From here on it is the very request of before. It counts once, from when
 * it was answered without an error: as long as nothing came of it, it may be sent again. At once with
 * itself it meets what a form meets that is sent twice.
 */
export function carryOn({ db, now }: Pick<Dependencies, 'db' | 'now'>): Middleware {
  return appMiddleware(async (context, next) => {
    const id = context.method === 'POST' ? context.url.searchParams.get(PARAMETER) : null
    if (id === null) return next()
    const state = await takeForm(context, id)
    context.set(CarriedOn, state)
    const userId = context.get(CurrentLogin)?.user.id
    const response = await next()
    if (state === 'now' && isDone(response)) {
      const form = { id, userId: userId!, path: context.url.pathname }
      await useUpKeptForm(db, form, new Date(now()))
    }
    return response
  })

  async function takeForm(context: AppContext, id: string): Promise<CarriedOn> {
    const kept = await findKeptForm(db, id, new Date(now()))
    const current = context.get(CurrentLogin)
    const isTheirs = current === null || current.user.id === kept?.userId
    const isFound = kept?.path === context.url.pathname && isTheirs
    context.set(FormData, formOf(isFound ? kept.fields : {}))
    if (!isFound) return 'lost'
    // Then whatever guards the form asks for what is missing.
    if (!current || !isRecent(current.login, now())) return 'waiting'
    if (kept.carriedOnAt === null) return 'now'
    const isKnown = wasMadeWithin(kept.carriedOnAt, ANSWER_LIVES_MS, new Date(now()))
    return isKnown && 'formKey' in kept.fields ? 'again' : 'already'
  }
}

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form
}
