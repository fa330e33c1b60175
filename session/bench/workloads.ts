import { createRouter } from 'remix/fetch-router'
import { createCookie } from 'remix/cookie'
import { Session } from 'remix/session'
import type { SessionStorage } from 'remix/session'
import type { Cookie } from 'remix/cookie'
import { session } from 'remix/session-middleware'

export const workloads = ['read', 'write', 'new', 'anonymous'] as const
export type Workload = (typeof workloads)[number]

export type Send = (workload: Workload) => Promise<Response>

/** The cookie of the sessions that are measured. */
export const exampleCookie = createCookie('session', {
  httpOnly: true,
  maxAge: 24 * 60 * 60,
  secrets: ['a benchmark has no secrets: 7f3c2a91d04b6e58'],
})

const user = { userId: 'u-7201', theme: 'dark' }
const cart = [
  { id: 'b-104', quantity: 1, title: 'The Tenant of Wildfell Hall' },
  { id: 'b-209', quantity: 2, title: 'A Journal of the Plague Year' },
  { id: 'b-310', quantity: 1, title: 'The Voyage of the Beagle' },
  { id: 'b-481', quantity: 6, title: 'Leaves of Grass' },
  { id: 'b-593', quantity: 3, title: 'The King in Yellow' },
]

/** What each of them holds. */
export const exampleData = { ...user, cart }

const paths: Record<Workload, string> = {
  read: '/read',
  write: '/write',
  new: '/login',
  anonymous: '/anonymous',
}

/** The server without sessions: what the routes cost by themselves. */
export async function createPlainServer(): Promise<Send> {
  const router = createRouter()
  router.get('/read', () => new Response(`user ${user.userId}`))
  router.get('/write', () => new Response('count 1'))
  router.get('/login', () => new Response('signed in'))
  router.get('/anonymous', () => new Response('hello'))
  // A cookie of the usual length, so that the difference is the session and not the header.
  const cookies = [`session=${'0'.repeat(64)}.${'0'.repeat(43)}`]
  return (workload) => router.fetch(requestFor(workload, cookies, 0))
}

/** The same server with sessions in the given storage, and sessions in use to send. */
export async function createSessionServer(
  createStorage: (cookie: Cookie) => SessionStorage | Promise<SessionStorage>,
): Promise<Send> {
  const storage = await createStorage(exampleCookie)
  const router = createRouter({ middleware: [session(exampleCookie, storage)] })
  router.get('/seed', (context) => {
    const current = context.get(Session)
    for (const [key, value] of Object.entries(exampleData)) current.set(key, value)
    return new Response('seeded')
  })
  router.get(
    '/read',
    (context) => new Response(`user ${String(context.get(Session).get('userId'))}`),
  )
  router.get('/write', (context) => {
    const current = context.get(Session)
    const count = Number(current.get('count') ?? 0) + 1
    current.set('count', count)
    return new Response(`count ${count}`)
  })
  router.get('/login', (context) => {
    context.get(Session).set('userId', user.userId)
    return new Response('signed in')
  })
  router.get('/anonymous', () => new Response('hello'))

  const cookies: string[] = []
  for (let i = 0; i < 256; i++) {
    const seeded = await router.fetch('http://localhost/seed')
    cookies.push(seeded.headers.get('Set-Cookie')!.split(';')[0]!)
  }
  let turn = 0
  return (workload) => router.fetch(requestFor(workload, cookies, turn++))
}

function requestFor(workload: Workload, cookies: string[], turn: number): Request {
  const withCookie = workload === 'read' || workload === 'write'
  const headers: Record<string, string> = withCookie
    ? { Cookie: cookies[turn % cookies.length]! }
    : {}
  return new Request(`http://localhost${paths[workload]}`, { headers })
}
