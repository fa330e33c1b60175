import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequestListener } from '@remix-run/node-fetch-server'

/** Serves pages of a test's own, for what those of the shop have no use for. */
export async function servePages(fetch: (request: Request) => Promise<Response>) {
  const server = createServer(createRequestListener((request) => fetch(request)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, close: () => server.close().closeAllConnections() }
}

export function page(body: string): Response {
  return new Response(`<!doctype html><title>A page</title>${body}`, {
    headers: { 'Content-Type': 'text/html' },
  })
}
