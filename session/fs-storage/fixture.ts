import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { StorageFixture } from '../fixtures/storages.ts'
import { createFsSessionStorage } from './storage.ts'

let home: string | undefined

export const fixture: StorageFixture = {
  keptIn: 'store',
  open(_cookie, limits, place) {
    home ??= fs.mkdtempSync(path.join(os.tmpdir(), 'sessions-'))
    return createFsSessionStorage(path.join(home, place), { ...limits, purgeInterval: 0 })
  },
  close() {
    if (home !== undefined) fs.rmSync(home, { recursive: true })
    home = undefined
  },
}
