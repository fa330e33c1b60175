import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it, type TestContext } from 'node:test'
import { createRouter, type RequestHandler } from 'remix/fetch-router'
import { startHttpServer } from './http-server.ts'
import type { LogEntry } from '../log/log.ts'
import { Client, clientAddress } from '../middleware/client-address.ts'
import { formData } from '../middleware/form-data.ts'

type Options = Partial<Parameters<typeof startHttpServer>[0]>

/** A server on a free port that is stopped after the test, and what it logged. */
async function start(
  t: TestContext,
  fetch: (request: Request) => Promise<Response> | Response,
  options: Options = {},
) {
  const entries: LogEntry[] = []
  const server = await startHttpServer({
    fetch,
    host: '127.0.0.1',
    port: 0,
    publicOrigin: 'http://shop.example',
    log: (entry) => entries.push(entry),
    ...options,
  })
  t.after(() => server.stop(0))
  return { ...server, entries, origin: `http://127.0.0.1:${server.port}` }
}

function open(port: number): Socket {
  return connect(port, '127.0.0.1').on('error', () => {})
}

/** Sends bytes as they are and reads until the server closes the connection. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = open(port).setTimeout(3000, () => socket.destroy())
  socket.write(request)
  return text(socket)
}

const close = 'Connection: close\r\n'

/** Reads forms, and answers what it refuses with the bare status. */
function formRouter(handler: RequestHandler<any>) {
  const router = createRouter({ middleware: [formData()] })
  router.post('/', handler)
  return async (request: Request) => {
    try {
      return await router.fetch(request)
    } catch (error) {
      if (request.signal.aborted) throw error
      return new Response(null, { status: (error as { status: number }).status })
    }
  }
}

