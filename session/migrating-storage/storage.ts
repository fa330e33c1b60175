// A session moves when its cookie comes, and only then:
//
//   read    The new storage is asked first. What it does not know is looked for in the old one, saved
//           in the new one with its id, flashes and age, and ended in the old one. Several requests at
//           once wait for the first of them; of several servers one wins.
//   ended   Whoever destroys a session ends the old copy before the new one. Whoever moves one looks at
//           the old one once more after copying it, and takes the copy back if it has ended meanwhile.
//           Whoever gives it a new id stores that first, so that nothing of it is taken back.
//   stays   What the new storage has no room for, or has known and ended, is read and saved in the old.
//           Of another library it is only read: what changes it moves it, if there is room by then.
//   cookie  Sealed by the one storage, signed for the other: it is handed to each in its own form. When
//           the browser gets the new one is the matter of spelling.ts.

import type { Cookie } from '../cookie/cookie.ts'
import { applyChanges } from '../record.ts'
import type { SessionOrigin, SessionRecord } from '../record.ts'
import type { SessionState } from '../state.ts'
import { createSessionId } from '../id.ts'
import { SessionEndedError, SessionTooLargeError } from '../errors.ts'
import { getSessionState } from '../session.ts'
import type { ReadOptions, Session, SessionStorage } from '../session.ts'
import { checkMigration, MIGRATES } from './migration.ts'
import type { Migration } from './migration.ts'
import { copyOf } from './copy.ts'
import { Spelling } from './spelling.ts'
import type { Place } from './spelling.ts'

export type { Migration } from './migration.ts'

/** What became of a copy: it is there, another one was, the storage took none, or the session ended. */
type Transfer = 'moved' | 'known' | 'refused' | 'ended'

// Looking at a session must not claim its flashes.
const LOOK: ReadOptions = { flashes: 'keep' }

/**
 * Changes the storage of a running application without logging anybody out. Each session moves when
 * its visitor comes, with its id, its data and its age, and the old copy is ended; after the longest
 * `lifetime` none is left, and the new storage can be used alone.
 *
 * What is promised meanwhile is what both storages promise. Where cookies are the old or the new
 * storage, that is what cookies can promise: see `createCookieSessionStorage`. Ids that
 * `regenerateId(false)` left valid end when a session moves. A session that the new storage does not
 * take, as one that is too large for a cookie, stays where it is. One of another library can only be read
 * there: a change moves it, or is a `SessionTooLargeError` as long as it does not fit, and a flash is
 * shown again.
 *
 * Where several servers are changed one after the other, give them first the opposite direction, so
 * that each of them knows both storages before the first session moves. Finish one migration before the
 * next: neither storage may be a migrating one.
 *
 * @param cookie The session cookie. Both storages use it, sealed or signed as they need
 * @throws TypeError if one of them is no storage, or a migrating one, or keeps sessions elsewhere than under their
 *   ids or in cookies alone
 */
