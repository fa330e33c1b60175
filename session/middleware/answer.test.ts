import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { withSession } from 'remix/session-handler'
import { Browser, setCookieOf } from '../fixtures/browser.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'
import { WatchedStore } from '../fixtures/watched-store.ts'
import { begin, COLOR, cookie, look, openAll, WORKS } from './fixtures/visits.ts'

/** Responses that no server can send. */
const UNSENDABLE: Record<string, () => Promise<Response>> = {
  'whose body was read': async () => {
    const response = new Response('the same for all')
    await response.text()
    return response
  },
  'whose body was read in part': async () => {
    const response = new Response('the same for all')
    const reader = response.body!.getReader()
    await reader.read()
    reader.releaseLock()
    return response
  },
  'whose body somebody reads': async () => {
    const response = new Response('the same for all')
    response.body!.getReader()
    return response
  },
  'that is none': async () => 'the same for all' as unknown as Response,
}

after(closeRooms)

describe('a response that cannot be sent is an error, and the session stays what it was', () => {
  for (const { name, skip, open } of rooms) {
    it(`in ${name} storage`, { skip }, async () => {
      const browser = new Browser(cookie, await open(cookie, {}, 'unsendable'))
      await begin(browser)
      for (const make of Object.values(UNSENDABLE)) {
        for (const [what, work] of Object.entries(WORKS)) {
          const attempt = browser.visit(async (session) => {
            work(session)
            return make()
          })
          await assert.rejects(attempt, { name: 'TypeError', message: /cannot be sent/ }, what)
          const after = await browser.visit(look, { method: 'HEAD' })
          assert.equal(setCookieOf(after), null, what)
        }
      }
    })
  }

  it('but one that was destroyed has ended, where a store can tell', async () => {
    for (const { skip, open, keptIn } of rooms) {
      if (skip) continue
      for (const end of ['destroy', 'reset'] as const) {
        const browser = new Browser(cookie, await open(cookie, {}, `unsendable ${end}`))
        await begin(browser)
        const attempt = browser.visit((session) => {
          session.regenerateId()
          session[end]()
          return UNSENDABLE['whose body was read']!()
        })
        await assert.rejects(attempt, /cannot be sent/)
        await browser.visit((session) => {
          assert.equal(session.get(COLOR), keptIn === 'cookie' ? 'red' : undefined)
        })
      }
    }
  })

  it('of one that no browser gets to see nobody is told, as the server does that', async () => {
    for (const browser of await openAll()) {
      await begin(browser)
      const made = Response.error()
      const response = await browser.visit((session) => {
        WORKS['all of it']!(session)
        return made
      })
      assert.equal(response, made)
      await browser.visit(look, { method: 'HEAD' })
    }
  })

  it('nothing is asked of one whose handler left the session alone', async () => {
    const storage = createCustomSessionStorage(new WatchedStore())
    const made = await UNSENDABLE['whose body was read']!()
    const handle = withSession(cookie, storage)
    assert.equal(await handle(new Request('https://shop.example/'), () => made), made)
  })
})

describe('a response whose body nobody sends', () => {
  it('to HEAD may have been read, or be cancelled, and gets its cookie all the same', async () => {
    const { 'that is none': none, ...read } = UNSENDABLE
    for (const browser of await openAll()) {
      for (const make of [...Object.values(read), cancelled]) {
        browser.cookie = ''
        const first = await browser.visit(
          async (session) => {
            session.set(COLOR, 'red')
            return make()
          },
          { method: 'HEAD' },
        )
        assert.notEqual(setCookieOf(first), null)
        assert.equal(first.headers.get('Content-Type'), 'text/plain;charset=UTF-8')
        const second = await browser.visit(
          (session) => {
            assert.equal(session.get(COLOR), 'red')
            return make()
          },
          { method: 'HEAD' },
        )
        assert.equal(second.status, 200)
        assert.equal(second.headers.get('Cache-Control'), 'private, no-store')
      }
      await assert.rejects(
        browser.visit(() => none!(), { method: 'HEAD' }),
        /it is no Response/,
      )
    }
  })

  it('as it has none may be called read', async () => {
    for (const browser of await openAll()) {
      const empty = Object.defineProperty(new Response(null), 'bodyUsed', { value: true })
      const response = await browser.visit((session) => {
        session.set(COLOR, 'red')
        return empty
      })
      assert.notEqual(setCookieOf(response), null)
    }
  })

  it('as its status has none is left out of a copy', async () => {
    for (const browser of await openAll()) {
      for (const status of [204, 205, 304]) {
        browser.cookie = ''
        const odd = Object.defineProperty(new Response('odd'), 'status', { value: status })
        const response = await browser.visit((session) => {
          session.set(COLOR, 'red')
          return odd
        })
        assert.notEqual(setCookieOf(response), null)
        assert.equal(response.status, status)
        assert.equal(response.body, null)
      }
    }
  })
})

describe('a response of another server', () => {
  it('keeps its body until somebody reads it, however long that takes', async (t) => {
    const url = await serve(t, 'HTTP/1.1 200 OK')
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const browser = (await openAll())[0]!
    for (let i = 0; i < 10; i++) {
      const response = await browser.visit((session) => {
        session.get(COLOR)
        return fetch(url)
      })
      await wait(10)
      collectGarbage()
      await wait(10)
      assert.equal(await response.text(), 'hi')
    }
  })

  it('gets the cookie though its reason is one that no copy can have', async (t) => {
    const url = await serve(t, 'HTTP/1.1 200 Gr\u00fc\u00dfe \u{1f600}')
    for (const browser of await openAll()) {
      const response = await browser.visit((session) => {
        session.set(COLOR, 'red')
        return fetch(url)
      })
      assert.notEqual(setCookieOf(response), null)
      assert.equal(response.status, 200)
      assert.equal(await response.text(), 'hi')
    }
  })

  it('of a status that it made up, which no copy can have, is no way to lose a session', async (t) => {
    const url = await serve(t, 'HTTP/1.1 999 Denied')
    for (const browser of await openAll()) {
      await begin(browser)
      const attempt = browser.visit((session) => {
        session.regenerateId()
        return fetch(url)
      })
      await assert.rejects(attempt, { name: 'TypeError', message: /no cookie/ })
      const response = await browser.visit(async (session) => {
        session.get(COLOR)
        return fetch(url)
      })
      assert.equal(response.status, 999)
      await browser.visit(look, { method: 'HEAD' })
    }
  })
})

async function cancelled(): Promise<Response> {
  const response = new Response('the same for all')
  await response.body!.cancel()
  return response
}

/** Starts a server that answers a line of its own. */
async function serve(t: TestContext, line: string): Promise<string> {
  const server = http.createServer((_request, response) => {
    response.socket!.end(`${line}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}/`
}
