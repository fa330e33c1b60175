// The cookie's value is the session: its id and its record, packed, in an envelope that seal.ts closes.
//
//   read     Opens the envelope, unless this process opened the same a moment ago. One that cannot be
//            opened, has expired, or is known here to have ended is a new session.
//   save     Applies the changes to the record that came, and seals it. Nothing changed: the value that
//            came goes back as it is, unless a renewal is due or an older secret sealed it.
//   end      There is nothing to delete. The id is remembered in this process for as long as a request
//            may still be under way with it: that one sees a new session and writes nothing.
//   new id   The record keeps the beginnings of the ids before, by which the middleware knows which of
//            two cookies became the other. A new session does as well, of all that the request brought.
//   hidden   A cookie of before, with another Domain or Path, cannot be removed by its name alone. Each
//            session knows where its cookie is, and until when it may hide others: where it does, it is
//            followed by an empty one when it ends, which counts before them.

import { BoundedMap } from '../bounded-map.ts'
import { LARGEST_COOKIE } from '../cookie/attributes.ts'
import type { Cookie } from '../cookie/cookie.ts'
import { CookieSeal } from './seal.ts'
import { ID_LENGTH, isSessionId, beginningOf, hashOf } from '../id.ts'
import { applyChanges, emptyRecord, GRACE_SECONDS, packRecord, unpackRecord } from '../record.ts'
import type { SessionOrigin, SessionRecord } from '../record.ts'
import { SessionState } from '../state.ts'
import { SessionEndedError, SessionTooLargeError } from '../errors.ts'
import { getSessionState, restoreSession } from '../session.ts'
import type { ReadOptions, Session, SessionStorage } from '../session.ts'
import { SessionClock } from '../time-limits.ts'
import type { TimeLimits } from '../time-limits.ts'

// A browser that is in use sends one cookie many times; opening it costs more than all the rest.
const MOST_REMEMBERED = 1000
// Sessions that ended in this process and are known to have, for as long as a grace lasts.
const MOST_ENDED = 10_000
// As many as a request brings at most.
const MOST_PREVIOUS = 8

/** A session and the cookie value that holds it. */
interface SealedSession extends SessionOrigin {
  value: string
  /** What opened it; whether that took an older secret. */
  seal: CookieSeal
  outdated: boolean
}

/**
 * Keeps the whole session in the cookie, encrypted and authenticated with keys derived from the
 * cookie's secrets. Nothing is stored on the server, so two things are not possible here that other
 * storages promise: of two requests at once the later response wins whole, and a cookie that
 * somebody copied stays readable until it expires, `destroy()` or not. Keep the id of a row in the
 * session, as of a login, and delete the row to end it for good.
 *
 * That a session ended or got a new id is known for half a minute, in this process.
 *
 * @throws TypeError if there is no cookie, or it has no secrets
 * @throws RangeError if a time limit is not positive; TypeError if one is no number, or its name is
 *   misspelt by case, `-` or `_`, as `maxage`
 */
