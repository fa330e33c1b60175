import { isIPv4, isIPv6 } from 'node:net'

/**
 * The network of an address: its first 24 bits for IPv4, 64 for IPv6. One customer of a provider has
 * the whole of it, and changes addresses within it at will. What is no address is a network of its
 * own.
 */
export function networkOf(address: string): string {
  if (isIPv4(address)) return ipv4Network(address)
  const bare = address.replace(/%.*$/, '')
  if (!isIPv6(bare)) return address

  const groups = ipv6Groups(bare)
  const mapped = ipv4In(groups)
  return mapped ? ipv4Network(mapped) : `${groups.slice(0, 4).join(':')}::/64`
}

/**
 * The line over which an address comes: itself for IPv4, its first 64 bits for IPv6, of which one
 * customer has all.
 */
export function lineOf(address: string): string {
  const network = networkOf(address)
  return network.endsWith('/24') ? ipv4Of(address) : network
}

function ipv4Of(address: string): string {
  return isIPv4(address) ? address : ipv4In(ipv6Groups(address.replace(/%.*$/, '')))!
}

function ipv4Network(address: string): string {
  return address.replace(/\d+$/, '0/24')
}

/** The eight groups in hexadecimal, without leading zeros. */
function ipv6Groups(address: string): string[] {
  // The URL parser knows every spelling, dotted ones included, and makes it one.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail ? tail.split(':') : []
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
}

/** The IPv4 address in `::ffff:a.b.c.d`, as sockets that listen on both kinds report it. */
function ipv4In(groups: string[]): string | undefined {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return undefined
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((group) => [group >> 8, group & 255])
    .join('.')
}
