import { isIP } from 'node:net'
import { createContextKey, type Middleware } from 'remix/fetch-router'

export interface Client {
  /** The IP address, or `unknown`. */
  address: string
  /** The host that the client asked for, as it was sent: not yet checked. */
  host: string | null
  protocol: 'http:' | 'https:'
}

/** Context key: who sent the request, seen through the trusted proxies. */
export const Client = createContextKey<Client>()

// A Request has no place for the address of its socket. The entry goes with the request.
const socketAddresses = new WeakMap<Request, string>()

/** Tells the `clientAddress` middleware where `request` came from. */
export function setSocketAddress(request: Request, address: string): void {
  socketAddresses.set(request, address)
}

/**
 * Provides the client's address, host and protocol.
 *
 * Each proxy appends to the right of `X-Forwarded-For` what it saw, and everything further to the
 * left came from the client, who may have made it up. So of n trusted proxies the n-th entry from the
 * right counts. Without a trusted proxy all of these headers are ignored.
 *
 * @param trustProxy The number of proxies in front of the server
 */
export function clientAddress(
  trustProxy: number,
): Middleware<{ key: typeof Client; value: Client }> {
  return (context, next) => {
    const { headers } = context.request
    function forwarded(name: string): string | undefined {
      return trustProxy > 0 ? fromRight(headers.get(name), trustProxy) : undefined
    }

    const protocol = forwarded('X-Forwarded-Proto')?.toLowerCase()
    context.set(Client, {
      address:
        withoutPort(forwarded('X-Forwarded-For')) ??
        socketAddresses.get(context.request) ??
        'unknown',
      host: forwarded('X-Forwarded-Host') ?? headers.get('Host'),
      protocol:
        protocol === 'http' || protocol === 'https' ? `${protocol}:` : ownProtocol(context.url),
    })
    return next()
  }
}

/** The n-th entry of a list header from the right; the leftmost where there are fewer. */
function fromRight(header: string | null, n: number): string | undefined {
  const entries = header?.split(',').map((entry) => entry.trim()) ?? []
  return entries.at(-Math.min(n, entries.length)) || undefined
}

/** The address in an entry such as `192.0.2.1`, `192.0.2.1:5000`, `2001:db8::1` or `[2001:db8::1]:5000`. */
function withoutPort(entry: string | undefined): string | undefined {
  if (entry === undefined || isIP(entry) !== 0) return entry
  const address = /^\[(.+)\](?::\d+)?$|^([^:]+):\d+$/.exec(entry)
  const found = address?.[1] ?? address?.[2] ?? ''
  return isIP(found) === 0 ? undefined : found
}

function ownProtocol(url: URL): Client['protocol'] {
  return url.protocol === 'https:' ? 'https:' : 'http:'
}
