// Other libraries that take and give headers, without a server.

import { jarAfter, SECRET } from './peer.ts'
import type { Candidate, Handler, Peer, PeerOptions } from './peer.ts'

export const fetchPeers: Candidate[] = [
  {
    name: '@remix-run/session, files',
    outlivesProcess: true,
    packages: ['@remix-run/session', '@remix-run/cookie'],
    async open(options, load) {
      const { createFsSessionStorage } = await load('@remix-run/session/fs-storage')
      return remix(options, load, createFsSessionStorage(options.directory))
    },
  },
  {
    name: '@remix-run/session, cookie',
    isStateless: true,
    packages: ['@remix-run/session', '@remix-run/cookie'],
    async open(options, load) {
      const { createCookieSessionStorage } = await load('@remix-run/session/cookie-storage')
      return remix(options, load, createCookieSessionStorage())
    },
  },
  {
    name: 'React Router, files',
    outlivesProcess: true,
    packages: ['react-router', '@react-router/node'],
    async open({ cookieName, maxAge, directory }, load) {
      const { createFileSessionStorage } = await load('@react-router/node')
      const cookie = { name: cookieName, maxAge, secrets: [SECRET] }
      return reactRouter(createFileSessionStorage({ dir: directory, cookie }))
    },
  },
  {
    name: 'React Router, cookie',
    isStateless: true,
    packages: ['react-router'],
    async open({ cookieName, maxAge }, load) {
      const { createCookieSessionStorage } = await load('react-router')
      const cookie = { name: cookieName, maxAge, secrets: [SECRET] }
      return reactRouter(createCookieSessionStorage({ cookie }))
    },
  },
  {
    name: 'h3, cookie',
    isStateless: true,
    packages: ['h3'],
    async open({ cookieName, maxAge }, load) {
      const { H3, useSession } = await load('h3')
      let handler: Handler
      const app = new H3()
      app.get('/', async (event: any) => {
        const handle = handler // before another request sets its own
        const session = await useSession(event, { name: cookieName, password: SECRET, maxAge })
        const ops: (() => Promise<unknown>)[] = []
        const values = { ...session.data }
        await handle({
          get: (key) => values[key],
          set(key, value) {
            values[key] = value
            ops.push(() => session.update({ [key]: value }))
          },
          destroy: () => ops.push(() => session.clear()),
        })
        for (const apply of ops) await apply()
        return ''
      })
      return sendWith((request, next) => {
        handler = next
        return app.fetch(request)
      })
    },
  },
  {
    name: 'iron-session',
    isStateless: true,
    packages: ['iron-session'],
    async open({ cookieName, maxAge }, load) {
      const { getIronSession } = await load('iron-session')
      return sendWith(async (request, handler) => {
        const response = new Response()
        const options = { cookieName, password: SECRET, ttl: maxAge }
        const session = await getIronSession(request, response, options)
        let isDestroyed = false
        await handler({
          get: (key) => session[key],
          set: (key, value) => (session[key] = value),
          destroy: () => (isDestroyed = true),
        })
        if (isDestroyed) session.destroy()
        else await session.save()
        return response
      })
    },
  },
]

async function remix(
  { cookieName, maxAge }: PeerOptions,
  load: (name: string) => Promise<any>,
  storage: any,
): Promise<Peer> {
  const { createCookie } = await load('@remix-run/cookie')
  const cookie = createCookie(cookieName, { secrets: [SECRET], maxAge })
  // As its middleware does.
  return sendWith(async (request, handler) => {
    const session = await storage.read(await cookie.parse(request.headers.get('Cookie')))
    await handler(session)
    const value = await storage.save(session)
    const headers = new Headers()
    if (value !== null) headers.append('Set-Cookie', await cookie.serialize(value))
    return new Response(null, { headers })
  })
}

function reactRouter(storage: any): Peer {
  return sendWith(async (request, handler) => {
    const session = await storage.getSession(request.headers.get('Cookie'))
    let isDestroyed = false
    await handler({
      get: (key) => session.get(key),
      set: (key, value) => session.set(key, value),
      flash: (key, value) => session.flash(key, value),
      destroy: () => (isDestroyed = true),
    })
    const commit = isDestroyed ? storage.destroySession : storage.commitSession
    return new Response(null, { headers: { 'Set-Cookie': await commit(session) } })
  })
}

/** Plays a browser that sends requests to a function. */
export function sendWith(
  answer: (request: Request, handler: Handler) => Response | Promise<Response>,
): Peer {
  return {
    async send(cookie, handler) {
      const headers = new Headers(cookie === '' ? {} : { Cookie: cookie })
      const response = await answer(new Request('http://localhost/', { headers }), handler)
      return jarAfter(cookie, response.headers.getSetCookie())
    },
  }
}
