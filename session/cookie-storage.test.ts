import { createCookie } from 'remix/cookie'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { describeSessionStorage } from 'remix/session/testing'

const secrets = ['pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e']

describeSessionStorage(
  'cookie storage',
  (limits) => createCookieSessionStorage(createCookie('__session', { secrets }), limits),
  // The browser keeps the only copy, so two responses cannot be merged and none can be taken back.
  {
    mergesChanges: false,
    endsSessions: false,
    readsFlashesOnce: false,
    outlivesClockSetBack: false,
  },
)
