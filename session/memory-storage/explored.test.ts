import { exploreSessionStorage } from 'remix/session/testing'
import { createMemorySessionStorage } from './storage.ts'

exploreSessionStorage('memory storage', (limits) => createMemorySessionStorage(limits), {
  replay: process.env.REPLAY,
  triples: ['merge.cart', 'set.a regenerateId'],
})