export function createMigratingSessionStorage(
  cookie: Cookie,
  migration: Migration,
): SessionStorage {
  const { from, to } = checkMigration(migration)
  // Sessions that stay, as they were read or saved last, and the cookies that they came with.
  const staying = new WeakMap<SessionOrigin, string>()
  // Requests that come at once wait for the first of them to move their session.
  const moving = new Map<string, Promise<Place | null>>()
  const spelling = new Spelling(cookie, isAlive)

  async function read(value: string | null, options: ReadOptions = {}): Promise<Session> {
    const raw = value ?? ''
    const known = { home: to, value: valueIn(to, raw) }
    const session = await to.read(known.value, options)
    if (raw === '' || isKnown(session)) return spelling.came(session, raw, known)
    const place = await moveOnce(raw)
    if (place === null) return session
    const found = await place.home.read(place.value, options)
    const { origin } = getSessionState(found)
    if (origin !== null && place.home === from) staying.set(origin, raw)
    return spelling.came(found, raw, place)
  }

  async function save(session: Session): Promise<string> {
    const raw = cookieOfStaying(session)
    return spelling.saved(session, () => {
      if (raw === undefined) return saveInNew(session)
      return 'idIn' in from ? saveOfAnother(session, raw) : saveInOld(session, raw)
    })
  }

  /** The cookie with which a session came that stays; `undefined` for any other. */
  function cookieOfStaying(session: Session): string | undefined {
    const { origin, former } = getSessionState(session)
    const known = origin ?? former
    return known === null ? undefined : staying.get(known)
  }

  async function saveInNew(session: Session): Promise<Place> {
    const { destroyed, deleteId, former } = getSessionState(session)
    // In this order: whoever moves the session at this moment looks at the old storage last.
    if (former) await end(from, former.id)
    if (destroyed && deleteId !== undefined) await end(from, deleteId)
    const value = await to.save(session)
    if (!destroyed && deleteId !== undefined) await end(from, deleteId)
    return { home: to, value }
  }

  async function saveInOld(session: Session, raw: string): Promise<Place> {
    const state = getSessionState(session)
    // One request may have made it smaller since this one began, and the next one moved it.
    if (state.origin && (await hasMoved(state.origin.id))) return saveInNew(session)
    const ending = endingIds(session)
    try {
      const value = await from.save(session)
      if (state.origin !== null) staying.set(state.origin, raw)
      // Whoever moved it meanwhile had done so before it ended here, so the copy is found.
      for (const id of ending) await end(to, id)
      return { home: from, value }
    } catch (error) {
      const isLate = error instanceof SessionEndedError && state.origin !== null
      if (isLate && (await hasMoved(state.origin!.id))) return saveInNew(session)
      throw error
    }
  }

  async function hasMoved(id: string): Promise<boolean> {
    return (await hasEnded(id)) && (await isKnownIn(to, id))
  }

  async function saveOfAnother(session: Session, raw: string): Promise<Place | string> {
    const state = getSessionState(session)
    if (state.origin === null || state.destroyed) return saveInNew(session)
    if (!state.changed && !state.values.repeated) return raw
    const { deleteId } = state
    try {
      if (!to.selfAuthenticating) await transferChanged(state)
      const value = await to.save(session)
      // Only now, because for a cookie it may still be too large.
      if (deleteId !== undefined) await end(from, deleteId)
      return { home: to, value }
    } catch (error) {
      const isTooLarge = error instanceof SessionTooLargeError
      if (!isTooLarge || state.written || state.regenerated) throw error
      // Only a flash was read: the page is answered, and shows it again.
      state.values.giveBackFlashes()
      return raw
    }
  }

  function moveOnce(raw: string): Promise<Place | null> {
    const underWay = moving.get(raw)
    if (underWay) return underWay
    const place = move(raw).finally(() => moving.delete(raw))
    moving.set(raw, place)
    return place
  }

  /** Moves a session, and tells where it is then; `null` if there is none. */
  async function move(raw: string): Promise<Place | null> {
    const found = await from.read(valueIn(from, raw), LOOK)
    const stays = { home: from, value: valueIn(from, raw) }
    if (!isStored(found)) {
      // It was moved a moment ago, or there is none.
      return isKnown(found) ? stays : { home: to, value: valueIn(to, raw) }
    }
    const origin = getSessionState(found).origin!
    try {
      // The old copy stays until the session ends: requests are under way with its cookie.
      if (to.selfAuthenticating) return { home: to, value: await to.save(copyOf(origin)) }
      const outcome = await transfer(origin.id, copyOf(origin))
      if (outcome === 'ended') return null
      return outcome === 'refused' ? stays : { home: to, value: origin.id }
    } catch (error) {
      if (error instanceof SessionTooLargeError) return stays
      throw error
    }
  }

  /** Moves a session into a store, and ends the old copy. */
  async function transfer(id: string, copy: Session): Promise<Transfer> {
    if (await isKnownIn(to, id)) return 'known'
    try {
      await to.save(copy)
    } catch (error) {
      if (error instanceof SessionTooLargeError) throw error
      // Another server may have been faster, and a third one has ended it since.
      if (await isKnownIn(to, id)) return 'known'
      if (await hasEnded(id)) return 'ended'
      throw error
    }
    if (!(await isIn(to, id))) {
      if (await isKnownIn(to, id)) return 'known'
      const { record } = getSessionState(copy).origin!
      await remove(to, copy)
      // A directory takes no id again that was ended in it.
      if (!(await isOverIn(to, record))) return 'refused'
      await end(from, id)
      return 'ended'
    }
    const endedMeanwhile = await hasEnded(id)
    await end(endedMeanwhile ? to : from, id)
    if (!endedMeanwhile) return 'moved'
    // Whoever logged in meanwhile has left a successor there, and what comes with the old id is late.
    return (await isKnownIn(to, id)) ? 'known' : 'ended'
  }

  /** Whether a session that was in the old storage a moment ago is there no more. No cookie tells. */
  async function hasEnded(id: string): Promise<boolean> {
    return !from.selfAuthenticating && !(await isIn(from, id))
  }

  // No sealed cookie tells, but the store from which the session is moving keeps it until it ends.
  async function isAlive(storage: SessionStorage, id: string): Promise<boolean> {
    return storage.selfAuthenticating ? !(await hasEnded(id)) : isIn(storage, id)
  }

  /** Moves a session with what was changed in it, so that nothing but its new id or limit is left to save. */
  async function transferChanged(state: SessionState): Promise<void> {
    const { id, record } = state.origin!
    const changed = { id, record: applyChanges(record, state.changes()) }
    const copy = copyOf(changed)
    // Else the changes are for what is there now, or come too late.
    if ((await transfer(id, copy)) !== 'moved') return
    state.origin = getSessionState(copy).origin ?? changed
    state.values.saved(state.origin.record)
  }

  // A storage that authenticates its values takes them as they are; others, inside a signature.
  function valueIn(storage: SessionStorage, raw: string): string {
    if (raw === '' || storage.selfAuthenticating) return raw
    const value = cookie.parseAll(`${cookie.name}=${raw}`)[0]
    return value ?? ('idIn' in from ? from.idIn(raw) : null) ?? ''
  }

  function keptInCookie(session: Session): boolean {
    const home = cookieOfStaying(session) === undefined ? to : from
    return home.keptInCookie?.(session) ?? false
  }

  return { read, save, keptInCookie, selfAuthenticating: true, [MIGRATES]: true } as SessionStorage
}

