// Libraries that need a server of node:http.

import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jarAfter, SECRET } from './peer.ts'
import type { Candidate, Handler, Peer, Visit } from './peer.ts'

export const httpPeers: Candidate[] = [
  {
    name: 'express-session, files',
    outlivesProcess: true,
    packages: ['express-session', 'session-file-store'],
    async open({ cookieName, maxAge, directory }, load) {
      const { default: session } = await load('express-session')
      const { default: createStore } = await load('session-file-store')
      const FileStore = createStore(session)
      const store = new FileStore({ path: directory, ttl: maxAge, retries: 0, logFn() {} })
      const options = { secret: SECRET, name: cookieName, resave: false, saveUninitialized: false }
      const cookie = { maxAge: maxAge * 1000 }
      const use = session({ ...options, cookie, store })
      const peer = await express(load, use, (session) => ({
        destroy: () => new Promise((resolve) => session.destroy(resolve)),
      }))
      return { ...peer, close: () => (clearInterval(store.reapIntervalObject), peer.close!()) }
    },
  },
  {
    name: 'cookie-session',
    isStateless: true,
    packages: ['cookie-session'],
    async open({ cookieName, maxAge }, load) {
      const { default: session } = await load('cookie-session')
      const use = session({ name: cookieName, keys: [SECRET], maxAge: maxAge * 1000 })
      return express(load, use, (_, request) => ({
        destroy: () => (request.session = null),
      }))
    },
  },
  {
    name: '@fastify/session, memory',
    packages: ['@fastify/session', 'fastify'],
    async open({ cookieName, maxAge }, load) {
      const { default: fastify } = await load('fastify')
      const app = fastify()
      await app.register((await load('@fastify/cookie')).default)
      await app.register((await load('@fastify/session')).default, {
        secret: SECRET,
        cookieName,
        saveUninitialized: false,
        cookie: { secure: false, maxAge: maxAge * 1000 },
      })
      const queue = new Queue()
      app.get('/:visit', async (request: any) => {
        const { session } = request
        await queue.take(request.params.visit)({
          get: (key) => session.get(key),
          set: (key, value) => session.set(key, value),
          destroy: () => session.destroy(),
        })
        return ''
      })
      await app.listen({ port: 0, host: '127.0.0.1' })
      return served(app.server, queue, () => app.close())
    },
  },
]

/** The handlers of the requests under way, by their numbers. */
class Queue {
  readonly #handlers = new Map<string, Handler>()
  #number = 0

  add(handler: Handler): string {
    const key = String(++this.#number)
    this.#handlers.set(key, handler)
    return key
  }

  take(key: string): Handler {
    return this.#handlers.get(key)!
  }
}

async function express(
  load: (name: string) => Promise<any>,
  use: unknown,
  more: (session: any, request: any) => Pick<Visit, 'destroy'>,
): Promise<Peer> {
  const { default: createApp } = await load('express')
  const app = createApp()
  const queue = new Queue()
  app.use(use)
  app.get('/:visit', async (request: any, response: any) => {
    const { session } = request
    await queue.take(request.params.visit)({
      get: (key) => session[key],
      set: (key, value) => (session[key] = value),
      ...more(session, request),
    })
    response.end()
  })
  const server: Server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return served(server, queue, () => server.close())
}

function served(server: Server, queue: Queue, close: () => unknown): Peer {
  const { port } = server.address() as AddressInfo
  return {
    async send(cookie, handler) {
      const headers = { Cookie: cookie, Connection: 'close' }
      const url = `http://127.0.0.1:${port}/${queue.add(handler)}`
      const response = await fetch(url, { headers })
      if (response.status >= 500) throw new Error(await response.text())
      return jarAfter(cookie, response.headers.getSetCookie())
    },
    close,
  }
}
