import { Agent, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Answer } from './bare-server.ts'
import type { MeasuredServer } from './measured-server.ts'

const CONNECTIONS = 8

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })

/** What is measured: three pages and a form. */
export const pages = {
  'GET /': { path: '/' },
  'GET /books': { path: '/books' },
  'GET /cart': { path: '/cart' },
  'POST /cart/items': { path: '/cart/items', form: 'bookId=1&quantity=1&returnTo=%2Fbooks' },
} as const

export type Page = keyof typeof pages

export async function ask(origin: string, page: Page, cookie: string): Promise<Answer> {
  return send(origin, { ...pages[page], cookie })
}

export interface Sent {
  path: string
  /** Without one it is a GET. */
  form?: string
  cookie?: string
  /** Where it comes from, as a proxy says. */
  from?: string
}

export async function send(
  origin: string,
  { path, form, cookie = '', from }: Sent,
): Promise<Answer> {
  const type = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: origin }
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  request(
    origin + path,
    {
      agent,
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        ...(cookie !== '' && { Cookie: cookie }),
        ...(from !== undefined && { 'X-Forwarded-For': from }),
        ...(form !== undefined && type),
      },
    },
    async (response) => {
      const body = (await buffer(response)).toString('base64')
      const { rawHeaders } = response
      const headers = rawHeaders
        .map((name, i): [string, string] => [name, rawHeaders[i + 1]!])
        .filter(([name], i) => i % 2 === 0 && !/^(date|connection|keep-alive)$/i.test(name))
      resolve({ status: response.statusCode!, headers, body })
    },
  )
    .on('error', reject)
    .end(form)
  return promise
}

/** The cookies of a visitor with a book in the cart, for as many pages as the messages of it are shown. */
export async function fillCart(origin: string): Promise<string> {
  const jar = new CookieJar()
  for (const page of ['POST /cart/items', 'GET /cart', 'GET /cart'] as const) {
    const answer = await ask(origin, page, jar.header)
    jar.take(answer)
    const isFilled = Buffer.from(answer.body, 'base64').includes('id="line-1"')
    if (page === 'GET /cart' && !isFilled) throw new Error('There is nothing in the cart')
  }
  return jar.header
}

/** The cookies of a visitor. */
export class CookieJar {
  readonly #cookies = new Map<string, string>()

  get header(): string {
    return [...this.#cookies].map((pair) => pair.join('=')).join('; ')
  }

  take({ headers }: Answer): void {
    for (const [name, value] of headers) {
      const [, key, kept] = /^([^=]+)=([^;]*)/.exec(value) ?? []
      if (/^set-cookie$/i.test(name)) this.#cookies.set(key!, kept!)
    }
  }
}

export interface Cost {
  perSecond: number
  /** Microseconds of the server's CPU time a request. */
  cpu: number
  /** Milliseconds within which 99 of 100 requests were answered. */
  p99: number
}

/** What so many requests for a page cost, several at once. */
export async function costOf(
  server: MeasuredServer,
  page: Page,
  cookie: string,
  count: number,
): Promise<Cost> {
  const all = Math.ceil(count / CONNECTIONS) * CONNECTIONS
  return costOfAll(server, repeat({ ...pages[page], cookie }, all))
}

export function repeat(sent: Sent, count: number): Sent[] {
  return Array.from({ length: count }, () => sent)
}

/** What a request of these costs, several of them at once. */
export async function costOfAll(server: MeasuredServer, requests: Sent[]): Promise<Cost> {
  const times: number[] = []
  const left = requests.values()
  // Those of the turn before may have been idle for so long that a server closes them at this moment.
  agent.destroy()
  const before = await server.usage()
  const begin = performance.now()
  async function lane(): Promise<void> {
    for (const sent of left) {
      const asked = performance.now()
      const { status } = await send(server.origin, sent)
      if (status >= 400) throw new Error(`${sent.path} was answered with ${status}`)
      times.push(performance.now() - asked)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, lane))
  const seconds = (performance.now() - begin) / 1000
  const { cpu } = await server.usage()
  return {
    perSecond: times.length / seconds,
    cpu: (cpu - before.cpu) / times.length,
    p99: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!,
  }
}
