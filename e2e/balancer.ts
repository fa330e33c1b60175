import { once } from 'node:events'
import { createServer, request as forward } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

// An answer tells the port of its server, and a request may name the one that it wants.
export const SERVED_BY = 'x-served-by'

/** The port of the server that has answered through the balancer. */
export function servedBy(headers: Headers): number {
  return Number(headers.get(SERVED_BY))
}

/** A round-robin in front of several servers: each request goes to the next one that listens. */
export class Balancer {
  readonly #server: Server
  readonly #awaited = new Map<string, (port: number) => void>()
  #ports: number[] = []
  // The pages of a browser go round by themselves, whatever pictures and styles each of them needs.
  readonly #turns = { pages: 0, others: 0 }

  private constructor() {
    this.#server = createServer((request, response) => void this.#pass(request, response))
  }

  static async start(): Promise<Balancer> {
    const balancer = new Balancer()
    balancer.#server.listen(0, '127.0.0.1')
    await once(balancer.#server, 'listening')
    return balancer
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  add(port: number): void {
    this.#ports.push(port)
  }

  /** Sends nothing more there; what is under way goes on. */
  remove(port: number): void {
    this.#ports = this.#ports.filter((other) => other !== port)
  }

  /** Waits for a request, such as `POST /login`, and tells the port that it has just been sent to. */
  nextTo(request: string): Promise<number> {
    return new Promise((resolve) => this.#awaited.set(request, resolve))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const wanted = Number(request.headers[SERVED_BY])
    const kind = request.headers['sec-fetch-dest'] === 'document' ? 'pages' : 'others'
    for (let attempt = 0; attempt < this.#ports.length; attempt++) {
      const port = wanted || this.#ports[this.#turns[kind]++ % this.#ports.length]!
      // Only one that took no connection has surely done nothing: then another may try.
      if ((await this.#send(port, request, body, response)) !== 'refused') return
    }
    refuse(response)
  }

  #send(
    port: number,
    { method, url, headers }: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): Promise<'answered' | 'refused'> {
    return new Promise((resolve) => {
      const outgoing = forward({ host: '127.0.0.1', port, method, path: url, headers })
      outgoing.on('response', (answer) => {
        response.writeHead(answer.statusCode!, { ...answer.headers, [SERVED_BY]: String(port) })
        answer.pipe(response)
        answer.on('error', () => response.destroy())
        resolve('answered')
      })
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') return resolve('refused')
        if (response.headersSent) response.destroy()
        else refuse(response)
        resolve('answered')
      })
      outgoing.end(body, () => {
        this.#awaited.get(`${method} ${url}`)?.(port)
        this.#awaited.delete(`${method} ${url}`)
      })
    })
  }
}

function refuse(response: ServerResponse): void {
  response
    .writeHead(502, { 'Content-Type': 'text/plain' })
    .end('502 Bad Gateway: the server went away before it answered. Please try again.\n')
}
