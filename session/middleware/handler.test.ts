import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { createTestSession, readTestSession } from 'remix/session/testing'
import { withSession } from 'remix/session-handler'
import type { SessionHandler } from 'remix/session-handler'
import { WatchedStore } from '../fixtures/watched-store.ts'

const cookie = createCookie('__session', { secrets: ['pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'] })
const storage = createCustomSessionStorage(new WatchedStore())
const handle = withSession(cookie, storage)

const visit: SessionHandler = (session) => new Response(`Visit ${session().increment('visits')}`)

function send(Cookie: string, handler: SessionHandler): Promise<Response> {
  return handle(new Request('http://localhost/', { headers: { Cookie } }), handler)
}

describe('a server without the router', () => {
  it('gets the session of a request and saves it with the response', async () => {
    const first = await send('', visit)
    assert.equal(await first.text(), 'Visit 1')
    const Cookie = first.headers.getSetCookie()[0]!.split(';')[0]!
    assert.match(first.headers.getSetCookie()[0]!, /; HttpOnly/)
    assert.equal(await (await send(Cookie, visit)).text(), 'Visit 2')
    assert.deepEqual(await readTestSession(storage, cookie, first), { visits: 2 })
  })

  it('keeps a response out of shared caches only where the session was taken', async () => {
    const Cookie = await createTestSession(storage, cookie, { userId: 42 })
    const open = await send(Cookie, () => new Response('the same for all'))
    assert.deepEqual([...open.headers.keys()], ['content-type'])
    const own = await send(Cookie, (session) => new Response(String(session().get('userId'))))
    assert.equal(own.headers.get('Vary'), 'Cookie')
    assert.equal(own.headers.get('Cache-Control'), 'private, no-store')
  })

  it('saves nothing of a handler that throws, at once or later', async () => {
    const Cookie = await createTestSession(storage, cookie, { userId: 42 })
    const failures: SessionHandler[] = [
      (session) => {
        session().set('userId', 1)
        throw new Error('boom')
      },
      async (session) => {
        session().set('userId', 1)
        throw new Error('boom')
      },
    ]
    for (const fail of failures) await assert.rejects(send(Cookie, fail), /boom/)
    const after = await send(Cookie, (session) => Response.json(session().data))
    assert.deepEqual(await after.json(), { userId: 42 })
  })

  it('saves nothing of a handler that throws because the client left', async () => {
    const Cookie = await createTestSession(storage, cookie, { userId: 42 })
    const leaving = new AbortController()
    const init = { headers: { Cookie }, signal: leaving.signal }
    const answer = handle(new Request('http://localhost/', init), async (session) => {
      session().set('userId', 1)
      await new Promise((_resolve, reject) => {
        leaving.signal.addEventListener('abort', () => reject(leaving.signal.reason))
        leaving.abort()
      })
      return new Response()
    })
    await assert.rejects(answer, { name: 'AbortError' })
    await new Promise((resolve) => setTimeout(resolve, 20))
    const after = await send(Cookie, (session) => Response.json(session().data))
    assert.deepEqual(await after.json(), { userId: 42 })
  })
})
