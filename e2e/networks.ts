import { spawnSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'

/** Networks of one machine for several servers, each of which sees this process and no other server. */
interface Networks {
  /** Where this process can be reached from them. */
  gateway: string
  /** The address of each server, and what a command begins with that is to run there. */
  places: { host: string; command: string[] }[]
  remove(): void
}

/** Makes network namespaces, or tells why there can be none. */
export function createNetworks(count: number): Networks | string {
  if (process.platform !== 'linux') return 'network namespaces are of Linux'
  if (process.getuid?.() !== 0) return 'network namespaces take root'
  const id = randomBytes(3).toString('hex')
  // Of what is set aside for trials between networks, so nobody's.
  const range = `198.18.${randomInt(256)}`
  const bridge = `shops${id}`
  const places = Array.from({ length: count }, (_, index) => ({
    name: `shop${id}-${index + 1}`,
    device: `shop${id}${index + 1}`,
    host: `${range}.${index + 2}`,
  }))
  const networks: Networks = {
    gateway: `${range}.1`,
    places: places.map(({ name, host }) => ({ host, command: ['ip', 'netns', 'exec', name] })),
    remove() {
      for (const { name } of places) run(`ip netns del ${name}`)
      run(`ip link del ${bridge}`)
      process.off('exit', networks.remove)
    },
  }
  process.once('exit', networks.remove)
  const fault = firstFault([
    `ip link add ${bridge} type bridge`,
    `ip addr add ${range}.1/24 dev ${bridge}`,
    `ip link set ${bridge} up`,
    ...places.flatMap(({ name, device, host }) => [
      `ip netns add ${name}`,
      `ip link add ${device} type veth peer name eth0 netns ${name}`,
      // Isolated ports of a bridge reach what is in front of it, and not each other.
      `ip link set ${device} master ${bridge}`,
      `ip link set ${device} type bridge_slave isolated on`,
      `ip link set ${device} up`,
      `ip -n ${name} addr add ${host}/24 dev eth0`,
      `ip -n ${name} link set eth0 up`,
      `ip -n ${name} link set lo up`,
    ]),
  ])
  if (fault === undefined) return networks
  networks.remove()
  return `there can be no network namespaces: ${fault}`
}

function firstFault(commands: string[]): string | undefined {
  for (const command of commands) {
    const fault = run(command)
    if (fault !== undefined) return fault
  }
  return undefined
}

function run(command: string): string | undefined {
  const [program, ...args] = command.split(' ')
  const { status, stderr, error } = spawnSync(program!, args, { encoding: 'utf8' })
  return status === 0 ? undefined : (error?.message ?? stderr.trim())
}
