import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before } from 'node:test'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { exploreSessionStorage } from 'remix/session/testing'
import { fewerPlays } from '../fixtures/exploring.ts'
import { createFileStore } from './store.ts'

let directories: string
let count = 0

before(() => {
  directories = fs.mkdtempSync(path.join(os.tmpdir(), 'explored-'))
})

after(() => fs.rmSync(directories, { recursive: true }))

exploreSessionStorage(
  'fs storage',
  ({ stepped, ...limits }) => {
    const { maxAge, now } = limits
    // A directory for each play: a purge looks at every file that is there.
    const directory = path.join(directories, `${++count}`)
    const store = createFileStore({ directory, maxBytes: 10_000, limits: { maxAge } })
    const storage = createCustomSessionStorage(stepped(store), limits)
    return { storage, purge: () => store.purge(now()) }
  },
  { replay: process.env.REPLAY, ...fewerPlays },
)
