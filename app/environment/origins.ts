import { isIPv6 } from 'node:net'

export function isHost(value: string): boolean {
  return isIPv6Address(value) || (/^[\w.-]+$/.test(value) && URL.canParse(`http://${value}`))
}

/** Without a zone such as `%eth0`, which no address on the web has. */
function isIPv6Address(value: string): boolean {
  return isIPv6(value) && !value.includes('%')
}

export function isOrigin(value: string): boolean {
  const url = URL.parse(value)
  // The comparison refuses a path, a query and a user name as well.
  return url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
}

/** The variable by which the shop is open to more than this machine, with its value. */
export function wayInForOthers(values: {
  HOST: string
  PUBLIC_URL?: string | undefined
  TRUST_PROXY: number
}): string | undefined {
  const url = URL.parse(values.PUBLIC_URL ?? '')
  if (url && (url.protocol === 'https:' || !isLoopback(url.hostname))) {
    return `PUBLIC_URL=${withoutPassword(values.PUBLIC_URL!)}`
  }
  if (!isLoopback(values.HOST)) return `HOST=${values.HOST}`
  // Many a proxy asks for `localhost`, whoever it asks for.
  return values.TRUST_PROXY > 0 ? `TRUST_PROXY=${values.TRUST_PROXY}` : undefined
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || /^127(\.\d+){3}$|^\[?::1\]?$/.test(host)
}

export function isUnprotected(origin: string | undefined): boolean {
  const url = origin === undefined ? null : URL.parse(origin)
  return url?.protocol === 'http:' && !isLoopback(url.hostname)
}

export function localOrigins(host: string, port: number): string[] {
  const hosts = ['localhost', '127.0.0.1', isIPv6(host) ? `[${host}]` : host]
  return [...new Set(hosts.map((name) => new URL(`http://${name}:${port}`).origin))]
}

/** A value as it may be shown: what stands before the host of an address can be a password. */
export function withoutPassword(value: string): string {
  return value.replace(/(:\/*)\S*@/, '$1…@')
}
