import { BoundedMap } from './bounded-map.ts'
import { createCustomSessionStorage } from './custom-storage.ts'
import type { SessionStore, TimeLimits } from './custom-storage.ts'
import { applyChanges, packRecord, unpackRecord } from './session-record.ts'
import type { SessionRecord } from './session-record.ts'
import { SessionStoreError } from './session-storage.ts'
import type { SessionStorage } from './session-storage.ts'

export interface MemorySessionStorageOptions extends TimeLimits {
  /**
   * How many sessions are kept; beyond that those that were created or renewed longest ago are
   * dropped, a hundredth at a time. A session of half a kilobyte takes less than a kilobyte of memory.
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
}

// The garbage collector passes over a text in one step, but walks through every object of a session:
// with 100,000 of them it stops the process for 100 ms. So no more than these are kept as objects.
const MOST_OBJECTS = 1000
// Expired sessions are looked for in slices, so that no request waits for a long one.
const SLICE = 500

/**
 * Keeps sessions in this process. For tests and development: they are gone when it ends, and no
 * other process sees them.
 *
 * @throws RangeError if a limit is not positive
 */
export function createMemorySessionStorage(
  options: MemorySessionStorageOptions = {},
): SessionStorage {
  const { maxSessions = 250_000, now = Date.now } = options
  if (!(maxSessions >= 1)) {
    throw new RangeError(`maxSessions is a positive number, not ${maxSessions}`)
  }
  const entries = new BoundedMap<string, Entry>(maxSessions)
  const objects: Entry[] = []
  let next = 0

  function recordOf(entry: Entry): SessionRecord {
    if (entry.record) return entry.record
    const oldest = objects[next]
    if (oldest) {
      oldest.text = packRecord(oldest.record!)
      oldest.record = null
    }
    objects[next] = entry
    next = (next + 1) % MOST_OBJECTS
    const record = unpackRecord(entry.text)
    entry.record = record
    entry.text = ''
    return record
  }

  const store: SessionStore = {
    read(id) {
      const entry = entries.get(id)
      return entry ? recordOf(entry) : null
    },
    create(id, record) {
      if (entries.has(id)) throw new SessionStoreError('A session with this id exists already')
      entries.set(id, { record: null, text: packRecord(record), expiresAt: inSeconds(record) })
      sweepAfter(1000)
    },
    update(id, changes) {
      return store.replace(id, id, changes)
    },
    replace(id, newId, changes) {
      const entry = entries.get(id)
      if (!entry) return null
      const record = applyChanges(recordOf(entry), changes)
      entry.record = record
      entry.expiresAt = inSeconds(record)
      // Moving an entry to the end of a large map costs more than all the rest: only when it counts.
      if (changes.times || newId !== id) {
        entries.delete(id)
        entries.set(newId, entry)
      }
      return record
    },
    delete(id) {
      entries.delete(id)
    },
  }

  let sweeping = false
  function sweepAfter(milliseconds: number): void {
    if (sweeping) return
    sweeping = true
    // Unreferenced: waiting for expired sessions keeps no process alive.
    setTimeout(() => sweep(entries.entries()), milliseconds).unref()
  }

  function sweep(rest: MapIterator<[string, Entry]>): void {
    for (let i = 0; i < SLICE; i++) {
      const { value, done } = rest.next()
      if (done) {
        sweeping = false
        if (entries.size > 0) sweepAfter(60_000)
        return
      }
      if (value[1].expiresAt * 1000 <= now()) entries.delete(value[0])
    }
    setTimeout(() => sweep(rest), 10).unref()
  }

  return createCustomSessionStorage(store, options)
}

function inSeconds({ expiresAt }: SessionRecord): number {
  return Math.ceil(expiresAt / 1000)
}
