import { createAction } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { deleteLogins } from '../../db/logins.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { routes } from '../routes.ts'
import { seeOther } from '../forms/see-other.ts'
import { loadOwnSessions, loginIdsOf } from './own-sessions.ts'

export function createLogoutAction(dependencies: Dependencies) {
  return createAction(routes.logout, async (context) => {
    await signOut(context, dependencies)
    // The session is gone and with it every flash: the address says what happened.
    return seeOther(`${routes.login.index.href()}?signed-out`)
  })
}

/** The one way out. The rows go first: without them no copy of a cookie is worth anything. */
export async function signOut(
  context: AppContext,
  { db, sessions }: Pick<Dependencies, 'db' | 'sessions'>,
): Promise<void> {
  const others = await loadOwnSessions(context, sessions)
  await deleteLogins(db, loginIdsOf(context, others))
  for (const session of others) {
    session.destroy()
    await sessions.storage.save(session)
  }
  context.get(Session).destroy()
}
