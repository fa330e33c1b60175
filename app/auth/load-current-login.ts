import type { Middleware } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { findLoginWithUser, touchLogin } from '../../db/logins.ts'
import type { Login } from '../../db/schema.ts'
import type { Dependencies } from '../context.ts'
import { DeviceNotes } from '../device-binding/bind-to-device.ts'
import { checkDevice } from '../device-binding/check-device.ts'
import { readSession } from '../session-values.ts'
import { idleLimit, isActive } from './active-login.ts'
import { CurrentLogin } from './current-login.ts'

// Often enough for the list of active logins, seldom enough not to make each page a write.
const TOUCH_AFTER_MS = 5 * 60 * 1000

/**
 * Finds out who is logged in: the session names a row in `logins`. Where the row is gone, the person
 * logged out, changed the password or was deleted, and the session counts as anonymous, also one
 * that lies in a copied cookie. A login that was not used for too long is over as well, while the
 * session goes on with the cart. One that is bound to a device counts on that device alone.
 */
export function loadCurrentLogin(
  source: LoginSource,
): Middleware<{ key: typeof CurrentLogin; value: CurrentLogin | null }> {
  const { db, config, now } = source
  return async (context, next) => {
    const found = await findLogin(context.get(Session)!, source)
    const current = found && checkDevice(context.request, found, source)
    if (current) await noteUse(current.login)
    else if (found) context.get(DeviceNotes)!.stale = found.login
    context.set(CurrentLogin, current)
    return next()
  }

  async function noteUse({ id, lastSeenAt, remembered }: Login): Promise<void> {
    const idleMs = idleLimit(remembered, config.sessionMaxAge) * 1000
    // Also where the clock was set back: else it would not be idle until it has caught up.
    if (Math.abs(now() - lastSeenAt.getTime()) > Math.min(TOUCH_AFTER_MS, idleMs / 20)) {
      await touchLogin(db, id, new Date(now()))
    }
  }
}

/** Who is logged in by a session and the device that sent the request. */
export async function findCurrentLogin(
  request: Request,
  session: Session,
  source: LoginSource,
): Promise<CurrentLogin | null> {
  const found = await findLogin(session, source)
  return found && checkDevice(request, found, source)
}

/** The login that a session names, if it has not ended. */
async function findLogin(session: Session, source: LoginSource): Promise<CurrentLogin | null> {
  const id = readSession(session, 'loginId')
  const found = id === undefined ? undefined : await findLoginWithUser(source.db, id)
  return found && isActive(found.login, source) ? found : null
}

export type LoginSource = Pick<Dependencies, 'db' | 'deviceBindings' | 'now'> & {
  config: Pick<Dependencies['config'], 'sessionMaxAge'>
}
