import { createMultiMatcher } from '@remix-run/route-pattern/match'
import { createContextKey, type Middleware } from 'remix/fetch-router'
import type { Route } from 'remix/fetch-router/routes'
import { Client } from './client-address.ts'

interface AllowedHostOptions {
  /** Where the shop answers, the public one first. */
  origins: readonly string[]
  /** Routes to read at any host or none, as for a balancer that asks by IP address. */
  anyHost?: readonly Route[]
  /** Whether a refusal says what to set: for developers, who are their own visitors. */
  hint?: boolean
}

/** Context key: whether the request is for a host of ours; else it was let through all the same. */
export const AtOwnHost = createContextKey<boolean>()

/**
 * Refuses requests for a host that is not ours: what a DNS rebinding page or a poisoned cache asks
 * for. Needs `clientAddress` before it.
 */
export function allowedHost({
  origins,
  anyHost = [],
  hint = false,
}: AllowedHostOptions): Middleware<{ key: typeof AtOwnHost; value: boolean }> {
  const hosts = new Set(origins.map((origin) => new URL(origin).host))
  const exempt = createMultiMatcher<undefined>()
  for (const route of anyHost) exempt.add(route.pattern, undefined)

  return (context, next) => {
    const host = normalizedHost(context.get(Client)?.host, context.url.protocol)
    const isOurs = host !== undefined && hosts.has(host)
    context.set(AtOwnHost, isOurs)
    const isReading = context.method === 'GET' || context.method === 'HEAD'
    if (isOurs || (isReading && exempt.match(context.url))) return next()
    if (host === undefined) return refusal(400, 'The request names no valid host.')

    const answer = `This shop answers at ${origins[0]}`
    return refusal(421, hint ? `${answer}\n${wayOut(host)}` : answer)
  }
}

// A forwarded port, a container or another device: the shop cannot know under which name it is seen.
function wayOut(host: string): string {
  return `To open it at ${host}, start it with PUBLIC_URL set to the address in the browser, such as:
NODE_ENV=development PUBLIC_URL=http://${host} npm start`
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
