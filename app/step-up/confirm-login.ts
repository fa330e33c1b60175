import type { Database } from '../../db/database.ts'
import { findKeptForm } from '../../db/kept-forms.ts'
import { findLoginToChange, replaceLogin } from '../../db/logins.ts'
import { carryOnHref } from '../auth/carry-on.ts'
import { CurrentLogin } from '../auth/current-login.ts'
import { answerOnce, sessionProof } from '../auth/form-answer.ts'
import type { FormAnswer } from '../auth/form-answer.ts'
import { sendToLogin } from '../auth/require-login.ts'
import { safeReturnTo } from '../auth/return-to.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { routes } from '../routes.ts'
import { describeKeptForm } from './kept-deed.ts'

/** Where it goes on once it is known who it is. */
export interface WayOn {
  /** Where to go without a form, already checked. */
  returnTo: string
  /** The form that waits. */
  kept: string | null
  /** Whether there was one that is not kept, and has to be sent once more. */
  again: boolean
}

export function readWayOn(read: (name: string) => FormDataEntryValue | null): WayOn {
  const kept = read('kept')
  return {
    returnTo: safeReturnTo(read('returnTo'), routes.account.show.href()),
    kept: typeof kept === 'string' ? kept : null,
    again: read('form') === 'again',
  }
}

/** Where the page is that asks who it is. */
export function stepUpHref({ returnTo, kept, again }: WayOn): string {
  return routes.stepUp.index.href(null, { returnTo, kept, form: again ? 'again' : null })
}

/**
 * Ends a form that confirms a login, as that has ended itself. What waits is there again after the next
 * login of its user, as long as it is kept.
 */
export async function logInAgain(
  context: AppContext,
  dependencies: Pick<Dependencies, 'db' | 'now'>,
): Promise<Response> {
  const form = context.get(FormData)
  const way = readWayOn((name) => form.get(name))
  const waiting = await findForm(dependencies, way)
  const isWaiting = waiting !== undefined && waiting !== 'lost' && !waiting.isDone
  return sendToLogin(stepUpHref(way), isWaiting ? 'kept' : 'again')
}

/** A form that waits for a confirmation. */
export interface WaitingForm {
  id: string
  path: string
  /** What it does. */
  deed: string
  /** Whether it was carried on with already. */
  isDone: boolean
}

/** The form that waits, if it is the user's; `lost` where one has waited that is not kept any more. */
export async function findWaitingForm(
  dependencies: Pick<Dependencies, 'db' | 'now'>,
  userId: number,
  way: WayOn,
): Promise<WaitingForm | 'lost' | undefined> {
  const form = await findForm(dependencies, way)
  return form === 'lost' || form?.userId === userId ? form : undefined
}

/** Whoever's it is. What is kept of other pages waits for a login alone. */
async function findForm(
  { db, now }: Pick<Dependencies, 'db' | 'now'>,
  { kept: id }: WayOn,
): Promise<(WaitingForm & { userId: number }) | 'lost' | undefined> {
  if (id === null) return undefined
  const form = await findKeptForm(db, id, new Date(now()))
  if (!form) return 'lost'
  const deed = describeKeptForm(form)
  if (deed === undefined) return undefined
  const { userId, path, carriedOnAt } = form
  return { id, userId, path, deed, isDone: carriedOnAt !== null }
}

/**
 * Confirms the login by what was proved, and leads on.
 *
 * @param takeProof Uses up what works once, if that is what the proof needs
 */
export async function confirmLogin(
  context: AppContext,
  dependencies: Dependencies,
  way: WayOn,
  takeProof: (tx: Database) => Promise<boolean>,
): Promise<FormAnswer | 'wrong' | 'ended'> {
  const { login } = context.get(CurrentLogin)!
  const { userId } = login
  const form = await findWaitingForm(dependencies, userId, way)
  const location = locationOf(way, form)
  const sentBy = sessionProof(context, dependencies)
  return answerOnce(
    context,
    dependencies,
    async (tx) => {
      const current = await findLoginToChange(tx, login)
      if (!current) return 'ended'
      if (!(await takeProof(tx))) return 'wrong'
      const time = new Date(dependencies.now())
      // Another one, so that a copy of the cookie from before has no part in it.
      const confirmed = await replaceLogin(tx, login.id, time, { confirmedAt: time })
      return { userId, loginId: confirmed!.id, location, notice: null }
    },
    { sentBy },
  )
}

function locationOf(way: WayOn, form: WaitingForm | 'lost' | undefined): string {
  if (!form) return way.returnTo
  // Where it is told.
  return form === 'lost' ? stepUpHref(way) : carryOnHref(form.path, form.id)
}
