import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createClient } from 'redis'
import { findFreePort, launchRedis, startRedisServer } from './redis-server.ts'
import type { RedisServer } from './redis-server.ts'

const SLOTS = 16_384
const MASTER = 'sessions'

/** Three servers that share the keys, each with a third of the slots. */
export async function startRedisCluster() {
  const directory = makeDirectory()
  const servers: RedisServer[] = []
  const busPorts: string[] = []
  for (let i = 0; i < 3; i++) {
    // Its default, 10,000 above the other port, is often no port.
    const busPort = `${await findFreePort()}`
    const file = ['--cluster-config-file', path.join(directory, `${i}.conf`)]
    const args = ['--cluster-enabled', 'yes', '--cluster-port', busPort, ...file]
    servers.push(await startRedisServer(args))
    busPorts.push(busPort)
  }
  for (const [i, server] of servers.entries()) {
    const slots = Array.from({ length: SLOTS }, (_, slot) => slot)
    const own = slots.filter((slot) => Math.floor((slot * 3) / SLOTS) === i)
    await command(server, ['CLUSTER', 'ADDSLOTS', ...own.map(String)])
    await command(server, ['CLUSTER', 'SET-CONFIG-EPOCH', `${i + 1}`])
    if (i === 0) continue
    const [first, address] = [servers[0]!, ['127.0.0.1', `${server.port}`, busPorts[i]!]]
    await command(first, ['CLUSTER', 'MEET', ...address])
  }
  for (const server of servers) {
    await until(async () => {
      const info = String(await command(server, ['CLUSTER', 'INFO']))
      return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')
    })
  }
  return {
    urls: servers.map(({ url }) => url),
    async stop() {
      for (const server of servers) await server.kill()
      fs.rmSync(directory, { recursive: true })
    },
  }
}

/** A master, its replica, and a sentinel that makes the one the other when it is gone. */
export async function startRedisSentinel() {
  const directory = makeDirectory()
  const promptly = ['--repl-diskless-sync-delay', '0']
  const master = await startRedisServer(promptly)
  const replica = await startRedisServer([
    ...promptly,
    '--replicaof',
    '127.0.0.1',
    `${master.port}`,
  ])
  const port = await findFreePort()
  const file = path.join(directory, 'sentinel.conf')
  fs.writeFileSync(
    file,
    `port ${port}
    bind 127.0.0.1
    dir ${directory}
    sentinel monitor ${MASTER} 127.0.0.1 ${master.port} 1
    sentinel down-after-milliseconds ${MASTER} 300
    sentinel failover-timeout ${MASTER} 1000\n`,
  )
  const sentinel = await launchRedis([file, '--sentinel'], '+monitor master')
  const own = { url: `redis://127.0.0.1:${port}` }
  await until(async () => {
    const reply = await command(own, ['SENTINEL', 'REPLICAS', MASTER])
    return JSON.stringify(reply).includes(`${replica.port}`)
  })
  return {
    name: MASTER,
    sentinels: [{ host: '127.0.0.1', port }],
    master,
    async stop() {
      for (const server of [master, replica]) await server.kill()
      const exited = once(sentinel, 'exit')
      sentinel.kill('SIGKILL')
      await exited
      fs.rmSync(directory, { recursive: true })
    },
  }
}

function makeDirectory(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'redis-'))
}

/** Sends one command over a connection of its own. */
export async function command({ url }: { url: string }, args: string[]): Promise<unknown> {
  const client = await createClient({ url }).connect()
  try {
    return await client.sendCommand(args)
  } finally {
    client.destroy()
  }
}

/** Waits until a condition holds, at most twenty seconds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('it did not happen within twenty seconds')
    await wait(20)
  }
}
