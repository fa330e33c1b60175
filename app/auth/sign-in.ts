import { Session } from 'remix/session'
import type { Database } from '../../db/connect.ts'
import { deleteLogin, insertLogin } from '../../db/logins.ts'
import type { AppContext } from '../context.ts'
import { CurrentLogin } from './current-login.ts'

// Without "remember me" on a computer that others may use (OWASP ASVS 5.0, 7.3.1).
const SHORT_IDLE_SECONDS = 2 * 60 * 60

export interface SignInOptions {
  userId: number
  /** Whether the login outlives the browser. */
  remember: boolean
  /** In seconds; the idle limit of a login that is remembered. */
  sessionMaxAge: number
}

/** The one way in, for login and registration alike. */
export function signIn(
  context: AppContext,
  db: Database,
  { userId, remember, sessionMaxAge }: SignInOptions,
): void {
  endLogin(context, db)
  const login = insertLogin(db, {
    userId,
    userAgent: context.request.headers.get('User-Agent') ?? '',
    remembered: remember,
    now: new Date(),
  })
  const session = context.get(Session)
  session.set('loginId', login.id)
  // A session id that somebody planted before the login is worth nothing after it.
  session.regenerateId()
  const maxAge = remember ? sessionMaxAge : Math.min(SHORT_IDLE_SECONDS, sessionMaxAge)
  session.setMaxAge(maxAge, { persistent: remember })
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
