// What becomes of a session between its cookie and its record, whatever the store:
//
//   read      The cookie's value is an id. No record of it, or an expired one, is a new session; one
//             with a successor is a new session too, which knows that it came too late.
//   save      Nothing changed: nothing is written, unless a renewal is due.
//             Changed: `update` applies the changes, not the session, to the latest record.
//             New: `create`. New id: `replace`, which leaves the successor under the old one.
//             Destroyed or reset: `delete`, its aliases too.
//   too late  The record has gone or has a successor by then. What was written goes into the successor
//             if there is one, else it is a `SessionEndedError`; what was only read is no loss.

import { FlashClaims } from '../flashes.ts'
import { randomText } from '../random.ts'
import { applyChanges, emptyRecord } from '../record.ts'
import type { SessionChanges, SessionRecord, SessionTimes } from '../record.ts'
import { isSessionId } from '../id.ts'
import { checkFunctions } from '../options.ts'
import type { SessionState } from '../state.ts'
import { SessionEndedError, SessionStoreError } from '../errors.ts'
import { getSessionState, restoreSession } from '../session.ts'
import type { ReadOptions, Session, SessionStorage } from '../session.ts'
import { SessionClock } from '../time-limits.ts'
import type { TimeLimits } from '../time-limits.ts'
import { warn } from '../warning.ts'
import { endSession, moveToNewId, updateSuccessor } from './old-id.ts'
import type { SessionStore } from './store.ts'

export { applyChanges } from '../record.ts'
export type { SessionChanges, SessionRecord } from '../record.ts'
export type { TimeLimits } from '../time-limits.ts'
export type { SessionStore } from './store.ts'

/**
 * Makes a session storage of a store for records: ids, time limits, flashes read once, merging.
 *
 * @throws RangeError if a time limit is not positive; TypeError if the store lacks a function, a limit
 *   is no number, or its name is misspelt by case, `-` or `_`, as `maxage`
 */
export function createCustomSessionStorage(
  store: SessionStore,
  limits: TimeLimits = {},
): SessionStorage {
  checkFunctions('A session store', store, ['read', 'create', 'update', 'replace', 'delete'])
  const clock = new SessionClock(limits)
  const claims = new FlashClaims(clock.now)

  async function read(cookie: string | null, options?: ReadOptions): Promise<Session> {
    const record = cookie !== null && isSessionId(cookie) ? await store.read(cookie) : null
    const isAlive = record !== null && !clock.hasExpired(record, options?.maxAge)
    const isReplaced = isAlive && record.successor !== undefined
    const origin = isAlive && !isReplaced ? { id: cookie!, record } : null
    const session = restoreSession(origin, options)
    const state = getSessionState(session)
    state.replaced = isReplaced
    state.values.flashes.claims = claims
    return session
  }

  async function save(session: Session): Promise<string> {
    const state = getSessionState(session)
    while (state.storing) await state.storing.catch(() => {})
    state.storing = saveNow(state)
    return state.storing.finally(() => (state.storing = null))
  }

  async function saveNow(state: SessionState): Promise<string> {
    if (state.former) await endSession(store, state.former)
    if (state.destroyed) {
      if (state.origin) await endSession(store, state.origin)
      return ''
    }
    const chosen = state.ownLimit
    if (!clock.changesLimit(state)) state.ownLimit = null
    const { origin, changed } = state
    if (origin === null) return changed ? begin(state) : ''
    const isDue = clock.isRenewalDue(origin.record, state.cookieMaxAge)
    const renewing = isDue && state.touched && state.values.flashes.mode === 'take'
    const changing = changed || renewing || (state.values.repeated && (await isUndone(state)))
    // Last, as what was read for it takes time.
    const isGone = clock.hasExpired(origin.record, state.cookieMaxAge) && (await isOver(state))
    if (!changing && !isGone) return origin.id
    const changes = changesOf(state)
    const record = isGone ? null : await storeChanges(state, changes)
    if (record === null || record.successor !== undefined) {
      return saveLate(state, changes, record, chosen)
    }
    state.saved({ id: state.id, record })
    return state.id
  }

  // Whoever came after the limit was told that the session is over, so it must not come back. But another
  // request may have renewed it since this one read it.
  async function isOver({ origin, cookieMaxAge }: SessionState): Promise<boolean> {
    const latest = await store.read(origin!.id)
    return latest === null || clock.hasExpired(latest, cookieMaxAge)
  }

  // What was set to what it was is no change, but of two requests at once the last save wins.
  async function isUndone({ id, values }: SessionState): Promise<boolean> {
    const latest = await store.read(id)
    return latest === null || latest.successor !== undefined || values.isUndone(latest)
  }

  async function begin(state: SessionState): Promise<string> {
    // Whoever still has the old id gets no new session, unless somebody has just proved who it is.
    if (state.replaced && !state.regenerated) throw new SessionEndedError()
    const { id } = state
    const changes = changesOf(state)
    const record = applyChanges(emptyRecord(changes.times), changes)
    await store.create(id, record)
    state.saved({ id, record })
    return id
  }

  function changesOf(state: SessionState): SessionChanges & { times: SessionTimes } {
    const changes = state.changes()
    for (const flash of changes.flash) flash[2] = randomText(9, 'base64url')
    // A session that a migration moves brings its own.
    changes.times ??= clock.timesFor(state)
    return changes as SessionChanges & { times: SessionTimes }
  }

  async function storeChanges(
    state: SessionState,
    changes: SessionChanges,
  ): Promise<SessionRecord | null> {
    const { id, regenerated, written, origin, values } = state
    if (regenerated) return moveToNewId(store, state, changes, clock)
    try {
      return await store.update(id, changes)
    } catch (error) {
      // A store that can be read but not written still serves pages that only read.
      if (written || !(error instanceof SessionStoreError)) throw error
      if (values.repeated && (await isUndone(state))) throw error
      values.giveBackFlashes()
      warnOnce(error)
      return origin!.record
    }
  }

  let warned = false
  function warnOnce({ message }: SessionStoreError): void {
    if (warned) return
    warned = true
    warn(
      `${message}. Pages that only read are answered: flashes are shown again, nothing is renewed.`,
      'SessionStorageWarning',
    )
  }

  /** Finds a place for what a request changed whose session ended or got a new id meanwhile. */
  async function saveLate(
    state: SessionState,
    changes: SessionChanges,
    left: SessionRecord | null,
    chosen: SessionState['ownLimit'],
  ): Promise<string> {
    const { written, regenerated, ownLimit } = state
    // Removing alone makes no session: the browser would lose the new one for an empty one.
    if (regenerated && state.values.adds) {
      state.startAnew()
      state.ownLimit = chosen // also where the session that ended had the same
      return begin(state)
    }
    // An idle limit of the old session says nothing of the new one.
    const isFollowed = ownLimit === null && left !== null
    const record = isFollowed ? await updateSuccessor(store, left, changes) : null
    const isKept = record !== null && !clock.hasExpired(record, state.cookieMaxAge)
    if (written && !isKept) throw new SessionEndedError()
    state.values.saved(state.origin!.record)
    return ''
  }

  return { read, save }
}
