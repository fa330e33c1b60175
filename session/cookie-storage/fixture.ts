import type { StorageFixture } from '../fixtures/storages.ts'
import { createCookieSessionStorage } from './storage.ts'

export const fixture: StorageFixture = {
  keptIn: 'cookie',
  open: (cookie, limits) => createCookieSessionStorage(cookie, limits),
}