/** The stored ids that end when a session is saved. */
function endingIds(session: Session): string[] {
  const { deleteId, former } = getSessionState(session)
  return [deleteId, former?.id].filter((id) => id !== undefined)
}

async function isIn(storage: SessionStorage, id: string): Promise<boolean> {
  return isStored(await storage.read(id, LOOK))
}

/** Whether a storage has shorter limits, by which a session has run out already. */
async function isOverIn(storage: SessionStorage, record: SessionRecord): Promise<boolean> {
  const probe = copyOf({ id: createSessionId(), record })
  await storage.save(probe)
  const isOver = !(await isIn(storage, probe.id))
  await remove(storage, probe)
  return isOver
}

async function remove(storage: SessionStorage, session: Session): Promise<void> {
  session.destroy()
  await storage.save(session)
}

async function isKnownIn(storage: SessionStorage, id: string): Promise<boolean> {
  return isKnown(await storage.read(id, LOOK))
}

/** Ends what a storage keeps under an id; one that keeps sessions in cookies has nothing. */
async function end(storage: SessionStorage, id: string): Promise<void> {
  if (storage.selfAuthenticating) return
  const session = await storage.read(id, LOOK)
  if (isStored(session)) await remove(storage, session)
}

function isStored(session: Session): boolean {
  return getSessionState(session).origin !== null
}

/** Also one that got a new id a moment ago. */
function isKnown(session: Session): boolean {
  return isStored(session) || getSessionState(session).replaced
}
