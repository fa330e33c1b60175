import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { createRouter } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { session } from 'remix/session-middleware'
import { openBrowser, setCookieOf } from '../fixtures/browser.ts'

const COLOR: string = 'color'

describe('a handler', () => {
  it('finds the session of the request in its context, under either name', async () => {
    const { cookie, storage } = openBrowser()
    const router = createRouter({ middleware: [session(cookie, storage)] })
    router.get('/', (context) => Response.json(context.session === context.get(Session)))
    router.get('/context', ({ context }) => {
      return Response.json(context.session === context.get(Session))
    })
    for (const path of ['/', '/context']) {
      const response = await router.fetch(`https://shop.example${path}`)
      assert.equal(await response.json(), true)
    }
  })
})

describe('responses', () => {
  it('of any status save', async () => {
    for (const status of [200, 204, 302, 404, 422, 500, 503]) {
      const { browser } = openBrowser()
      const response = await browser.visit((session) => {
        session.set(COLOR, status)
        return new Response(null, { status })
      })
      assert.equal(response.status, status)
      await browser.visit((session) => assert.equal(session.get(COLOR), status))
    }
  })

  it('with headers that cannot be changed get their cookie too', async () => {
    const { browser } = openBrowser()
    const response = await browser.visit((session) => {
      session.set(COLOR, 'red')
      return Response.redirect('https://shop.example/next', 303)
    })
    assert.equal(response.status, 303)
    assert.equal(response.headers.get('Location'), 'https://shop.example/next')
    assert.notEqual(setCookieOf(response), null)
  })

  it('of another server, which already are private, get their cookie too', async (t) => {
    const server = http.createServer((_request, response) => {
      response.writeHead(200, { Vary: 'Cookie', 'Cache-Control': 'private' }).end('from there')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const { port } = server.address() as AddressInfo
    const { browser } = openBrowser()
    const response = await browser.visit((session) => {
      session.set(COLOR, 'red')
      return fetch(`http://127.0.0.1:${port}/`)
    })
    assert.equal(await response.text(), 'from there')
    assert.notEqual(setCookieOf(response), null)
  })

  it('keep the cookies that the handler set', async () => {
    const { browser } = openBrowser()
    const response = await browser.request((session) => {
      session.set(COLOR, 'red')
      return new Response('', { headers: { 'Set-Cookie': 'theme=dark' } })
    })
    const names = response.headers.getSetCookie().map((header) => header.split('=')[0])
    assert.deepEqual(names, ['theme', '__session'])
  })

  it('that are returned twice carry nobody’s session', async () => {
    const withBody = new Response('a body')
    for (const shared of [
      new Response(null, { status: 204 }),
      new Response(null, { headers: { 'X-Shared': 'yes' } }),
      Response.redirect('https://shop.example/next', 303),
      withBody,
    ]) {
      const before = JSON.stringify([...shared.headers])
      const { browser } = openBrowser()
      const first = await browser.visit((session) => {
        session.set(COLOR, 'red')
        return shared
      })
      assert.notEqual(setCookieOf(first), null)
      assert.equal(JSON.stringify([...shared.headers]), before)
      if (shared === withBody) continue // it is used up
      const second = await browser.visit((session) => {
        session.get(COLOR)
        return shared
      })
      assert.equal(setCookieOf(second), null)
      assert.equal(JSON.stringify([...shared.headers]), before)
    }
  })

  it('that nobody can copy are the ones that the handler made', async () => {
    // What a server that speaks WebSocket answers with. Node makes none, and no status below 200.
    const upgrade = Object.defineProperty(new Response(null), 'status', { value: 101 })
    for (const made of [upgrade, Response.error()]) {
      const { browser } = openBrowser()
      const response = await browser.visit((session) => {
        session.set(COLOR, 'red')
        return made
      })
      assert.equal(response, made)
      assert.equal(
        setCookieOf(response) !== null,
        made === upgrade,
        'those of an error never change',
      )
    }
  })

  it('of a handler that returns nothing are 204', async () => {
    const { cookie, storage } = openBrowser()
    const router = createRouter({ middleware: [session(cookie, storage)] })
    router.map('/', async ({ context }) => {
      context.get(Session).set(COLOR, 'red')
    })
    const response = await router.fetch('https://shop.example/')
    assert.equal(response.status, 204)
    assert.notEqual(setCookieOf(response), null)
  })
})
