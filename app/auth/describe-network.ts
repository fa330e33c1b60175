import { BlockList } from 'node:net'

const here = new BlockList()
here.addSubnet('127.0.0.0', 8)
here.addAddress('::', 'ipv6') // so begins the network of ::1

// RFC 1918, 3927, 6598, 4193 and 4291.
const inside = new BlockList()
for (const [first, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  inside.addSubnet(first, bits)
}
inside.addSubnet('fc00::', 7, 'ipv6')
inside.addSubnet('fe80::', 10, 'ipv6')

/**
 * Where a login comes from, in words for its owner, as far as the address tells without asking anybody.
 *
 * @param network As `networkOf` says it
 * @returns To stand behind something; empty where nothing is known
 */
export function describeNetwork(network: string): string {
  const [first, bits] = network.split('/')
  if (first === undefined || bits === undefined) return ''
  const family = bits === '64' ? 'ipv6' : 'ipv4'
  if (here.check(first, family)) return ', from the computer of the shop'
  if (inside.check(first, family)) return ', from a private network'
  return `, from an address that starts with ${first.replace(/\.0$|::$/, '')}`
}
