import { createCustomSessionStorage } from './custom-storage.ts'
import type { SessionStore, TimeLimits } from './custom-storage.ts'
import { applyChanges } from './session-record.ts'
import type { SessionRecord } from './session-record.ts'
import type { SessionStorage } from './session-storage.ts'

export interface MemorySessionStorageOptions extends TimeLimits {
  /**
   * How many sessions are kept; beyond that the one that was written longest ago is dropped. A
   * session of half a kilobyte takes about a kilobyte of memory.
   *
   * @default 250_000
   */
  maxSessions?: number | undefined
}

// Expired sessions are looked for in slices, so that no request waits for a long one.
const SLICE = 500

/**
 * Keeps sessions in this process. For tests and development: they are gone when it ends, and no
 * other process sees them.
 *
 * Records are kept as JSON text, so nothing is shared between two requests.
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
  // A Map keeps the order of insertion: the first entry is the one written longest ago.
  const entries = new Map<string, { json: string; expiresAt: number }>()

  function write(id: string, record: SessionRecord): void {
    entries.delete(id)
    entries.set(id, { json: JSON.stringify(record), expiresAt: record.expiresAt })
    if (entries.size > maxSessions) entries.delete(entries.keys().next().value!)
    sweepAfter(1000)
  }

  const store: SessionStore = {
    read(id) {
      const entry = entries.get(id)
      return entry ? (JSON.parse(entry.json) as SessionRecord) : null
    },
    create: write,
    update(id, changes) {
      return store.replace(id, id, changes)
    },
    replace(id, newId, changes) {
      const entry = entries.get(id)
      if (!entry) return null
      const record = applyChanges(JSON.parse(entry.json) as SessionRecord, changes)
      entries.delete(id)
      write(newId, record)
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

  function sweep(rest: MapIterator<[string, { expiresAt: number }]>): void {
    for (let i = 0; i < SLICE; i++) {
      const { value, done } = rest.next()
      if (done) {
        sweeping = false
        if (entries.size > 0) sweepAfter(60_000)
        return
      }
      if (value[1].expiresAt <= now()) entries.delete(value[0])
    }
    setTimeout(() => sweep(rest), 10).unref()
  }

  return createCustomSessionStorage(store, options)
}
