import { createAction } from 'remix/fetch-router'
import type { Dependencies } from '../dependencies.ts'
import { routes } from '../routes.ts'
import { seeOther } from '../see-other.ts'
import { signOut } from './sign-in.ts'

export function createLogoutAction({ db }: Dependencies) {
  return createAction(routes.logout, (context) => {
    signOut(context, db)
    // The session is gone and with it every flash: the address says what happened.
    return seeOther(`${routes.login.index.href()}?signed-out`)
  })
}
