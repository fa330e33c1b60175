import { createCookie } from 'remix/cookie'
import { createDeviceBindings } from 'remix/session/device-binding'
import type { DeviceBinding, DeviceBindings } from 'remix/session/device-binding'
import type { Database } from '../../db/database.ts'
import { bindLogin, findBoundLogin, proveBinding } from '../../db/device-bindings.ts'
import type { Login } from '../../db/schema.ts'
import { isActive } from '../auth/active-login.ts'
import type { Config } from '../config.ts'
import { routes } from '../routes.ts'
import { cookieName } from '../session.ts'

type BindingConfig = Pick<
  Config,
  'production' | 'publicOrigin' | 'sessionSecrets' | 'sessionMaxAge' | 'deviceBindingMaxAge'
>

/** Binds logins to the devices of browsers, with their keys in `logins`; `undefined` where that is off. */
export function openDeviceBindings(
  db: Database,
  config: BindingConfig,
  now: () => number,
): DeviceBindings | undefined {
  if (config.deviceBindingMaxAge === undefined) return undefined
  const cookie = createCookie(cookieName('bound', config), {
    secure: true,
    sameSite: 'Lax',
    secrets: [...config.sessionSecrets],
    maxAge: config.deviceBindingMaxAge,
  })
  return createDeviceBindings(
    cookie,
    {
      async find(id) {
        const login = await findBoundLogin(db, id)
        // That the device is at hand does not mean that somebody is using it.
        const isOver = !login || !isActive(login, { config, now })
        return isOver ? undefined : (bindingOf(login) ?? undefined)
      },
      async bind(loginId, { id, publicKey, boundAt }) {
        await db.engine.untilWritable()
        return bindLogin(db, loginId, { id, publicKey, now: new Date(boundAt) })
      },
      async prove(id, provedAt) {
        await db.engine.untilWritable()
        return proveBinding(db, id, new Date(provedAt))
      },
    },
    { path: routes.deviceBinding.href(), now },
  )
}

/** What ties a login to a device; `null` for one that is not. */
export function bindingOf({
  bindingId: id,
  bindingKey: publicKey,
  boundAt,
  provedAt,
}: Login): DeviceBinding | null {
  if (id === null || publicKey === null || !boundAt || !provedAt) return null
  return { id, publicKey, boundAt: boundAt.getTime(), provedAt: provedAt.getTime() }
}
