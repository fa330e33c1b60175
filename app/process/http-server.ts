import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { createRequestListener, type ClientAddress } from '@remix-run/node-fetch-server'
import type { Log } from '../log/log.ts'
import { setSocketAddress } from '../middleware/client-address.ts'
import { setSecurityHeaders } from '../middleware/security-headers.ts'

interface HttpServerOptions {
  fetch: (request: Request) => Response | Promise<Response>
  host: string
  /** 0 for any free one. */
  port: number
  /** What every request URL begins with, whatever `Host` or target the client sent. */
  publicOrigin: string
  log: Log
  timeouts?: Partial<Timeouts>
}

/** How long a client may take, in milliseconds. */
interface Timeouts {
  headers: number
  /** The whole request, its body included. */
  request: number
  /** Between two requests on a connection; longer than that of a proxy in front, usually 60 s. */
  keepAlive: number
  /** Without a byte in either direction, as of a client that stops reading. */
  silence: number
  /** How often the first two are checked. */
  interval: number
}

const defaultTimeouts: Timeouts = {
  headers: 10_000,
  request: 20_000,
  keepAlive: 65_000,
  silence: 70_000,
  interval: 2_000,
}

// For what was sent before anybody could know, also where nothing is in front of this server.
const LAST_REQUESTS_MS = 250

// As many connections wait to be accepted as Node asks the system for by default.
const BACKLOG = 511

interface HttpServer {
  port: number
  /**
   * The first half of stopping: goes on taking requests for `ms` milliseconds and a moment, or for
   * that moment once `hurry` is aborted, and asks clients to close their connections.
   */
  windDown(ms: number, hurry: AbortSignal): Promise<void>
  /**
   * Stops accepting connections and lets requests in flight finish, for `graceMs` at most. False if
   * some had to be cut off.
   */
  stop(graceMs?: number): Promise<boolean>
}

/** Serves `fetch` over HTTP. Rejects when the address cannot be listened on. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { log } = options
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const { host, protocol } = new URL(options.publicOrigin)
  const unfinished = new Set<ServerResponse>()
  let stopping = false

  const listener = createRequestListener(
    (request: Request, client: ClientAddress) => {
      setSocketAddress(request, client.address)
      return options.fetch(request)
    },
    {
      host,
      protocol,
      onError(error) {
        log({ event: 'error', error })
        const headers = new Headers({ 'Content-Type': 'text/plain; charset=utf-8' })
        setSecurityHeaders(headers)
        return new Response('Internal Server Error\n', { status: 500, headers })
      },
    },
  )

  const server = createServer(
    {
      headersTimeout: timeouts.headers,
      requestTimeout: timeouts.request,
      keepAliveTimeout: timeouts.keepAlive,
      connectionsCheckingInterval: timeouts.interval,
    },
    (request, response) => {
      if (stopping) response.setHeader('Connection', 'close')
      unfinished.add(response)
      response.once('close', () => unfinished.delete(response))
      // A body that nobody read would block the connection, so it flows to nowhere, for as long as
      // the request timeout lets it.
      response.once('finish', () => request.removeAllListeners('data').resume())

      const status = refusalOf(request)
      if (status === undefined) listener(request, response)
      else refuse(response, status)
    },
  )
  server.timeout = timeouts.silence
  const connections = new Set<Socket>()
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  // A tunnel, which Node leaves to this event. Without it the client would get no answer at all.
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })

  server.listen(options.port, options.host)
  await once(server, 'listening')
  // From here on an error is that of a single connection, for example too many open files.
  server.on('error', (error) => log({ event: 'error', error }))

  return {
    port: (server.address() as AddressInfo).port,

    async windDown(ms, hurry) {
      stopping = true
      await sleep(ms, undefined, { signal: hurry }).catch(() => {})
      await sleep(LAST_REQUESTS_MS)
      // After a busy moment of our own, connections of that time still lie there. Each turn of the
      // event loop accepts one of them, and the next one reads its request.
      for (let turn = 0; turn <= BACKLOG; turn++) await setImmediate()
    },

    async stop(graceMs = 10_000) {
      stopping = true
      const closed = once(server, 'close')
      server.close()
      for (const response of unfinished) {
        if (!response.headersSent) response.setHeader('Connection', 'close')
        // Too late to say so; its client would keep the connection for the next request.
        else
          response.once('finish', async () => {
            await setImmediate()
            server.closeIdleConnections()
          })
      }
      let finished = true
      const timer = setTimeout(() => {
        finished = false
        server.closeAllConnections()
      }, graceMs)
      // Node closes connections between two requests, but not those before their first one, which
      // browsers open ahead of need. A request may have come in with the connection.
      await setImmediate()
      for (const socket of connections) if (socket.bytesRead === 0) socket.destroy()
      await closed
      clearTimeout(timer)
      return finished
    },
  }
}

/**
 * The status for a request that has no place in the Fetch API, where the target would be glued to the
 * host: `GET http://evil.example/` or `GET @evil.example/` would become another URL or none.
 */
function refusalOf(request: IncomingMessage): number | undefined {
  if (request.method === 'TRACE') return 501
  if (!request.url?.startsWith('/')) return 400
  // Two hosts: a proxy in front may have looked at the other one (RFC 9112, 3.2).
  if (countHosts(request.rawHeaders) > 1) return 400
  return undefined
}

function countHosts(namesAndValues: readonly string[]): number {
  let count = 0
  for (let i = 0; i < namesAndValues.length; i += 2) {
    const name = namesAndValues[i]!
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1
  }
  return count
}

function refuse(response: ServerResponse, status: number): void {
  const headers = new Headers({ Connection: 'close' })
  setSecurityHeaders(headers)
  response.setHeaders(headers)
  response.writeHead(status).end()
}
