import type { Middleware } from 'remix/fetch-router'
import { Client } from './client-address.ts'

/**
 * Refuses requests for a host that is not ours: what a DNS rebinding page or a poisoned cache asks
 * for. Needs `clientAddress` before it.
 *
 * @param origins Where the shop answers, the public one first
 */
export function allowedHost(origins: readonly string[]): Middleware {
  const hosts = new Set(origins.map((origin) => new URL(origin).host))

  return (context, next) => {
    const host = normalizedHost(context.get(Client)?.host, context.url.protocol)
    if (host === undefined) return refusal(400, 'The request names no valid host.')
    if (!hosts.has(host)) return refusal(421, `This shop answers at ${origins[0]}`)
    return next()
  }
}

/** The host in lower case and without the port that its protocol has anyway. */
function normalizedHost(host: string | null | undefined, protocol: string): string | undefined {
  if (!host || !/^[\w.:[\]-]+$/.test(host)) return undefined
  return URL.parse(`${protocol}//${host}`)?.host
}

// Plain text: the links and files of a page would be asked for at the wrong host again.
function refusal(status: number, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  })
}
