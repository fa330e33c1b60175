import { getSessionState, type Session, type SessionRecord } from 'remix/session'
import type { Cookie } from 'remix/cookie'
import type { Config } from '../config.ts'
import type { Change } from './history.ts'
import type { Operation } from './operations.ts'

/** Name and value together, as browsers count them (RFC 6265bis, 5.6). */
const LARGEST_COOKIE = 4096

/** What this process remembers of a session. */
export interface Memory {
  /** The beginning of the id that it had before its last `regenerateId()`. */
  previousId?: string | undefined
  /** What earlier requests have changed, the latest first. */
  changes: readonly Change[]
}

/** Everything that the inspector shows of a session at one moment. Times are in milliseconds. */
export interface SessionView extends Memory {
  storage: Config['sessionStorage']
  /** `null` while there is nothing to keep. */
  id: string | null
  createdAt: number | null
  /** The earlier one of the two limits. */
  expiresAt: number | null
  idleLimitAt: number | null
  absoluteLimitAt: number | null
  /** Values and unread flashes. */
  data: Record<string, unknown>
  /** The keys of the flashes among them. */
  flash: string[]
  cookie: { name: string; bytes: number; limit: number }
  /** What the store held when this request came. */
  entry: { place: string; record: SessionRecord } | null
  /** What this request has done to the session so far. */
  operations: readonly Operation[]
  /** What saving will do once this page is made. */
  next: string
}

interface ViewOptions {
  config: Pick<Config, 'sessionStorage' | 'sessionDir' | 'sessionLifetime'>
  cookie: Pick<Cookie, 'name' | 'rawValues'>
  /** The request's `Cookie` header. */
  cookieHeader: string | null
  operations?: readonly Operation[]
  memory: Memory
  now: number
}

/** Looks at a session through its state, which changes nothing and consumes nothing. */
export function viewSession(session: Session, options: ViewOptions): SessionView {
  const { config, cookie, cookieHeader, operations = [], memory, now } = options
  const state = getSessionState(session)
  const { values, flashes } = state.copy()
  const record = state.origin?.record
  const [cookieValue] = cookie.rawValues(cookieHeader)
  const isKept = !state.destroyed && (state.origin !== null || state.changed)
  return {
    storage: config.sessionStorage,
    // Asking a session that is not kept for its id would make one.
    id: isKept ? state.id : null,
    createdAt: record?.createdAt ?? null,
    expiresAt: record?.expiresAt ?? null,
    idleLimitAt: record ? record.renewedAt + record.maxAge * 1000 : null,
    absoluteLimitAt: record ? record.createdAt + config.sessionLifetime * 1000 : null,
    data: { ...values, ...flashes },
    flash: Object.keys(flashes),
    cookie: {
      name: cookie.name,
      bytes: cookieValue === undefined ? 0 : Buffer.byteLength(cookie.name + cookieValue),
      limit: LARGEST_COOKIE,
    },
    entry: state.origin && { place: placeOf(config, state.origin.id), record: state.origin.record },
    operations,
    next: foretell(session, config.sessionStorage, now),
    ...memory,
  }
}

function placeOf({ sessionStorage, sessionDir }: ViewOptions['config'], id: string): string {
  switch (sessionStorage) {
    case 'cookie':
      return 'in the cookie itself, encrypted; this is what it says'
    case 'fs':
      return `${sessionDir}/${id}.json`
    case 'memory':
      return 'in a Map of this process, under the id'
    case 'redis':
      return 'in Redis, under the SHA-256 of the id'
    case 'database':
      return 'in the table sessions of the database, under the SHA-256 of the id'
  }
}

// The page is made before the session is saved, so it cannot report that, only say what is due.
function foretell(session: Session, storage: SessionView['storage'], now: number): string {
  const state = getSessionState(session)
  const record = state.origin?.record
  if (state.destroyed) return 'the session is deleted and its cookie removed'
  if (state.changed) {
    return storage === 'cookie' || !record || state.regenerated
      ? 'the change is saved and a new cookie is sent'
      : 'the change is saved and the cookie stays as it is'
  }
  if (!record) return 'nothing is stored and no cookie is sent, because the session is empty'
  const tenthOf = (time: number): number =>
    Math.floor((time - record.createdAt) / (record.maxAge * 100))
  if (state.touched && tenthOf(now) > tenthOf(record.renewedAt)) {
    return 'its idle limit is renewed and a new cookie is sent'
  }
  return 'nothing is saved and no cookie is sent, because nothing has changed'
}
