import { createCookieSessionStorage } from '../cookie-storage.ts'
import { applyChanges, createCustomSessionStorage } from '../custom-storage.ts'
import type { SessionChanges, SessionRecord, SessionStore } from '../custom-storage.ts'
import { createMemorySessionStorage } from '../memory-storage.ts'
import { exploreSessionStorage } from './explore.ts'

const replay = process.env.REPLAY

// Records are never modified, so a Map is a store.
function createMapStore(): SessionStore {
  const records = new Map<string, SessionRecord>()
  function replace(id: string, newId: string, changes: SessionChanges): SessionRecord | null {
    const latest = records.get(id)
    if (latest === undefined) return null
    const record = applyChanges(latest, changes)
    records.delete(id)
    records.set(newId, record)
    return record
  }
  return {
    read: (id) => records.get(id) ?? null,
    create: (id, record) => void records.set(id, record),
    update: (id, changes) => replace(id, id, changes),
    replace,
    delete: (id) => void records.delete(id),
  }
}

exploreSessionStorage(
  'a storage of one’s own',
  ({ stepped, ...limits }) => createCustomSessionStorage(stepped(createMapStore()), limits),
  { replay },
)

exploreSessionStorage('memory storage', (limits) => createMemorySessionStorage(limits), { replay })

exploreSessionStorage(
  'cookie storage',
  ({ cookie, ...limits }) => createCookieSessionStorage(cookie, limits),
  { replay, promises: { mergesChanges: false, endsSessions: false } },
)
