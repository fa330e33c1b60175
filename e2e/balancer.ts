import { once } from 'node:events'
import { createServer, request as forward } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A round-robin in front of several servers: each request goes to the next one that listens. */
export class Balancer {
  readonly #server: Server
  #ports: number[] = []
  #turn = 0

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

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    for (let attempt = 0; attempt < this.#ports.length; attempt++) {
      const port = this.#ports[this.#turn++ % this.#ports.length]!
      // Only one that took no connection has surely done nothing: then another may try.
      if ((await this.#send(port, request, body, response)) !== 'refused') return
    }
    response.writeHead(502).end()
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
        response.writeHead(answer.statusCode!, { ...answer.headers, 'x-served-by': String(port) })
        answer.pipe(response)
        answer.on('error', () => response.destroy())
        resolve('answered')
      })
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNREFUSED') return resolve('refused')
        if (!response.headersSent) response.writeHead(502).end()
        resolve('answered')
      })
      outgoing.end(body)
    })
  }
}
