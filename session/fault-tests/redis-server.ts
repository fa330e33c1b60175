import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import { createInterface } from 'node:readline'

const program = ['redis-server', 'valkey-server'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
)

/**
 * Why the tests against a real Redis are skipped, for the `skip` of `node:test`; `false` where there
 * is one. With `REQUIRE_REDIS=1`, as in continuous integration, a missing one is a failure instead.
 */
export const skipWithoutRedis: string | false = program
  ? false
  : 'redis-server is not installed; on Debian and Ubuntu: apt-get install redis-server'

if (skipWithoutRedis !== false && process.env.REQUIRE_REDIS === '1') {
  throw new Error(`REQUIRE_REDIS is set, but ${skipWithoutRedis}`)
}

/** A Redis of our own on a port of 127.0.0.1. It writes nothing to disk. */
export interface RedisServer {
  port: number
  url: string
  /** Ends it as a crash would: at once, and what it held is gone. */
  kill(): Promise<void>
  /** Starts it again on the same port after `kill`. */
  start(): Promise<void>
  /** Lets it hang: it takes connections and commands and answers nothing. */
  suspend(): void
  resume(): void
}

/** Starts a Redis; call `kill` when it is no longer needed. */
export async function startRedisServer(args: string[] = []): Promise<RedisServer> {
  const port = await findFreePort()
  const all = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', os.tmpdir(), '--save', '']
  all.push('--repl-diskless-load', 'swapdb') // or a replica leaves a file for the next server
  let child: ChildProcess

  async function start(): Promise<void> {
    child = await launchRedis([...all, '--appendonly', 'no', ...args])
  }

  await start()
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    start,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
    suspend: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  }
}

/** Starts the program and waits for a line of its log. It ends with us at the latest. */
export async function launchRedis(
  args: string[],
  ready = 'Ready to accept connections',
): Promise<ChildProcess> {
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const dieWithUs = (): unknown => child.kill('SIGKILL')
  process.once('exit', dieWithUs)
  child.once('exit', () => process.off('exit', dieWithUs))
  const lines: string[] = []
  for await (const line of createInterface(child.stdout)) {
    lines.push(line)
    if (line.includes(ready)) {
      child.stdout.resume()
      return child
    }
  }
  throw new Error(`${program} did not start:\n${lines.join('\n')}`)
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
