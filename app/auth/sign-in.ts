import { Session } from 'remix/session'
import type { Database } from '../../db/connect.ts'
import { deleteLogin, deleteLoginsIdleSince, insertLogin } from '../../db/logins.ts'
import type { Login } from '../../db/schema.ts'
import { findUserById } from '../../db/users.ts'
import { handOverCart } from '../cart/cart.ts'
import type { AppContext } from '../context.ts'
import type { Dependencies } from '../dependencies.ts'
import { CurrentLogin, TOUCH_AFTER_MS } from './current-login.ts'
import { Device } from './device.ts'

// Without "remember me" on a computer that others may use (OWASP ASVS 5.0, 7.3.1).
const SHORT_IDLE_SECONDS = 2 * 60 * 60

export interface SignInOptions {
  userId: number
  /** Whether the login outlives the browser. */
  remember: boolean
}

/** The one way in, for login and registration alike. */
export function signIn(
  context: AppContext,
  { db, config, now }: Pick<Dependencies, 'db' | 'config' | 'now'>,
  { userId, remember }: SignInOptions,
): void {
  endLogin(context, db)
  deleteLoginsIdleSince(db, new Date(now() - config.sessionMaxAge * 1000 - TOUCH_AFTER_MS))
  const login = insertLogin(db, {
    userId,
    userAgent: context.request.headers.get('User-Agent') ?? '',
    remembered: remember,
    now: new Date(now()),
  })
  const session = context.get(Session)
  session.set('loginId', login.id)
  handOverCart(session, userId)
  // A session id that somebody planted before the login is worth nothing after it.
  session.regenerateId()
  session.setMaxAge(idleLimit(remember, config.sessionMaxAge), { persistent: remember })
  context.get(Device).trust(findUserById(db, userId)!)
}

/** Whether the session of a login may still be there, as far as its row can tell. */
export function isActive(login: Login, sessionMaxAge: number, now: number): boolean {
  const idleMs = now - login.lastSeenAt.getTime()
  return idleMs <= idleLimit(login.remembered, sessionMaxAge) * 1000 + TOUCH_AFTER_MS
}

function idleLimit(remembered: boolean, sessionMaxAge: number): number {
  return remembered ? sessionMaxAge : Math.min(SHORT_IDLE_SECONDS, sessionMaxAge)
}

/** The one way out. The row goes first: without it no copy of the cookie is worth anything. */
export function signOut(context: AppContext, db: Database): void {
  endLogin(context, db)
  context.get(Session).destroy()
}

function endLogin(context: AppContext, db: Database): void {
  const current = context.get(CurrentLogin)
  if (current) deleteLogin(db, current.login.id, current.user.id)
}