export function createCookieSessionStorage(
  cookie: Cookie,
  limits: TimeLimits = {},
): SessionStorage {
  if (!Array.isArray((cookie as Cookie | undefined)?.secrets)) {
    throw new TypeError(
      'Sessions in a cookie need the one that createCookie(name, { secrets }) makes',
    )
  }
  const seal = new CookieSeal(cookie.name, cookie.secrets)
  const clock = new SessionClock(limits)
  const place = placeOf(cookie)
  const remembered = new BoundedMap<string, SealedSession>(MOST_REMEMBERED)
  const ended = new BoundedMap<string, { until: number; replaced: boolean }>(MOST_ENDED)

  async function read(value: string | null, options: ReadOptions = {}): Promise<Session> {
    const maxAge = options.maxAge ?? cookie.maxAge
    const sealed = typeof value === 'string' ? recall(value) : null
    const end = sealed && endOf(sealed)
    const isAlive = sealed !== null && !end && !clock.hasExpired(sealed.record, maxAge)
    const session = restoreSession(isAlive ? sealed : null, { ...options, maxAge })
    const state = getSessionState(session)
    state.replaced = end?.replaced ?? false
    if (end) state.ended = sealed
    return session
  }

  function recall(value: string): SealedSession | null {
    const known = remembered.get(tagOf(value))
    if (known?.value === value) return known
    const opened = seal.open(value)
    const origin = opened && unpack(opened.text)
    if (!origin) return null
    const sealed = { ...origin, value, seal, outdated: opened.outdated }
    remembered.set(tagOf(value), sealed)
    return sealed
  }

  function endOf({ id }: SessionOrigin): { replaced: boolean } | undefined {
    if (ended.size === 0) return undefined
    const end = ended.get(id)
    return end && end.until > clock.now() ? end : undefined
  }

  function end(id: string, replaced: boolean): void {
    ended.set(id, { until: clock.now() + GRACE_SECONDS * 1000, replaced })
  }

  async function save(session: Session): Promise<string> {
    const state = getSessionState(session)
    const { former } = state
    const value = saveNow(state)
    // Where it failed the browser keeps the cookie of before.
    if (former) end(former.id, false)
    return value
  }

  function saveNow(state: SessionState): string {
    const { former, origin } = state
    const known = origin ?? former
    const late = known && endOf(known)
    // What it became may belong to somebody who has logged in since.
    if (late?.replaced && (former || state.destroyed)) throw new SessionEndedError()
    if (state.destroyed) {
      if (origin) end(origin.id, false)
      return hideOthers(state)
    }
    const isOver = late || (origin && clock.hasExpired(origin.record, state.cookieMaxAge))
    if (origin && isOver) return saveLate(state)
    if (!clock.changesLimit(state)) state.ownLimit = null
    if (!state.changed) {
      if (!origin) return state.wasReset ? hideOthers(state) : ''
      if (isSealedHere(origin) && !isRenewing(state, origin)) return origin.value
    }
    if (state.replaced && !state.regenerated) throw new SessionEndedError()
    return sealNow(state)
  }

  /** There is no store in which a change could find its session again. */
  function saveLate(state: SessionState): string {
    if (state.regenerated && state.values.adds) {
      state.startAnew()
      return sealNow(state)
    }
    if (state.written) throw new SessionEndedError()
    return ''
  }

  function sealNow(state: SessionState): string {
    const { id, origin, deleteId } = state
    const changes = state.changes()
    // A session that a migration moves brings its own.
    changes.times ??= clock.timesFor(state, hiddenUntil(state) > 0)
    const record = applyChanges(origin?.record ?? emptyRecord(changes.times), changes)
    if (origin?.id !== id) keepPrevious(record, state)
    const sealed = close(id, record, state)
    if (deleteId !== undefined) end(deleteId, true)
    state.saved(sealed)
    return sealed.value
  }

  function close(id: string, record: SessionRecord, state: SessionState): SealedSession {
    setOrDrop(record, 'place', place)
    setOrDrop(record, 'hidesUntil', hiddenUntil(state) || undefined)
    const value = seal.close(pack({ id, record }))
    const bytes = cookie.name.length + value.length
    if (bytes > LARGEST_COOKIE) {
      throw new SessionTooLargeError('The session cookie', bytes, LARGEST_COOKIE, record)
    }
    return { id, record, value, seal, outdated: false }
  }

  /**
   * Leaves an empty session in place of one that ended, which counts before all that the browser has.
   *
   * @returns Its value; `''` where there are no others, or a later answer has told the browser what counts
   */
  function hideOthers(state: SessionState): string {
    if (state.replaced || hiddenUntil(state) === 0) return ''
    const anew = new SessionState()
    anew.cookieMaxAge = state.cookieMaxAge
    const record = emptyRecord(clock.timesFor(anew, true))
    keepPrevious(record, state)
    const sealed = close(anew.id, record, state)
    state.saved(sealed)
    return sealed.value
  }

  /** Of the values that the request brought, those that could count, were there no others. */
  function validAmong({ keeper, cookieMaxAge }: SessionState): SealedSession[] {
    const sessions = (keeper?.sent ?? []).map(recall).filter((sealed) => sealed !== null)
    return sessions.filter(({ record }) => !clock.hasExpired(record, cookieMaxAge))
  }

  /**
   * Until when the browser has other cookies of the name beside the one that an answer sets; 0 if there are
   * none. It replaces the one that counts, if that is in the same place; which other it does, nobody knows.
   */
  function hiddenUntil(state: SessionState): number {
    const now = clock.now()
    let until = now
    for (const { value, record } of validAmong(state)) {
      const stays = value !== state.keeper!.cookie || record.place !== place
      // A limit that was raised since lets it live on beyond its end.
      if (stays) until = Math.max(until, record.expiresAt, now + 1)
      until = Math.max(until, record.hidesUntil ?? 0)
    }
    return until > now ? until : 0
  }

  // Those that came with the request first: the browser still has them.
  function keepPrevious(record: SessionRecord, state: SessionState): void {
    const before = state.origin ?? state.former
    const all = [...(before ? [before] : []), ...validAmong(state)]
    const ids = all.map(({ id }) => beginningOf(id))
    const beginnings = new Set([...ids, ...all.flatMap((each) => each.record.previous ?? [])])
    if (beginnings.size > 0) record.previous = [...beginnings].slice(0, MOST_PREVIOUS)
  }

  // With an older secret only where the session is used, else the late answer to an image would overwrite
  // a newer cookie.
  function isRenewing(
    { touched, values, cookieMaxAge }: SessionState,
    origin: SealedSession,
  ): boolean {
    const isDue = origin.outdated || clock.isRenewalDue(origin.record, cookieMaxAge)
    return touched && values.flashes.mode === 'take' && isDue
  }

  function isSealedHere(origin: SessionOrigin): origin is SealedSession {
    return 'seal' in origin && origin.seal === seal
  }

  return { read, save, selfAuthenticating: true, keptInCookie: () => true }
}

// The end of the value is enough to find it again, and a fraction of the work to hash.
function tagOf(value: string): string {
  return value.slice(-22)
}

// A browser tells two cookies of a name apart by these (RFC 6265, 5.3; CHIPS for partitions).
function placeOf({ domain, path, partitioned }: Cookie): string | undefined {
  const place = JSON.stringify([domain?.toLowerCase().replace(/^\./, '') ?? '', path, partitioned])
  return place === '["","/",false]' ? undefined : hashOf(place).slice(0, 8)
}

function setOrDrop<key extends 'place' | 'hidesUntil'>(
  record: SessionRecord,
  key: key,
  value: SessionRecord[key],
): void {
  if (value !== undefined) record[key] = value
  else if (key in record) delete record[key]
}

// Only the id stays as it is: a shorter spelling saves 28 characters and takes nearly as long as all
// the rest of packing.
function pack({ id, record }: SessionOrigin): string {
  return id + packRecord(record)
}

function unpack(text: string): SessionOrigin | null {
  const id = text.slice(0, ID_LENGTH)
  const record = unpackRecord(text.slice(ID_LENGTH))
  return record && isSessionId(id) ? { id, record } : null
}
