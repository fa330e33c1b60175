import { Session } from 'remix/session'
import { findLoginWithUser } from '../../db/logins.ts'
import { findUserById } from '../../db/users.ts'
import type { AppContext, Dependencies } from '../context.ts'
import { DeviceNotes } from '../device-binding/bind-to-device.ts'
import { CurrentLogin } from './current-login.ts'
import { Device } from './device.ts'

/** Makes the session that of a login, with an id that nobody knew before. */
export async function enterLogin(
  context: AppContext,
  { db, config }: Pick<Dependencies, 'db' | 'config'>,
  loginId: string,
): Promise<void> {
  if (context.get(CurrentLogin)?.login.id === loginId) return
  const entered = await findLoginWithUser(db, loginId)
  const user = entered && (await findUserById(db, entered.user.id))
  if (!user) return

  const session = context.get(Session)
  session.set('loginId', loginId)
  session.unset('wayOn')
  session.unset('registration')
  session.unset('pendingLoginId')
  session.unset('passkeyChallenges')
  // Who was here before, or planted the session, may know it, and would know all codes of this user.
  if (context.get(CurrentLogin)?.user.id !== user.id) session.unset('newTotpSecret')
  // A session id that somebody planted before the login is worth nothing after it.
  session.regenerateId()
  // Not the limit of the login, which its row has: the cart stays when that has passed.
  session.setMaxAge(config.sessionMaxAge, { persistent: entered.login.remembered })
  context.get(Device).trust(user)
  context.get(DeviceNotes).entered = entered.login
}
