import { randomText } from './random.ts'
import { applyChanges, emptyRecord, hasFreeFlash, noChanges } from './session-record.ts'
import type { SessionChanges, SessionRecord } from './session-record.ts'
import { isSessionId } from './session-id.ts'
import type { SessionState } from './session-state.ts'
import type { ReadOptions, SessionStorage } from './session-storage.ts'
import { getSessionState, restoreSession, Session } from './session.ts'
import { SessionClock } from './time-limits.ts'
import type { TimeLimits } from './time-limits.ts'

export { applyChanges } from './session-record.ts'
export type { SessionChanges, SessionRecord } from './session-record.ts'
export type { TimeLimits } from './time-limits.ts'

type Awaitable<value> = value | Promise<value>

/**
 * A place for session records: a Map, a directory, a table. Implement these five, each atomic, and
 * `createCustomSessionStorage` makes a storage of it with every guarantee of the others.
 *
 * A store that cannot answer throws or rejects, best with a `SessionStoreError`.
 */
export interface SessionStore {
  /** The record of an id, or `null` if there is none or it cannot be understood. */
  read(id: string): Awaitable<SessionRecord | null>
  /** Stores the record of a new id. Throws if the id is taken, and leaves what is there. */
  create(id: string, record: SessionRecord): Awaitable<void>
  /**
   * Applies changes to the latest record, with `applyChanges`.
   *
   * @returns The stored record, or `null`, nothing written, if there is none
   */
  update(id: string, changes: SessionChanges): Awaitable<SessionRecord | null>
  /**
   * Like `update`, but stores the result under a new id and deletes the old one.
   *
   * @returns The stored record, or `null`, nothing written, if there is none
   */
  replace(id: string, newId: string, changes: SessionChanges): Awaitable<SessionRecord | null>
  /** Deletes the record, if there is one. No `update` under way may bring it back. */
  delete(id: string): Awaitable<void>
}

// A request that claimed the flashes and vanished gives them free after this time.
const CLAIM_MS = 60_000

/**
 * Makes a session storage of a store for records: ids, time limits, flashes read once, merging.
 *
 * @throws RangeError if a time limit is not positive
 */
export function createCustomSessionStorage(
  store: SessionStore,
  limits: TimeLimits = {},
): SessionStorage {
  const clock = new SessionClock(limits)

  async function read(cookie: string, options: ReadOptions = {}): Promise<Session> {
    const session = (isSessionId(cookie) && (await restore(cookie, options))) || new Session()
    const state = getSessionState(session)
    state.cookieMaxAge = options.maxAge
    state.keepsFlashes = options.keepFlashes ?? false
    return session
  }

  async function restore(id: string, { keepFlashes }: ReadOptions): Promise<Session | null> {
    const record = await store.read(id)
    if (record === null || clock.hasExpired(record)) return null
    const now = clock.now()
    if (keepFlashes || !hasFreeFlash(record, now)) return restoreSession({ id, record })
    // Whoever shows a flash has to be alone in it from the start: `get` cannot wait for a store.
    const claim = { by: randomText(9, 'base64url'), now, until: now + CLAIM_MS }
    const claimed = await store.update(id, { ...noChanges(), claim })
    return claimed && restoreSession({ id, record: claimed, claim: claim.by })
  }

  async function save(session: Session): Promise<string> {
    const state = getSessionState(session)
    if (state.destroyed) {
      await deleteAll(state)
      return ''
    }
    const { origin, changed } = state
    if (origin === null && !changed) return ''
    const { id } = state // not before: an anonymous visit needs none
    if (origin === null) {
      const record = applyChanges(emptyRecord(clock.timesFor(state)), state.changes())
      await store.create(id, record)
      state.saved({ id, record })
      return id
    }
    const renewing = state.touched && !state.keepsFlashes && clock.isRenewalDue(origin.record)
    if (!changed && !renewing && origin.claim === undefined) return id
    const changes = state.changes()
    if (renewing || state.regenerated || state.expiry) changes.times = clock.timesFor(state)
    const record = await write(state, changes)
    // The session was destroyed or replaced meanwhile: what came too late is not kept.
    if (record === null) return ''
    state.saved({ id, record })
    return id
  }

  async function write(
    { id, origin, regenerated, deleteId }: SessionState,
    changes: SessionChanges,
  ): Promise<SessionRecord | null> {
    if (!regenerated) return store.update(id, changes)
    if (deleteId !== undefined) return store.replace(deleteId, id, changes)
    // Both ids live on. A flash that was read is gone under either.
    const { settle } = changes
    const old = origin!.id
    const latest = await (settle ? store.update(old, { ...noChanges(), settle }) : store.read(old))
    if (latest === null) return null
    const record = applyChanges(latest, { ...changes, alias: old })
    await store.create(id, record)
    if ((await store.read(old)) !== null) return record
    await store.delete(id) // the old session was destroyed or replaced between the two steps
    return null
  }

  async function deleteAll({ deleteId, origin }: SessionState): Promise<void> {
    if (deleteId !== undefined) await store.delete(deleteId)
    for (const alias of origin?.record.aliases ?? []) await store.delete(alias)
  }

  return { read, save }
}
