// What becomes of an id whose session gets another one or ends, and of what comes too late for it.

import { applyChanges, noChanges, successorRecord } from '../record.ts'
import type { SessionChanges, SessionOrigin, SessionRecord } from '../record.ts'
import { SessionEndedError } from '../errors.ts'
import type { SessionState } from '../state.ts'
import type { SessionClock } from '../time-limits.ts'
import type { SessionStore } from './store.ts'

// Of a session that gets a new id again and again, as long as one of its requests lasts.
const MOST_SUCCESSORS = 20

/**
 * Saves a session under its new id. The old one is left with a successor, which ends it, unless it lives on.
 *
 * @returns The stored record, or what the old id has become meanwhile: nothing is written then
 */
export async function moveToNewId(
  store: SessionStore,
  { id, deleteId, origin, cookieMaxAge }: SessionState,
  changes: SessionChanges,
  clock: SessionClock,
): Promise<SessionRecord | null> {
  if (deleteId !== undefined) {
    return store.replace(deleteId, id, changes, successorRecord(id, clock.now()))
  }
  // Both ids live on. A flash that was read is gone under either.
  const { read } = changes
  const old = origin!.id
  const latest = await (read ? store.update(old, { ...noChanges(), read }) : store.read(old))
  if (latest === null || latest.successor !== undefined) return latest
  if (clock.hasExpired(latest, cookieMaxAge)) return null
  const record = applyChanges(latest, { ...changes, alias: old })
  await store.create(id, record)
  const still = await store.read(old)
  if (still !== null && still.successor === undefined) return record
  await store.delete(id) // the old session was destroyed or replaced between the two steps
  return still
}

/**
 * Lets a request that was let in with the old id write into what its session became. It sees none of it.
 *
 * @param left What stands under the old id
 * @returns The record of the session that took it; `null` if there is none
 */
export async function updateSuccessor(
  store: SessionStore,
  left: SessionRecord,
  changes: SessionChanges,
): Promise<SessionRecord | null> {
  const untimed = { ...changes, times: undefined }
  let record: SessionRecord | null = left
  for (let i = 0; i < MOST_SUCCESSORS && record?.successor !== undefined; i++) {
    record = await store.update(record.successor, untimed)
  }
  return record?.successor === undefined ? record : null
}

/**
 * Deletes a session under all its ids.
 *
 * @throws SessionEndedError if it has a successor: that may belong to somebody who has logged in since
 */
export async function endSession(
  store: SessionStore,
  { id, record }: SessionOrigin,
): Promise<void> {
  if (await store.delete(id)) throw new SessionEndedError()
  for (const alias of record.aliases ?? []) await store.delete(alias)
}
