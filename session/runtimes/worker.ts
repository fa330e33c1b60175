// A worker with sessions. All is made while its modules are loaded, as the documentation has it.

import { createCookie } from 'remix/cookie'
import { createRouter } from 'remix/fetch-router'
import { Session } from 'remix/session'
import type { SessionStorage } from 'remix/session'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import { session } from 'remix/session-middleware'

const cookie = createCookie('session', {
  secrets: ['pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'],
  maxAge: 3600,
  httpOnly: false, // which is worth a warning, also here
})

function serve(storage: SessionStorage) {
  const router = createRouter({ middleware: [session(cookie, storage)] })
  router.get('/:storage/show', ({ get }) => Response.json(get(Session).data))
  router.get('/:storage/read', ({ get }) => Response.json(get(Session).get('note') ?? null))
  router.get('/:storage/set', ({ get }) => {
    get(Session).set('color', 'red')
    // What may not be: it is made private, with a warning.
    return new Response('', { headers: { 'Cache-Control': 'public' } })
  })
  router.get('/:storage/flash', ({ get }) => {
    get(Session).flash('note', 'welcome')
    return new Response()
  })
  router.get('/:storage/login', ({ get }) => {
    get(Session).regenerateId()
    return new Response()
  })
  router.get('/:storage/logout', ({ get }) => {
    get(Session).destroy()
    return new Response()
  })
  return router
}

const routers = {
  cookie: serve(createCookieSessionStorage(cookie)),
  memory: serve(createMemorySessionStorage()),
}

export default {
  fetch(request: Request): Promise<Response> {
    const [, storage] = new URL(request.url).pathname.split('/')
    return routers[storage as keyof typeof routers].fetch(request)
  },
}
