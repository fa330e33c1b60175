import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { Cookie } from '../cookie/cookie.ts'
import { isSessionId } from '../id.ts'
import { isJsonObject, parseJson } from '../json.ts'
import type { SessionOrigin, SessionRecord } from '../record.ts'
import { getSessionState, restoreSession } from '../session.ts'
import { SessionStoreError } from '../errors.ts'
import type { Session, SessionStorage } from '../session.ts'

export interface PublishedOptions {
  /**
   * The secrets that signed the old cookies.
   *
   * @default those of the cookie
   */
  secrets?: readonly string[] | undefined
  /**
   * The clock, in milliseconds since 1970.
   *
   * @default Date.now
   */
  now?: (() => number) | undefined
}

/** Sessions of another library: the `from` of a migrating storage. They are read and ended only. */
export interface PublishedStorage extends SessionStorage {
  /** The id under which the session of an old cookie goes on; `null` if its signature is wrong. */
  idIn(raw: string): string | null
}

/** A session and the cookie value that holds it. */
interface CookieOrigin extends SessionOrigin {
  raw: string
}

const WEEK = 7 * 24 * 60 * 60

/**
 * Reads the sessions that `createFsSessionStorage` of `@remix-run/session` stored, and ends them. Their
 * ids are UUIDs; each goes on under the SHA-256 of its own, which is the name of its file.
 *
 * @param cookie The session cookie, of the same name as the old one
 * @param directory The directory that the other storage was given
 */
export function createPublishedFsStorage(
  cookie: Cookie,
  directory: string,
  options: PublishedOptions = {},
): PublishedStorage {
  const { secrets = cookie.secrets, now = Date.now } = options
  const fileOf = (id: string): string => path.join(directory, id.slice(0, 2), id.slice(2))

  return {
    async read(id, options) {
      if (id === null || !isSessionId(id)) return restoreSession(null, options)
      const text = whereItIs(() => fs.readFileSync(fileOf(id), 'utf8'))
      const record = text === null ? null : createRecord(parseJson(text), cookie, now())
      return restoreSession(record && { id, record }, options)
    },
    save: (session) => close(session, (id) => whereItIs(() => fs.unlinkSync(fileOf(id)))),
    idIn(raw) {
      const value = openValue(raw, secrets)
      return value === null ? null : idOf(value)
    },
  }
}

/**
 * Reads the sessions that `createCookieSessionStorage` of `@remix-run/session` put into cookies. They say
 * neither when they began nor that they ended: who kept one can present it for as long as this is used.
 *
 * @param cookie The session cookie, of the same name as the old one
 */
export function createPublishedCookieStorage(
  cookie: Cookie,
  options: PublishedOptions = {},
): PublishedStorage {
  const { secrets = cookie.secrets, now = Date.now } = options

  function parse(raw: string): { i: string; d: unknown } | null {
    const content = parseJson(openValue(raw, secrets) ?? '')
    if (!isJsonObject(content) || typeof content['i'] !== 'string') return null
    return { i: content['i'], d: content['d'] }
  }

  return {
    async read(raw, options) {
      const content = parse(raw ?? '')
      const record = content && createRecord(content.d, cookie, now())
      const origin: CookieOrigin | null = record && { id: idOf(content.i), record, raw: raw! }
      return restoreSession(origin, options)
    },
    save: (session) => close(session),
    idIn(raw) {
      const content = parse(raw)
      return content && idOf(content.i)
    },
    selfAuthenticating: true,
    keptInCookie: () => true,
  }
}

/** The value of a cookie of `@remix-run/cookie`: Base64, a dot, and the HMAC of that in Base64. */
function openValue(raw: string, secrets: readonly string[]): string | null {
  const dot = raw.lastIndexOf('.')
  const encoded = raw.slice(0, Math.max(dot, 0))
  const signature = Buffer.from(raw.slice(dot + 1))
  const isOurs = secrets.some((secret) => {
    const digest = createHmac('sha256', secret).update(encoded).digest('base64')
    const expected = Buffer.from(digest.replace(/=+$/, ''))
    return expected.length === signature.length && timingSafeEqual(expected, signature)
  })
  return isOurs && encoded !== '' ? Buffer.from(encoded, 'base64').toString() : null
}

function idOf(value: string): string {
  return hash('sha256', value)
}

// Nothing tells when it began. From now on it has the limits of any other.
function createRecord(data: unknown, { maxAge = WEEK }: Cookie, now: number): SessionRecord | null {
  const [values, flashes] = Array.isArray(data) ? data : []
  if (!isJsonObject(values) || !isJsonObject(flashes)) return null
  return {
    values,
    flashes: Object.fromEntries(Object.entries(flashes).map(([key, value]) => [key, { value }])),
    createdAt: now,
    renewedAt: now,
    expiresAt: now + maxAge * 1000,
    maxAge,
  }
}

async function close(session: Session, end?: (id: string) => void): Promise<string> {
  const { origin, destroyed, changed } = getSessionState(session)
  if (changed) throw new SessionStoreError('A session of another library is not changed, but moved')
  if (!origin) return ''
  if (!destroyed) return 'raw' in origin ? (origin as CookieOrigin).raw : origin.id
  end?.(origin.id)
  return ''
}

/** What an access to a file answers, `null` where there is none. */
function whereItIs<result>(access: () => result): result | null {
  try {
    return access()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new SessionStoreError('An old session file cannot be read or removed', code)
  }
}
