// The shop's list and cart in another framework, as its documentation has one write it:
//   peer-server.ts <name> <folder of node_modules> <SQLite file> <port>

import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openPeerPages } from './peer-pages.ts'

const [name, folder, file, port] = process.argv.slice(2) as [string, string, string, string]
const SECRET = 'a benchmark keeps no secret: 2f81c60d9b'
const HOST = '127.0.0.1'
const pages = await openPeerPages(file)

// From there it finds the packages.
const loader = path.join(folder, `load-${process.pid}.mjs`)
writeFileSync(loader, 'export const load = (name) => import(name)\n')
const { load } = (await import(pathToFileURL(loader).href)) as {
  load: (name: string) => Promise<any>
}

async function express(session: unknown): Promise<void> {
  const { default: express } = await load('express')
  const app = express()
  app.disable('x-powered-by')
  app.use((request: any, response: any, next: () => void) => {
    const begin = performance.now()
    response.set(pages.headers)
    response.once('finish', () =>
      pages.log(request.method, request.url, response.statusCode, begin),
    )
    next()
  })
  app.use(session)
  app.use(express.urlencoded({ extended: false }))
  app.get('/books', async (request: any, response: any) => {
    response.type('html').send(await pages.list(request.url))
  })
  app.get('/cart', async (request: any, response: any) => {
    response.type('html').send(await pages.cart(request.url, request.session.cart))
  })
  app.post('/cart/items', (request: any, response: any) => {
    request.session.cart = pages.add(request.session.cart, request.body)
    response.redirect(303, request.body.returnTo)
  })
  app.listen(Number(port), HOST)
}

async function fastify(use: (app: any) => Promise<void>): Promise<void> {
  const { default: fastify } = await load('fastify')
  const app = fastify()
  app.addHook('onRequest', async (_request: any, reply: any) => void reply.headers(pages.headers))
  app.addHook('onResponse', async (request: any, reply: any) => {
    const begin = performance.now() - reply.elapsedTime
    pages.log(request.method, request.url, reply.statusCode, begin)
  })
  await app.register((await load('@fastify/formbody')).default)
  await use(app)
  app.get('/books', async (request: any, reply: any) => {
    return reply.type('text/html; charset=utf-8').send(await pages.list(request.url))
  })
  app.get('/cart', async (request: any, reply: any) => {
    const html = await pages.cart(request.url, request.session.get('cart'))
    return reply.type('text/html; charset=utf-8').send(html)
  })
  app.post('/cart/items', async (request: any, reply: any) => {
    const { session } = request
    session.set('cart', pages.add(session.get('cart'), request.body))
    return reply.redirect(request.body.returnTo, 303)
  })
  await app.listen({ port: Number(port), host: HOST })
}

async function hono(store: string): Promise<void> {
  const { Hono } = await load('hono')
  const sessions = await load('hono-sessions')
  const { serve } = await load('@hono/node-server')
  const app = new Hono()
  app.use(async (context: any, next: () => Promise<void>) => {
    const begin = performance.now()
    await next()
    for (const [name, value] of Object.entries(pages.headers)) context.header(name, value)
    pages.log(context.req.method, context.req.path, context.res.status, begin)
  })
  app.use(
    sessions.sessionMiddleware({
      store: new sessions[store](),
      encryptionKey: randomBytes(32).toString('hex'),
      expireAfterSeconds: 604_800,
    }),
  )
  app.get('/books', async (context: any) => context.html(await pages.list(context.req.path)))
  app.get('/cart', async (context: any) => {
    const cart = context.get('session').get('cart') ?? undefined
    return context.html(await pages.cart(context.req.path, cart))
  })
  app.post('/cart/items', async (context: any) => {
    const form = await context.req.parseBody()
    const session = context.get('session')
    session.set('cart', pages.add(session.get('cart') ?? undefined, form))
    return context.redirect(form.returnTo, 303)
  })
  serve({ fetch: app.fetch, port: Number(port), hostname: HOST })
}

const shops: Record<string, () => Promise<void>> = {
  async 'Express, memory'() {
    const { default: session } = await load('express-session')
    await express(session({ secret: SECRET, resave: false, saveUninitialized: false }))
  },
  async 'Express, files'() {
    const { default: session } = await load('express-session')
    const FileStore = (await load('session-file-store')).default(session)
    const store = new FileStore({
      path: path.join(path.dirname(file), 'peer-sessions'),
      logFn() {},
    })
    await express(session({ secret: SECRET, resave: false, saveUninitialized: false, store }))
  },
  async 'Express, cookie'() {
    const { default: session } = await load('cookie-session')
    await express(session({ name: 'session', keys: [SECRET] }))
  },
  'Fastify, memory': () =>
    fastify(async (app) => {
      await app.register((await load('@fastify/cookie')).default)
      const cookie = { secure: false }
      const options = { secret: SECRET, saveUninitialized: false, cookie }
      await app.register((await load('@fastify/session')).default, options)
    }),
  'Fastify, cookie': () =>
    fastify(async (app) => {
      const key = randomBytes(32)
      await app.register((await load('@fastify/secure-session')).default, { key })
    }),
  'Hono, memory': () => hono('MemoryStore'),
  'Hono, cookie': () => hono('CookieStore'),
}

await shops[name]!()
