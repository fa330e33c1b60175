// What is sent here as a message is what each path answers: with the least that Node needs, or as
//   bare-server.ts router
// with the router and the adapter that the shop has, and nothing else of the shop.

import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequestListener } from '@remix-run/node-fetch-server'
import { createRouter } from 'remix/fetch-router'

export interface Answer {
  status: number
  headers: [name: string, value: string][]
  /** As base64. */
  body: string
}

interface ReadyAnswer {
  status: number
  headers: [name: string, value: string][]
  body: Buffer<ArrayBuffer>
}

const answers = new Map<string, ReadyAnswer>()
const router = createRouter()
const server = createServer(process.argv[2] === 'router' ? byRouter() : byHand)

function byHand(...[request, response]: Parameters<RequestListener>): void {
  request.resume()
  const { status, headers, body } = answers.get(request.url!)!
  response.writeHead(status, headers.flat()).end(body)
}

function byRouter(): RequestListener {
  const host = 'localhost'
  return createRequestListener((request) => router.fetch(request), { host, protocol: 'http:' })
}

async function answer(request: Request, { status, headers, body }: ReadyAnswer): Promise<Response> {
  if (request.method === 'POST') {
    const form = new URLSearchParams(await request.text())
    if (form.size === 0) return new Response(null, { status: 400 })
  }
  if (body.length === 0) return new Response(null, { status, headers })
  // A body of bytes would be copied.
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(body)
      controller.close()
    },
  })
  return new Response(stream, { status, headers })
}

process.on('message', (message) => {
  if (message === 'usage') return
  for (const [path, { body, ...head }] of Object.entries(message as Record<string, Answer>)) {
    const ready = { ...head, body: Buffer.from(body, 'base64') }
    answers.set(path, ready)
    router.route('ANY', path, ({ request }) => answer(request, ready))
  }
  process.send!('answers')
})

server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
