import { exploreSessionStorage } from 'remix/session/testing'
import { plays } from '../fixtures/exploring.ts'
import { createMemorySessionStorage } from './storage.ts'

exploreSessionStorage('memory storage', (limits) => createMemorySessionStorage(limits), {
  replay: process.env.REPLAY,
  ...plays,
})
