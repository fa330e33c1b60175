import { exploreSessionStorage } from 'remix/session/testing'
import { plays } from '../fixtures/exploring.ts'
import { createCookieSessionStorage } from './storage.ts'

exploreSessionStorage(
  'cookie storage',
  ({ cookie, ...limits }) => createCookieSessionStorage(cookie, limits),
  {
    replay: process.env.REPLAY,
    promises: { mergesChanges: false, endsSessions: false, readsFlashesOnce: false },
    ...plays,
  },
)
