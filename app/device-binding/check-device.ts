import type { CurrentLogin } from '../auth/current-login.ts'
import type { Dependencies } from '../context.ts'
import { bindingOf } from './device-bindings.ts'

/**
 * Whether a login counts for a request: what is bound to a device, only with a proof of that. Without it
 * in the first half minute, when it may be on its way, it counts as one that was not confirmed lately, so
 * that nothing is done that asks for that.
 */
export function checkDevice(
  request: Request,
  current: CurrentLogin,
  { deviceBindings }: Pick<Dependencies, 'deviceBindings'>,
): CurrentLogin | null {
  const binding = deviceBindings ? bindingOf(current.login) : null
  switch (deviceBindings?.check(request.headers.get('Cookie'), binding)) {
    case 'stale':
      return null
    case 'new':
      return { ...current, login: { ...current.login, confirmedAt: new Date(0) } }
    default:
      return current
  }
}
