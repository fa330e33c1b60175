// Two maps, of guests and of everybody else, from id to entry, oldest first. Each step of the store is
// synchronous, so it is atomic.
//
//   entry     Packed as text, since the garbage collector walks through objects; the thousand that
//             were used last are objects. One that was used is marked.
//   full      A hundredth of the guests is dropped from the front before another one comes; of the others
//             only where there is no guest. What is marked loses its mark and goes to the end instead.
//   new id    The entry moves, and what the session leaves is added under the old id.
//   expired   Looked for in slices, once a minute, as long as there is a session.

import { createCustomSessionStorage } from '../custom-storage/storage.ts'
import type { SessionStore, TimeLimits } from '../custom-storage/storage.ts'
import { applyChanges, packRecord, unpackRecord } from '../record.ts'
import type { SessionChanges, SessionRecord } from '../record.ts'
import { SessionStoreError } from '../errors.ts'
import type { SessionStorage } from '../session.ts'
import { checkStorageOptions } from '../options.ts'
import { SessionClock } from '../time-limits.ts'
import { startTimer } from '../timer.ts'

export interface MemorySessionStorageOptions extends TimeLimits {
  /**
   * How many sessions are kept; beyond that those that were used longest ago are dropped, a hundredth
   * at a time, and those without the `loginKey` before any other. Where all have it, a new one without it
   * takes the places of a hundredth, and further ones only those. A session of half a kilobyte takes less
   * than a kilobyte of memory.
   *
   * @default 250_000
   */
  maxSessions?: number | undefined
}

/** A session: as an object if it was used a moment ago, else as text. */
interface Entry {
  record: SessionRecord | null
  text: string
  /** In seconds since 1970, rounded up: a small integer is kept in its place, without an object. */
  expiresAt: number
  /** Whether it was used since its turn to be dropped came last. */
  used: boolean
}

const OPTION_TYPES = {
  maxSessions: 'number',
} satisfies Record<Exclude<keyof MemorySessionStorageOptions, keyof TimeLimits>, string>
// The garbage collector passes over a text in one step, but walks through every object of a session:
// with 100,000 of them it stops the process for 100 ms. So no more than these are kept as objects.
const MOST_OBJECTS = 1000
// Expired sessions are looked for in slices, so that no request waits for a long one.
const SLICE = 500
// Looks for each session that is to be dropped: where all are in use, it must not take long.
const MOST_LOOKS = 4

/**
 * Keeps sessions in this process. For tests and development: they are gone when it ends, and no
 * other process sees them.
 *
 * @throws RangeError if a limit is not positive; TypeError if an option is of another type, or its name
 *   is misspelt by case, `-` or `_`, as `maxage`
 */
export function createMemorySessionStorage(
  options: MemorySessionStorageOptions = {},
): SessionStorage {
  checkStorageOptions(options, OPTION_TYPES)
  const { maxSessions = 250_000, now = Date.now } = options
  if (!(maxSessions >= 1)) {
    throw new RangeError(`maxSessions must be 1 or more, not ${maxSessions}`)
  }
  const clock = new SessionClock(options)
  const guests = new Map<string, Entry>()
  const others = new Map<string, Entry>()
  const objects: Entry[] = []
  let next = 0

  function find(id: string): Entry | undefined {
    return guests.get(id) ?? others.get(id)
  }

  function placeOf(record: SessionRecord): Map<string, Entry> {
    return clock.isGuest(record) ? guests : others
  }

  function recordOf(entry: Entry): SessionRecord {
    entry.used = true
    if (entry.record) return entry.record
    const oldest = objects[next]
    if (oldest) {
      oldest.text = packRecord(oldest.record!)
      oldest.record = null
    }
    objects[next] = entry
    next = (next + 1) % MOST_OBJECTS
    const record = unpackRecord(entry.text)!
    entry.record = record
    entry.text = ''
    return record
  }

  function add(id: string, record: SessionRecord): void {
    const expiresAt = inSeconds(record)
    placeOf(record).set(id, { record: null, text: packRecord(record), expiresAt, used: false })
    sweepAfter(1000)
  }

  function change(entry: Entry, changes: SessionChanges): SessionRecord {
    const record = applyChanges(recordOf(entry), changes)
    entry.record = record
    entry.expiresAt = inSeconds(record)
    return record
  }

  const store: SessionStore = {
    read(id) {
      const entry = find(id)
      return entry ? recordOf(entry) : null
    },
    create(id, record) {
      if (find(id)) throw new SessionStoreError('A session with this id exists already')
      makeRoomFor(1)
      add(id, record)
    },
    update(id, changes) {
      const entry = find(id)
      if (!entry) return null
      const record = change(entry, changes)
      const place = placeOf(record)
      if (place.has(id)) return record
      remove(id)
      place.set(id, entry)
      return record
    },
    replace(id, newId, changes, left) {
      const entry = find(id)
      if (!entry) return null
      const record = change(entry, changes)
      if (record.successor !== undefined) return record
      remove(id)
      makeRoomFor(2)
      placeOf(record).set(newId, entry)
      add(id, left)
      return record
    },
    delete(id) {
      const entry = find(id)
      if (!entry) return null
      const record = recordOf(entry)
      if (record.successor !== undefined) return record
      remove(id)
      return null
    },
  }

  function remove(id: string): void {
    if (!guests.delete(id)) others.delete(id)
  }

  // Before they are added: where others are all logins, a guest would be dropped as it comes.
  function makeRoomFor(added: number): void {
    for (const place of [guests, others]) {
      const tooMany = Math.ceil(guests.size + others.size + added - maxSessions)
      const atOnce = Math.max(tooMany, Math.ceil(place.size / 100))
      if (tooMany > 0) dropUnused(place, Math.min(atOnce, place.size))
    }
  }

  let sweeping = false
  function sweepAfter(milliseconds: number): void {
    if (sweeping) return
    sweeping = true
    startTimer(milliseconds, () => sweep(all()), { keepsAlive: false })
  }

  function* all(): Generator<[id: string, entry: Entry]> {
    yield* guests
    yield* others
  }

  function sweep(rest: Iterator<[id: string, entry: Entry]>): void {
    for (let i = 0; i < SLICE; i++) {
      const { value, done } = rest.next()
      if (done) {
        sweeping = false
        if (guests.size + others.size > 0) sweepAfter(60_000)
        return
      }
      const [id, { expiresAt }] = value
      if (expiresAt * 1000 <= now()) remove(id)
    }
    startTimer(10, () => sweep(rest), { keepsAlive: false })
  }

  return createCustomSessionStorage(store, options)
}

/**
 * Drops as many entries as wanted, those that were used longest ago. Moving an entry whenever it is
 * used would cost more than the rest of the request, so it is marked, and when its turn comes it goes
 * to the end once more.
 */
function dropUnused(entries: Map<string, Entry>, wanted: number): void {
  let looks = wanted * MOST_LOOKS
  // From the start each time. V8 keeps each table that a map has outgrown, entries and all, for as
  // long as an iterator rests on it.
  for (const [id, entry] of entries) {
    if (wanted === 0) break
    entries.delete(id)
    if (entry.used && looks > 0) {
      entry.used = false
      entries.set(id, entry)
    } else wanted--
    looks--
  }
}

function inSeconds({ expiresAt }: SessionRecord): number {
  return Math.ceil(expiresAt / 1000)
}
