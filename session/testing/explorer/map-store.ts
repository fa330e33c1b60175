import { applyChanges } from '../../custom-storage/storage.ts'
import type { SessionChanges, SessionRecord, SessionStore } from '../../custom-storage/storage.ts'
import { SessionStoreError } from '../../errors.ts'

/** The smallest store there is: records are never modified, so a Map will do. */
export function createMapStore(): SessionStore {
  const records = new Map<string, SessionRecord>()

  function change(id: string, newId: string, changes: SessionChanges): SessionRecord | null {
    const latest = records.get(id)
    if (latest === undefined || latest.successor !== undefined) return latest ?? null
    const record = applyChanges(latest, changes)
    records.set(newId, record)
    return record
  }

  return {
    read: (id) => records.get(id) ?? null,
    create(id, record) {
      if (records.has(id)) throw new SessionStoreError('A session with this id exists already')
      records.set(id, record)
    },
    update: (id, changes) => change(id, id, changes),
    replace(id, newId, changes, left) {
      const record = change(id, newId, changes)
      if (record && record.successor === undefined) records.set(id, left)
      return record
    },
    delete(id) {
      const record = records.get(id)
      if (record?.successor !== undefined) return record
      records.delete(id)
    },
  }
}
