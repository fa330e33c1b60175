import { findKeptForm, keepForm, useUpKeptForm } from '../../db/kept-forms.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { routes } from '../routes.ts'
import { NoticeNow } from '../ui/notices.ts'
import { CurrentLogin } from './current-login.ts'
import { Device } from './device.ts'

export const lostForm =
  'What you sent is not kept any more. If it was not done yet, please send the form again.'

/**
 * What the same user typed into the form of this page before having to log in again. The page tells where
 * that is not kept any more.
 */
export async function readKeptForm(
  context: AppContext,
  { db, now }: Pick<Dependencies, 'db' | 'now'>,
): Promise<Record<string, string> | undefined> {
  const id = context.url.searchParams.get('kept')
  const current = context.get(CurrentLogin)
  if (id === null || !current) return undefined
  const kept = await findKeptForm(db, id, new Date(now()))
  if (!kept) context.set(NoticeNow, { kind: 'error', text: lostForm })
  const isOurs = kept?.path === context.url.pathname && kept.userId === current.user.id
  return isOurs && kept.carriedOnAt === null ? kept.fields : undefined
}

/** Whether something came of a form: it was not refused, and led to no login or confirmation before. */
export function isDone({ status, headers }: Response): boolean {
  if (status >= 400) return false
  const path = headers.get('Location')?.split('?')[0]
  return path !== routes.login.index.href() && path !== routes.stepUp.index.href()
}

/**
 * What was shown again is sent now. Only that one: the same page in another tab may wait for a login as
 * well, or for a confirmation.
 */
export async function useUpShownForm(
  context: AppContext,
  { db, now }: Pick<Dependencies, 'db' | 'now'>,
  userId: number,
  path: string,
): Promise<void> {
  const id = context.get(FormData).get('kept')
  if (typeof id === 'string') await useUpKeptForm(db, { id, userId, path }, new Date(now()))
}

/** Keeps a form if it may be, and answers under which id. */
export async function keepFields(
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
export function isOfDevice(context: AppContext): boolean {
  const { userId } = context.get(Device)
  return userId !== undefined && context.get(FormData).get('madeFor') === String(userId)
}
