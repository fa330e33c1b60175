// The suite of all storages, as somebody runs it who has installed the package.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import { describeSessionStorage, lookInto, playRequest } from 'remix/session/testing'
import { openTemporarySessions } from '../../fs-storage/fixtures/temporary-sessions.ts'

const cookie = createCookie('__session', { secrets: ['pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'] })

describeSessionStorage('memory', (limits) => createMemorySessionStorage(limits))
describeSessionStorage('cookie', (limits) => createCookieSessionStorage(cookie, limits), {
  mergesChanges: false,
  endsSessions: false,
  readsFlashesOnce: false,
})
describeSessionStorage('files', openTemporarySessions)

it('keeps files in a thread of their own', async (t) => {
  const { storage, close } = openTemporarySessions({ ownThread: true })
  t.after(() => close!())
  const cookie = await playRequest(storage, '', (session) => session.set('color', 'red'))
  assert.deepEqual(await lookInto(storage, cookie), { color: 'red' })
})
