import type { StorageFixture } from '../fixtures/storages.ts'
import { createMemorySessionStorage } from './storage.ts'

export const fixture: StorageFixture = {
  keptIn: 'process',
  open: (_cookie, limits) => createMemorySessionStorage(limits),
}