describe('startHttpServer', { timeout: 240_000 }, () => {
  it('builds request URLs on the public origin, whatever host was sent', async (t) => {
    const { port } = await start(t, (request) => new Response(request.url))
    for (const host of ['evil.example', 'evil.example/path?', 'a@b', '']) {
      const answer = await exchange(
        port,
        `GET /books?q=a HTTP/1.1\r\nHost: ${host}\r\n${close}\r\n`,
      )
      assert.match(answer, /http:\/\/shop\.example\/books\?q=a/, host)
    }
  })

  it('answers 400 to a target that is not a path, and calls nobody for it', async (t) => {
    let calls = 0
    const { port } = await start(t, () => new Response(`${(calls += 1)}`))
    const targets = [
      'http://evil.example/',
      '@evil.example/',
      '?q=1',
      ':80/',
      'evil.example:443',
      '*',
    ]
    for (const target of targets) {
      const answer = await exchange(port, `GET ${target} HTTP/1.1\r\nHost: shop.example\r\n\r\n`)
      assert.match(answer, /^HTTP\/1\.1 400 /, target)
    }
    assert.equal(calls, 0)
  })

  it('keeps a target of two slashes on its own origin', async (t) => {
    const { port } = await start(t, (request) => new Response(request.url))
    const answer = await exchange(port, `GET //evil.example/a HTTP/1.1\r\nHost: a\r\n${close}\r\n`)
    assert.match(answer, /http:\/\/shop\.example\/\/evil\.example\/a/)
  })

  it('refuses TRACE, CONNECT, two hosts and no host', async (t) => {
    const { port } = await start(t, () => new Response('reached'))
    const requests = {
      'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n': 501,
      'CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n\r\n': 501,
      'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n': 400,
      'GET / HTTP/1.1\r\n\r\n': 400,
      'nonsense\r\n\r\n': 400,
    }
    for (const [request, status] of Object.entries(requests)) {
      assert.match(await exchange(port, request), new RegExp(`^HTTP/1.1 ${status} `), request)
    }
  })

  it('refuses with the security headers that every response has', async (t) => {
    const { port } = await start(t, () => new Response('reached'))
    const answer = await exchange(port, 'GET * HTTP/1.1\r\nHost: a\r\n\r\n')
    assert.match(answer, /content-security-policy: default-src 'none'/i)
  })

  it('gives a client 10 s for the headers and 20 s for the request, and looks every 2 s', async (t) => {
    const { origin } = await start(t, () => new Response('reached'))
    let server: Partial<Pick<Server, 'headersTimeout' | 'requestTimeout' | 'timeout'>> = {}
    const note = (message: unknown) => void ({ server } = message as { server: Server })
    subscribe('http.server.request.start', note)
    t.after(() => unsubscribe('http.server.request.start', note))
    await fetch(origin)
    assert.equal(server.headersTimeout, 10_000)
    assert.equal(server.requestTimeout, 20_000)
    assert.equal(server.timeout, 70_000)
    assert.partialDeepStrictEqual(server, { connectionsCheckingInterval: 2000 })
  })

  it('ends connections that are slow to send their headers', async (t) => {
    const { port } = await start(t, () => new Response('reached'), {
      timeouts: { headers: 100, interval: 20 },
    })
    const answer = await exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ')
    assert.match(answer, /^HTTP\/1\.1 408 /)
  })

  it('ends connections that are slow to send their body', async (t) => {
    const { port } = await start(t, async (request) => new Response(await request.text()), {
      timeouts: { request: 100, headers: 100, interval: 20 },
    })
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n'
    assert.match(await exchange(port, `${head}five.`), /^HTTP\/1\.1 408 /)
  })

  it('ends a connection whose client stops reading', async (t) => {
    const cancelled = Promise.withResolvers<void>()
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
      cancel: () => cancelled.resolve(),
    })
    const { port } = await start(t, () => new Response(endless), { timeouts: { silence: 200 } })
    const socket = open(port)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    socket.pause()
    await cancelled.promise
    socket.destroy()
  })

  it('hands the address of the socket to the clientAddress middleware', async (t) => {
    const router = createRouter({ middleware: [clientAddress(0)] })
    router.get('/', (context) => new Response(context.get(Client).address))
    const { origin } = await start(t, (request) => router.fetch(request))
    assert.equal(await (await fetch(origin)).text(), '127.0.0.1')
  })

  it('answers 500 and logs when fetch rejects, and goes on', async (t) => {
    const { origin, entries } = await start(t, async (request) => {
      if (request.url.endsWith('/broken')) throw new Error('inside')
      return new Response('fine')
    })
    const response = await fetch(`${origin}/broken`)
    assert.equal(response.status, 500)
    assert.doesNotMatch(await response.text(), /inside/)
    assert.equal(response.headers.get('X-Content-Type-Options'), 'nosniff')
    assert.equal((entries[0]!.error as Error).message, 'inside')
    assert.equal(await (await fetch(origin)).text(), 'fine')
  })

  it('survives a response body that breaks half-way', async (t) => {
    const { port, origin, entries } = await start(t, (request) => {
      if (!request.url.endsWith('/broken')) return new Response('fine')
      let pulls = 0
      return new Response(
        new ReadableStream({
          pull(controller) {
            if (pulls++ > 0) throw new Error('disk gone')
            controller.enqueue(new TextEncoder().encode('half'))
          },
        }),
      )
    })
    const answer = await exchange(port, 'GET /broken HTTP/1.1\r\nHost: a\r\n\r\n')
    assert.doesNotMatch(answer, /\r\n0\r\n\r\n$/, 'the response must not look complete')
    assert.equal((entries[0]!.error as Error).message, 'disk gone')
    assert.equal(await (await fetch(origin)).text(), 'fine')
  })

  it('lets a connection go on after a body that nobody read', async (t) => {
    const { port } = await start(t, (request) => new Response(request.url))
    const socket = open(port)
    const body = 'a'.repeat(500_000)
    socket.write(`POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n${body}`)
    socket.write(`GET /next HTTP/1.1\r\nHost: a\r\n${close}\r\n`)
    socket.setTimeout(3000, () => socket.destroy())
    assert.match(await text(socket), /\/refused.*\/next/s)
  })

  it('rejects when the port is taken', async (t) => {
    const { port } = await start(t, () => new Response())
    await assert.rejects(
      start(t, () => new Response(), { port }),
      { code: 'EADDRINUSE' },
    )
  })
})

