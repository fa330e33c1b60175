import { createContextKey } from 'remix/fetch-router'
import type { Middleware } from 'remix/fetch-router'
import { Session } from 'remix/session'
import type { Database } from '../../db/connect.ts'
import { findLoginWithUser, touchLogin } from '../../db/logins.ts'
import type { SignedInUser } from '../../db/logins.ts'
import type { Login } from '../../db/schema.ts'
import { routes } from '../routes.ts'
import { readSession } from '../session-values.ts'
import { seeOther } from '../see-other.ts'

export interface CurrentLogin {
  login: Login
  user: SignedInUser
}

/** Context key: who is signed in, `null` for everybody else. */
export const CurrentLogin = createContextKey<CurrentLogin | null>()

/** Often enough for the list of active logins, seldom enough not to make each page a write. */
export const TOUCH_AFTER_MS = 5 * 60 * 1000

/**
 * Finds out who is signed in: the session names a row in `logins`. Where the row is gone, the person
 * logged out, changed the password or was deleted, and the session counts as anonymous, also one
 * that lies in a copied cookie.
 */
export function loadCurrentLogin(
  db: Database,
  now: () => number,
): Middleware<{ key: typeof CurrentLogin; value: CurrentLogin | null }> {
  return (context, next) => {
    const loginId = readSession(context.get(Session)!, 'loginId')
    const current = loginId === undefined ? null : (findLoginWithUser(db, loginId) ?? null)
    if (current && now() - current.login.lastSeenAt.getTime() > TOUCH_AFTER_MS) {
      touchLogin(db, current.login.id, new Date(now()))
    }
    context.set(CurrentLogin, current)
    return next()
  }
}

/** Sends whoever is not signed in to the login form, and back here afterwards. */
export function requireLogin(): Middleware {
  return (context, next) => {
    if (context.get(CurrentLogin)) return next()
    const { pathname, search } = context.url
    const returnTo = context.method === 'GET' ? pathname + search : null
    return seeOther(routes.login.index.href(null, { returnTo }))
  }
}
