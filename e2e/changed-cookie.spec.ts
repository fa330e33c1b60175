import { createCookie } from 'remix/cookie'
import type { CookieOptions } from 'remix/cookie'
import { createRouter } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import { session } from 'remix/session-middleware'
import { anyStorage, expect, test } from './fixtures.ts'
import { page as answer, servePages } from './serve-pages.ts'

test.skip(
  ({ browserName }) => browserName !== 'chromium',
  'Others ask the network for www.localhost',
)

// A browser keeps the cookie from before beside the new one, and sends both.
const changes: Record<string, [before: CookieOptions, after: CookieOptions, host: string]> = {
  'a domain is added': [{}, { domain: 'shop.localhost' }, 'www.shop.localhost'],
  'a domain is dropped': [{ domain: 'shop.localhost' }, {}, 'www.shop.localhost'],
  'it is partitioned': [{ secure: true }, { partitioned: true }, 'localhost'],
  'the path is narrowed': [{}, { path: '/in' }, 'localhost'],
  'the path is widened': [{ path: '/in' }, {}, 'localhost'],
}
const USER: string = 'user'

for (const [change, [before, after, host]] of Object.entries(changes)) {
  for (const kind of ['cookie', 'memory'] as const) {
    test(
      `when ${change}, visitors stay and can log in and out (${kind})`,
      {
        tag: anyStorage,
      },
      async ({ page }) => {
        const { port, close, deploy, seen } = await serve(kind)
        try {
          const open = async (path: string): Promise<string | null> => {
            await page.goto(`http://${host}:${port}/in${path}`)
            return page.getByRole('status').textContent()
          }
          deploy(before)
          await open('/cart')
          expect(await open('/who')).toBe('with a cart: nobody')
          deploy(after)
          expect(await open('/who')).toBe('with a cart: nobody')
          await open('/login')
          expect(await open('/who')).toBe('with a cart: alice')
          expect(seen.at(-1)!.split('session=')).toHaveLength(3)
          await open('/login')
          expect(await open('/who')).toBe('with a cart: alice')
          for (const logout of ['/logout', '/logout-with-note']) {
            await open(logout)
            expect(await open('/who')).toBe('without: nobody')
            deploy(after) // what a process remembered of the old session is forgotten
            expect(await open('/who')).toBe('without: nobody')
            await open('/login')
            expect(await open('/who')).toBe('without: alice')
          }
        } finally {
          close()
        }
      },
    )
  }
}

async function serve(kind: 'cookie' | 'memory') {
  const memory = createMemorySessionStorage()
  const seen: string[] = []
  let fetch: ((request: Request) => Promise<Response>) | undefined

  function deploy(options: CookieOptions): void {
    const secrets = ['pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e']
    const cookie = createCookie('session', { secrets, maxAge: 3600, ...options })
    const storage = kind === 'memory' ? memory : createCookieSessionStorage(cookie)
    const router = createRouter({ middleware: [session(cookie, storage)] })
    router.get('/in/cart', ({ get }) => {
      get(Session).set('cart', { 1: 1 })
      return status('added')
    })
    router.get('/in/login', ({ get }) => {
      get(Session).set(USER, 'alice')
      get(Session).regenerateId()
      return status('welcome')
    })
    router.get('/in/logout', ({ get }) => {
      get(Session).destroy()
      return status('bye')
    })
    router.get('/in/logout-with-note', ({ get }) => {
      get(Session).reset()
      get(Session).flash('note', 'bye')
      return status('bye')
    })
    router.get('/in/who', ({ get, request }) => {
      seen.push(request.headers.get('Cookie') ?? '')
      const cart = get(Session).has('cart') ? 'with a cart' : 'without'
      return status(`${cart}: ${String(get(Session).get(USER) ?? 'nobody')}`)
    })
    fetch = (request) => router.fetch(request)
  }

  const { port, close } = await servePages((request) => fetch!(request))
  return { port, close, deploy, seen }
}

function status(text: string): Response {
  return answer(`<p role="status">${text}</p>`)
}
