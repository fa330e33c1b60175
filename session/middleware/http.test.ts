import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createRequestListener } from '@remix-run/node-fetch-server'
import { createCookie } from 'remix/cookie'
import { createRouter } from 'remix/fetch-router'
import { createSessionId, Session } from 'remix/session'
import type { SessionStorage } from 'remix/session'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { session } from 'remix/session-middleware'
import { SECRET } from '../fixtures/browser.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'
import { WatchedStore } from '../fixtures/watched-store.ts'

const LOGIN: string = 'login'
const SLOW_MS = 500

const sessionCookie = createCookie('__session', { secrets: [SECRET], httpOnly: true })

after(closeRooms)

describe('over HTTP', () => {
  for (const { name, keptIn, skip, open } of rooms) {
    it(`a slow request that writes cannot undo a logout (${name} storage)`, { skip }, async (t) => {
      const storage = await open(sessionCookie, {}, 'shop')
      const browser = await startShop(t, storage, keptIn === 'cookie')
      await browser.send('/login')
      assert.equal(await browser.send('/who'), 'alice')
      const slow = ['/slow?set', '/slow?renew', '/slow?flash'].map((path) => browser.send(path))
      await browser.untilWaiting(slow.length)
      await browser.send('/logout')
      assert.equal(await browser.send('/who'), 'nobody')
      // Nobody is told that something was saved that was not.
      const refused = 'Internal Server Error'
      assert.deepEqual(await Promise.all(slow), [refused, refused, refused])

      assert.equal(await browser.send('/who'), 'nobody')
      assert.ok(browser.seen.size > 0)
      for (const cookie of browser.seen) {
        assert.equal(await browser.send('/who', cookie), 'nobody', cookie)
      }
    })
  }

  it('a page, its pictures and a second tab at once: one session, one message', async (t) => {
    const storage = createCustomSessionStorage(new WatchedStore())
    const browser = await startShop(t, storage, false)
    await browser.send('/login')
    await browser.send('/flash')
    const sent = Array.from({ length: 10 }, () => browser.send('/message'))
    await browser.untilWaiting(sent.length)
    const pages = await Promise.all(sent)
    assert.deepEqual(
      pages.filter((text) => text !== 'none'),
      ['hello'],
    )
    assert.equal(await browser.send('/message'), 'none')
  })
})

/** Starts a shop in which one can sign in, sign out and be slow. */
async function startShop(t: TestContext, storage: SessionStorage, keepsLogins: boolean) {
  // A row of the application's for each login, as there must be where a cookie holds all.
  const logins = new Map<string, string>()
  const router = createRouter({ middleware: [session(sessionCookie, storage)] })
  const find = (session: Session): string | undefined => {
    const login = session.get(LOGIN) as string | undefined
    return keepsLogins ? logins.get(String(login)) : login
  }

  // All have read their session before any of them saves it.
  let waiting = 0
  async function beSlow(): Promise<void> {
    waiting++
    await wait(SLOW_MS)
  }
  async function untilWaiting(requests: number): Promise<void> {
    const allWait = (): boolean => waiting >= requests
    while (!allWait()) await wait(1)
    waiting = 0
  }

  router.map('/login', (context) => {
    const current = context.get(Session)
    const loginId = createSessionId()
    if (keepsLogins) logins.set(loginId, 'alice')
    current.set(LOGIN, keepsLogins ? loginId : 'alice')
    current.regenerateId()
    return new Response('welcome')
  })
  router.map('/logout', (context) => {
    const current = context.get(Session)
    logins.delete(String(current.get(LOGIN)))
    current.destroy()
    return new Response('goodbye')
  })
  router.map('/who', (context) => new Response(find(context.get(Session)) ?? 'nobody'))
  router.map('/slow', async (context) => {
    const current = context.get(Session)
    assert.equal(find(current), 'alice')
    await beSlow()
    if (context.url.search === '?set') current.set('slow' as string, 'x')
    if (context.url.search === '?renew') current.setMaxAge(60)
    if (context.url.search === '?flash') current.flash('slow' as string, 'x')
    return new Response('done')
  })
  router.map('/flash', (context) => {
    context.get(Session).flash('message' as string, 'hello')
    return new Response('ok')
  })
  router.map('/message', async (context) => {
    const message = context.get(Session).get('message' as string) ?? 'none'
    await beSlow()
    return new Response(String(message))
  })

  const server = http.createServer(createRequestListener((request) => router.fetch(request)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo

  let jar = ''
  const seen = new Set<string>()
  async function send(path: string, cookie = jar): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { Cookie: cookie } })
    for (const header of response.headers.getSetCookie()) {
      const pair = header.split('; ')[0]!
      jar = header.includes('Max-Age=0') ? '' : pair
      if (jar !== '') seen.add(jar)
    }
    return response.text()
  }
  return { send, seen, untilWaiting }
}
