import { once } from 'node:events'
import { createServer, request as forward } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { ShopProcess } from './shop-process.ts'

// An answer tells the port of its server, and a request may name the one that it wants.
export const SERVED_BY = 'x-served-by'

/** The port of the server that has answered through the balancer. */
export function servedBy(headers: Headers): number {
  return Number(headers.get(SERVED_BY))
}

interface Target {
  host: string
  port: number
  isHealthy: boolean
}

interface BalancerOptions {
  /** Milliseconds between two looks at the health of a server; none is looked at without it. */
  checkEvery?: number | undefined
}

// A server that takes longer to tell of its health has none. On a busy machine a healthy one takes seconds.
const HEALTHY_WITHIN_MS = 10_000

/**
 * A round-robin in front of several servers: each request goes to the next one that listens and, where
 * that is looked at, is healthy.
 */
export class Balancer {
  readonly #server: Server
  readonly #checkEvery: number | undefined
  readonly #awaited = new Map<string, (port: number) => void>()
  readonly #losses = new Map<string, (port: number) => Promise<void>>()
  #targets: Target[] = []
  // The pages of a browser go round by themselves, whatever pictures and styles each of them needs.
  readonly #turns = { pages: 0, others: 0 }

  private constructor({ checkEvery }: BalancerOptions) {
    this.#checkEvery = checkEvery
    this.#server = createServer((request, response) => void this.#pass(request, response))
  }

  static async start(options: BalancerOptions = {}): Promise<Balancer> {
    const balancer = new Balancer(options)
    balancer.#server.listen(0, '127.0.0.1')
    await once(balancer.#server, 'listening')
    return balancer
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  add({ port, place: { host } }: ShopProcess): void {
    const target = { host, port, isHealthy: true }
    this.#targets.push(target)
    if (this.#checkEvery !== undefined) void this.#watch(target, this.#checkEvery)
  }

  /** Sends nothing more there; what is under way goes on. */
  remove({ port }: ShopProcess): void {
    this.#targets = this.#targets.filter((target) => target.port !== port)
  }

  /** Waits until all servers are known to be healthy. */
  async untilHealthy(): Promise<void> {
    while (!this.#targets.every((target) => target.isHealthy)) await wait(20)
  }

  /** Waits for a request, such as `POST /login`, and tells the port that it has just been sent to. */
  nextTo(request: string): Promise<number> {
    return new Promise((resolve) => this.#awaited.set(request, resolve))
  }

  /** The next answer to such a request does not get through: its server ends before, by `end`. */
  loseAnswerTo(request: string, end: (port: number) => Promise<void>): void {
    this.#losses.set(request, end)
  }

  async stop(): Promise<void> {
    this.#targets = []
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #watch(target: Target, checkEvery: number): Promise<void> {
    while (this.#targets.includes(target)) {
      target.isHealthy = await isHealthy(target)
      await wait(checkEvery)
    }
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const wanted = this.#targets.find(({ port }) => port === Number(request.headers[SERVED_BY]))
    const kind = request.headers['sec-fetch-dest'] === 'document' ? 'pages' : 'others'
    const targets = this.#targets.filter((target) => target.isHealthy)
    for (let attempt = 0; attempt < targets.length; attempt++) {
      const target = wanted ?? targets[this.#turns[kind]++ % targets.length]!
      // Only one that took no connection has surely done nothing: then another may try.
      if ((await this.#send(target, request, body, response)) !== 'refused') return
    }
    if (this.#targets.length > targets.length) {
      refuse(response, '503 Service Unavailable: no server is healthy')
    } else refuse(response)
  }

  #send(
    { host, port }: Target,
    { method, url, headers }: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): Promise<'answered' | 'refused'> {
    const name = `${method} ${url}`
    return new Promise((resolve) => {
      const outgoing = forward({ host, port, method, path: url, headers })
      outgoing.on('response', async (answer) => {
        resolve('answered')
        answer.on('error', () => response.destroy())
        const end = this.#losses.get(name)
        if (end) {
          this.#losses.delete(name)
          await end(port)
          return refuse(response)
        }
        response.writeHead(answer.statusCode!, { ...answer.headers, [SERVED_BY]: String(port) })
        answer.pipe(response)
      })
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') return resolve('refused')
        if (response.headersSent) response.destroy()
        else refuse(response)
        resolve('answered')
      })
      outgoing.end(body, () => {
        this.#awaited.get(name)?.(port)
        this.#awaited.delete(name)
      })
    })
  }
}

async function isHealthy({ host, port }: Target): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(HEALTHY_WITHIN_MS)
    const { ok, body } = await fetch(`http://${host}:${port}/healthz`, { signal })
    await body?.cancel()
    return ok
  } catch {
    return false
  }
}

function refuse(
  response: ServerResponse,
  reason = '502 Bad Gateway: the server went away before it answered',
): void {
  response
    .writeHead(Number(reason.slice(0, 3)), { 'Content-Type': 'text/plain' })
    .end(`${reason}. Please try again.\n`)
}
