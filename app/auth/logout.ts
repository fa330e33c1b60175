import { createAction } from 'remix/fetch-router'
import type { Dependencies } from '../context.ts'
import { routes } from '../routes.ts'
import { seeOther } from '../forms/see-other.ts'
import { signOut } from './sign-in.ts'

export function createLogoutAction(dependencies: Dependencies) {
  return createAction(routes.logout, async (context) => {
    await signOut(context, dependencies)
    // The session is gone and with it every flash: the address says what happened.
    return seeOther(`${routes.login.index.href()}?signed-out`)
  })
}
