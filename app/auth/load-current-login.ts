import type { Middleware } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { findLoginWithUser, touchLogin } from '../../db/logins.ts'
import type { Login } from '../../db/schema.ts'
import type { Dependencies } from '../context.ts'
import { readSession } from '../session-values.ts'
import { CurrentLogin } from './current-login.ts'

// Without "remember me" on a computer that others may use (OWASP ASVS 5.0, 7.3.1).
const SHORT_IDLE_SECONDS = 2 * 60 * 60

// Often enough for the list of active logins, seldom enough not to make each page a write.
const TOUCH_AFTER_MS = 5 * 60 * 1000

/**
 * Finds out who is logged in: the session names a row in `logins`. Where the row is gone, the person
 * logged out, changed the password or was deleted, and the session counts as anonymous, also one
 * that lies in a copied cookie. A login that was not used for too long is over as well, while the
 * session goes on with the cart.
 */
export function loadCurrentLogin(
  source: LoginSource,
): Middleware<{ key: typeof CurrentLogin; value: CurrentLogin | null }> {
  const { db, config, now } = source
  return async (context, next) => {
    const current = await findCurrentLogin(context.get(Session)!, source)
    if (current) await noteUse(current.login)
    context.set(CurrentLogin, current)
    return next()
  }

  async function noteUse({ id, lastSeenAt, remembered }: Login): Promise<void> {
    const idleMs = idleLimit(remembered, config.sessionMaxAge) * 1000
    if (now() - lastSeenAt.getTime() > Math.min(TOUCH_AFTER_MS, idleMs / 20)) {
      await touchLogin(db, id, new Date(now()))
    }
  }
}

/** The login that a session names, if it has not ended. */
export async function findCurrentLogin(
  session: Session,
  { db, config, now }: LoginSource,
): Promise<CurrentLogin | null> {
  const id = readSession(session, 'loginId')
  const current = id === undefined ? undefined : await findLoginWithUser(db, id)
  return current && isActive(current.login, config.sessionMaxAge, now()) ? current : null
}

export type LoginSource = Pick<Dependencies, 'db' | 'now'> & {
  config: Pick<Dependencies['config'], 'sessionMaxAge'>
}

/** Whether a login was used lately enough. */
export function isActive(login: Login, sessionMaxAge: number, now: number): boolean {
  return now - login.lastSeenAt.getTime() <= idleLimit(login.remembered, sessionMaxAge) * 1000
}

/** In seconds. */
export function idleLimit(remembered: boolean, sessionMaxAge: number): number {
  return remembered ? sessionMaxAge : Math.min(SHORT_IDLE_SECONDS, sessionMaxAge)
}
