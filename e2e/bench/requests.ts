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
  const { path, form } = { form: undefined, ...pages[page] }
  const type = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: origin }
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  request(
    origin + path,
    {
      agent,
      method: form === undefined ? 'GET' : 'POST',
      headers: { ...(cookie !== '' && { Cookie: cookie }), ...(form !== undefined && type) },
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
  const jar = new Map<string, string>()
  const cookie = () => [...jar].map((pair) => pair.join('=')).join('; ')
  for (const page of ['POST /cart/items', 'GET /cart', 'GET /cart'] as const) {
    const { headers, body } = await ask(origin, page, cookie())
    for (const [name, value] of headers) {
      const [, key, kept] = /^([^=]+)=([^;]*)/.exec(value) ?? []
      if (/^set-cookie$/i.test(name)) jar.set(key!, kept!)
    }
    const isFilled = Buffer.from(body, 'base64').includes('id="line-1"')
    if (page === 'GET /cart' && !isFilled) throw new Error('There is nothing in the cart')
  }
  return cookie()
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
  const times: number[] = []
  const before = await server.usage()
  const begin = performance.now()
  async function lane(): Promise<void> {
    for (let i = 0; i < count / CONNECTIONS; i++) {
      const asked = performance.now()
      const { status } = await ask(server.origin, page, cookie)
      if (status >= 400) throw new Error(`${page} was answered with ${status}`)
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