describe('a form over HTTP', { timeout: 240_000 }, () => {
  const form = 'Host: a\r\nContent-Type: application/x-www-form-urlencoded\r\n'

  it('is read when it comes in chunks without a length', async (t) => {
    const { port } = await start(
      t,
      formRouter((context) => new Response(context.get(FormData).get('title') as string)),
    )
    const answer = await exchange(
      port,
      `POST / HTTP/1.1\r\n${form}${close}Transfer-Encoding: chunked\r\n\r\n6\r\ntitle=\r\n4\r\nEmma\r\n0\r\n\r\n`,
    )
    assert.match(answer, /^HTTP\/1\.1 200 .*Emma/s)
  })

  it('of more than 64 KiB is 413 without being read to its end, and the connection stays usable', async (t) => {
    const { port } = await start(
      t,
      formRouter(() => new Response('accepted')),
    )
    const socket = open(port)
    const received: string[] = []
    socket.setEncoding('latin1').on('data', (chunk: string) => received.push(chunk))
    const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`
    socket.write(`POST / HTTP/1.1\r\n${form}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}`)
    while (!received.join('').includes('\r\n\r\n')) await once(socket, 'data')
    assert.match(received.join(''), /^HTTP\/1\.1 413 /)

    received.length = 0
    socket.write(
      `${chunk.repeat(20)}0\r\n\r\nPOST / HTTP/1.1\r\n${form}Content-Length: 3\r\n\r\na=1`,
    )
    while (!received.join('').includes('accepted')) await once(socket, 'data')
    socket.destroy()
  })

  it('that announces too much is 413 before a byte of it arrived', async (t) => {
    const { port } = await start(
      t,
      formRouter(() => new Response('accepted')),
    )
    const socket = open(port)
    socket.write(`POST / HTTP/1.1\r\n${form}Content-Length: 65537\r\n\r\n`)
    const [first] = (await once(socket, 'data')) as [Buffer]
    assert.match(first.toString(), /^HTTP\/1\.1 413 /)
    socket.destroy()
  })

  it('whose client leaves half-way reaches no handler', async (t) => {
    let handled = 0
    const arrived = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    const answer = formRouter(() => new Response(`${(handled += 1)}`))
    const { port, entries } = await start(t, async (request) => {
      arrived.resolve()
      try {
        return await answer(request)
      } finally {
        left.resolve()
      }
    })
    const socket = open(port)
    socket.write(`POST / HTTP/1.1\r\n${form}Content-Length: 30\r\n\r\nbookId=1&quan`)
    await arrived.promise
    socket.destroy()
    await left.promise
    assert.equal(handled, 0)
    assert.deepEqual(entries, [])
  })
})

describe('stop', () => {
  it('lets a request in flight finish, closes its connection and takes no new one', async (t) => {
    const release = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    const { port, stop } = await start(t, async () => {
      reached.resolve()
      await release.promise
      return new Response('finished')
    })
    const idle = open(port)
    await once(idle, 'connect')
    const answer = exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await reached.promise

    const stopped = stop()
    await assert.rejects(fetch(`http://127.0.0.1:${port}`))
    release.resolve()
    assert.match(await answer, /^HTTP\/1\.1 200 .*connection: close.*finished/is)
    assert.equal(await stopped, true)
  })

  it('lets a body finish that has begun, and then ends its connection', async (t) => {
    const rest = Promise.withResolvers<void>()
    const body = new ReadableStream<string>({
      async start(controller) {
        controller.enqueue('begun, ')
        await rest.promise
        controller.enqueue('finished')
        controller.close()
      },
    }).pipeThrough(new TextEncoderStream())
    const { port, stop } = await start(t, () => new Response(body))
    const socket = open(port)
    const answer = text(socket)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await once(socket, 'readable')

    const stopped = stop(3000)
    rest.resolve()
    assert.equal(await stopped, true)
    assert.match(await answer, /finished/)
  })

  it('lets a request finish of which only the beginning has come', async (t) => {
    const { port, stop } = await start(t, (request) => new Response(request.url))
    const socket = open(port)
    const answers = text(socket)
    socket.write('GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\n')
    // The answer to the first tells that the beginning of the second has come.
    await once(socket, 'readable')
    const stopped = stop(3000)
    await assert.rejects(fetch(`http://127.0.0.1:${port}`))
    socket.write('Host: a\r\n\r\n')
    assert.match(await answers, /\/first.*connection: close.*\/second/is)
    assert.equal(await stopped, true)
  })

  it('goes on with new connections while it winds down, and keeps none', async (t) => {
    const { port, stop, windDown } = await start(t, () => new Response('finished'))
    const hurry = new AbortController()
    const woundDown = windDown(60_000, hurry.signal)
    const answer = await exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 200 .*connection: close.*finished/is)
    hurry.abort()
    await woundDown
    assert.equal(await stop(), true)
  })

  it('cuts off what does not finish in time, and says so', async (t) => {
    const reached = Promise.withResolvers<void>()
    const { port, stop } = await start(t, () => {
      reached.resolve()
      return new Promise<Response>(() => {})
    })
    const answer = exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await reached.promise
    assert.equal(await stop(50), false)
    assert.equal(await answer, '')
  })
})
