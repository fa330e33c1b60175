import { hash, randomBytes } from 'node:crypto'
import { createCookie } from 'remix/cookie'
import type { Cookie } from 'remix/cookie'
import { createContextKey } from 'remix/fetch-router'
import type { Middleware } from 'remix/fetch-router'
import type { User } from '../../db/schema.ts'
import type { Config } from '../config.ts'
import { withHeaders } from '../middleware/response-headers.ts'
import { cookieName } from '../session.ts'

/**
 * A browser and the account it was last logged in to, by a cookie that outlives every session. It
 * logs nobody in: wrong passwords from it are counted by themselves, so that who guesses elsewhere
 * does not keep the owner out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
 */
export interface Device {
  /** The account to which it was logged in last. */
  readonly userId: number | undefined
  /** Its id, if it was logged in to this account since the password is what it is. */
  idFor(user: DeviceUser): string | undefined
  /** The browser has just proved that it is the user's. */
  trust(user: DeviceUser): void
  /** The same, under a new id by which it is remembered: nobody has a copy of that one. */
  rename(user: DeviceUser, newId: string): void
}

type DeviceUser = Pick<User, 'id' | 'passwordHash'>

/** Context key: the device that sent the request. */
export const Device = createContextKey<Device>()

const LIFETIME_SECONDS = 400 * 24 * 60 * 60 // Browsers keep no cookie for longer (RFC 6265bis).

type DeviceConfig = Pick<Config, 'production' | 'publicOrigin' | 'sessionSecrets'>

export function createDeviceCookie({
  production,
  publicOrigin,
  sessionSecrets,
}: DeviceConfig): Cookie {
  return createCookie(cookieName('device', { production, publicOrigin }), {
    httpOnly: true,
    secure: production,
    sameSite: 'Lax',
    secrets: [...sessionSecrets],
    maxAge: LIFETIME_SECONDS,
  })
}

export function loadDevice(cookie: Cookie): Middleware<{ key: typeof Device; value: Device }> {
  return async (context, next) => {
    const value = await cookie.parse(context.request.headers.get('Cookie'))
    const [, id, userId, tag] = /^([\w-]{16})\.(\d{1,15})\.([\w-]{8})$/.exec(value ?? '') ?? []
    let news: string | undefined

    function nameIt(newId: string, user: DeviceUser): void {
      news = `${newId}.${user.id}.${tagOf(user.passwordHash)}`
    }

    context.set(Device, {
      userId: userId === undefined ? undefined : Number(userId),
      idFor: (user) =>
        Number(userId) === user.id && tag === tagOf(user.passwordHash) ? id : undefined,
      trust: (user) => nameIt(id ?? createDeviceId(), user),
      rename: (user, newId) => nameIt(newId, user),
    })

    const answer = await next()
    if (news === undefined) return answer
    const setCookie = await cookie.serialize(news)
    return withHeaders(answer, (headers) => headers.append('Set-Cookie', setCookie))
  }
}

/** @param secret What nobody can guess, at random by default */
export function createDeviceId(secret = randomBytes(12).toString('base64url')): string {
  return secret.slice(0, 16)
}

// Of the hash of the password: with a new one the devices of before are strangers, which a thief may
// have collected who knew the old one.
function tagOf(passwordHash: string): string {
  return hash('sha256', passwordHash, 'base64url').slice(0, 8)
}
