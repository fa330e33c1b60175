import assert from 'node:assert/strict'
import { after, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createRouter } from 'remix/fetch-router'
import { Session } from 'remix/session'
import type { SessionStorage } from 'remix/session'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { session } from 'remix/session-middleware'
import { createTestSession, readTestSession } from 'remix/session/testing'
import { SECRET } from '../fixtures/browser.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'
import { createMapStore } from './explorer/map-store.ts'

const cookie = createCookie('__session', { secrets: [SECRET] })

after(closeRooms)

it('a test begins with a session in a storage that takes texts alone, as the documentation has it', async () => {
  const kept = createCustomSessionStorage(createMapStore())
  const storage: SessionStorage = {
    read: (cookie: string) => kept.read(cookie.trim()),
    save: (session) => kept.save(session),
  }
  const Cookie = await createTestSession(storage, cookie, { userId: 42 })
  assert.deepEqual(await readTestSession(storage, cookie, new Response(), Cookie), { userId: 42 })
  assert.deepEqual(await readTestSession(storage, cookie, new Response()), {})
})

for (const { name, skip, open } of rooms) {
  it(
    `a test begins with a session of its own and reads what a response leaves: ${name}`,
    { skip },
    async () => {
      const storage = await open(cookie, {}, 'tested')
      const router = createRouter({ middleware: [session(cookie, storage)] })
      router.get('/', ({ get }) => Response.json(get(Session).data))
      router.post('/color', ({ get }) => {
        get(Session).set('color', 'red')
        get(Session).flash('note', 'saved')
        const headers = { 'Set-Cookie': '__session_other=1' }
        return new Response(null, { status: 303, headers })
      })
      router.post('/logout', ({ get }) => {
        get(Session).destroy()
        return new Response()
      })
      const send = (method: string, path: string, Cookie: string): Promise<Response> =>
        router.fetch(`http://localhost${path}`, { method, headers: { Cookie } })

      const Cookie = await createTestSession(storage, cookie, { userId: 42 })
      const home = await send('GET', '/', Cookie)
      assert.deepEqual(await home.json(), { userId: 42 })
      assert.deepEqual(await readTestSession(storage, cookie, home), {})
      assert.deepEqual(await readTestSession(storage, cookie, home, Cookie), { userId: 42 })
      const left = { userId: 42, color: 'red', note: 'saved' }
      const changed = await send('POST', '/color', Cookie)
      for (let look = 0; look < 2; look++) {
        assert.deepEqual(await readTestSession(storage, cookie, changed, Cookie), left)
      }
      const loggedOut = await send('POST', '/logout', Cookie)
      assert.deepEqual(await readTestSession(storage, cookie, loggedOut, Cookie), {})

      const greeted = await createTestSession(storage, cookie, (session) =>
        session.flash('note', 'welcome'),
      )
      assert.deepEqual(await (await send('GET', '/', greeted)).json(), { note: 'welcome' })
    },
  )
}
