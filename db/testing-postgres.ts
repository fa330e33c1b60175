import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe } from 'node:test'

import { Client } from 'pg'
import { findFreePort } from 'remix/session/testing/redis-server'

const folder = findPrograms()

/**
 * Why the tests against a real PostgreSQL are skipped, for the `skip` of `node:test`; `false` where
 * there is one. With `REQUIRE_POSTGRES=1`, as in continuous integration, a missing one is a failure
 * instead. With `WITHOUT_POSTGRES=1` none is used.
 */
export const skipWithoutPostgres: string | false = reasonToSkip()

function reasonToSkip(): string | false {
  if (process.env.WITHOUT_POSTGRES === '1') return 'WITHOUT_POSTGRES is set'
  if (folder) return false
  return 'PostgreSQL is not installed; on Debian and Ubuntu: apt-get install postgresql'
}

if (skipWithoutPostgres !== false && process.env.REQUIRE_POSTGRES === '1') {
  throw new Error(`REQUIRE_POSTGRES is set, but ${skipWithoutPostgres}`)
}

/** A PostgreSQL of our own on a port of 127.0.0.1, in a folder that goes with it. */
export interface PostgresServer {
  readonly port: number
  /** The address of one of its databases; `postgres` is there from the beginning. */
  url(database?: string): string
  /** Ends it as an operator would, or as a crash would; what was committed stays. */
  stop(signal?: 'SIGINT' | 'SIGKILL'): Promise<void>
  /** Starts it again, on the same port and data, after `stop`. */
  start(): Promise<void>
  /** Ends it and removes its folder. */
  remove(): Promise<void>
}

export interface PostgresOptions {
  /** Whether what was committed survives a crash of the server, at the price of waiting for the disk. */
  durable?: boolean
  /** More settings, as in `max_connections=20`. */
  settings?: string[]
}

/** Starts a PostgreSQL; call `remove` when it is no longer needed. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const user = processUser()
  const data = mkdtempSync(join(tmpdir(), 'bookstore-postgres-'))
  if (user) chownSync(data, user.uid, user.gid)
  const initdb = ['--no-sync', '--auth=trust', '--username=shop', '--encoding=UTF8', '--locale=C']
  execFileSync(join(folder!, 'initdb'), [...initdb, '--pgdata', data], {
    ...user,
    cwd: data,
    stdio: ['ignore', 'ignore', 'inherit'],
  })

  const port = await findFreePort()
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'logging_collector=off',
    ...(options.durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
    ...(options.settings ?? []),
  ]
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]
  let child: ChildProcess

  const server: PostgresServer = {
    port,
    url: (database = 'postgres') => `postgres://shop@127.0.0.1:${port}/${database}`,
    async start() {
      child = await launch(args, { ...user, cwd: data })
    },
    async stop(signal = 'SIGINT') {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      const others = signal === 'SIGKILL' ? childrenOf(child.pid!) : []
      child.kill(signal)
      // They would go on answering for a moment.
      for (const pid of others) killIfThere(pid)
      await exited
    },
    async remove() {
      await server.stop()
      rmSync(data, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}

/**
 * Runs tests with a PostgreSQL of their own, or skips them where there is none.
 *
 * @param tests Gets what answers the address of an empty database, another one each time
 */
export function onPostgres(
  title: string,
  tests: (newUrl: () => Promise<string>, server: () => PostgresServer) => void,
  options: PostgresOptions = {},
): void {
  describe(title, { skip: skipWithoutPostgres }, () => {
    let server: PostgresServer
    let databases = 0
    before(async () => {
      server = await startPostgres(options)
    })
    after(() => server.remove())
    async function newUrl(): Promise<string> {
      const name = `test_${databases++}`
      const client = new Client(server.url())
      await client.connect()
      await client.query(`create database ${name}`)
      await client.end()
      return server.url(name)
    }
    tests(newUrl, () => server)
  })
}

/** Waits until it takes connections. It ends with us at the latest. */
async function launch(
  args: string[],
  options: { uid?: number; gid?: number; cwd: string },
): Promise<ChildProcess> {
  const child = spawn(join(folder!, 'postgres'), args, {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const dieWithUs = (): unknown => child.kill('SIGINT')
  process.once('exit', dieWithUs)
  child.once('exit', () => process.off('exit', dieWithUs))
  const lines: string[] = []
  for await (const line of createInterface(child.stderr!)) {
    lines.push(line)
    if (line.includes('ready to accept connections')) {
      child.stderr!.resume()
      return child
    }
  }
  throw new Error(`PostgreSQL did not start:\n${lines.join('\n')}`)
}

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return stdout.split('\n').filter(Boolean).map(Number)
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/** Debian keeps the programs of each version in a folder that is not in PATH. */
function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian)
    ? readdirSync(debian).sort((a, b) => Number(b) - Number(a))
    : []
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map((version) => join(debian, version, 'bin')),
  ]
  return folders.find((name) => {
    return existsSync(join(name, 'initdb')) && existsSync(join(name, 'postgres'))
  })
}

/** PostgreSQL does not run as root. */
function processUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((option) => {
      const { status, stdout } = spawnSync('id', [option, name], { encoding: 'utf8' })
      return status === 0 ? Number(stdout) : undefined
    })
    if (uid !== undefined && gid !== undefined) return { uid, gid }
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody')
}
