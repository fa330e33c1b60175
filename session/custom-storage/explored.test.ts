import { exploreSessionStorage } from 'remix/session/testing'
import { fewerPlays, plays } from '../fixtures/exploring.ts'
import { createMapStore } from '../testing/explorer/map-store.ts'
import { createCustomSessionStorage } from './storage.ts'

const replay = process.env.REPLAY

exploreSessionStorage(
  'a storage of one’s own',
  ({ stepped, ...limits }) => createCustomSessionStorage(stepped(createMapStore()), limits),
  { replay, ...plays },
)

exploreSessionStorage(
  'a storage of one’s own in two processes',
  ({ stepped, ...limits }) => {
    const store = stepped(createMapStore())
    return {
      storage: createCustomSessionStorage(store, limits),
      elsewhere: createCustomSessionStorage(store, limits),
    }
  },
  { replay, promises: { readsFlashesOnce: false }, ...fewerPlays },
)
