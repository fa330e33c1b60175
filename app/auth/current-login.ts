import { createContextKey } from 'remix/fetch-router'
import type { SignedInUser } from '../../db/logins.ts'
import type { Login } from '../../db/schema.ts'

export interface CurrentLogin {
  login: Login
  user: SignedInUser
}

/** Context key: who is logged in, `null` for everybody else. */
export const CurrentLogin = createContextKey<CurrentLogin | null>()
