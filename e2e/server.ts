import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findFreePort, startRedisServer } from '../session/fault-tests/redis-server.ts'
import type { RedisServer } from '../session/fault-tests/redis-server.ts'

export type Storage = 'cookie' | 'fs' | 'memory' | 'redis'

// Far more than it takes, for machines that have other things to do.
const SLOWEST_START_MS = 60_000

/** The shop as a process of its own, with a port, a database and a store of its own. */
export class ShopServer {
  readonly storage: Storage
  readonly folder: string
  readonly port: number
  readonly #redis: RedisServer | undefined
  #process: ChildProcess | undefined

  private constructor(storage: Storage, folder: string, port: number, redis?: RedisServer) {
    this.storage = storage
    this.folder = folder
    this.port = port
    this.#redis = redis
  }

  static async start(storage: Storage): Promise<ShopServer> {
    const folder = await mkdtemp(path.join(tmpdir(), `bookstore-${storage}-`))
    const redis = storage === 'redis' ? await startRedisServer() : undefined
    const server = new ShopServer(storage, folder, await findFreePort(), redis)
    await server.#spawn()
    return server
  }

  get url(): string {
    return `http://localhost:${this.port}`
  }

  get sessionDirectory(): string {
    return path.join(this.folder, 'sessions')
  }

  get redisUrl(): string | undefined {
    return this.#redis?.url
  }

  /** The session files, by their ids. */
  readSessionFiles(): Map<string, SessionFile> {
    if (!existsSync(this.sessionDirectory)) return new Map()
    return new Map(
      readdirSync(this.sessionDirectory)
        .filter((name) => name.endsWith('.json'))
        .map((name) => [path.basename(name, '.json'), this.#readSessionFile(name)]),
    )
  }

  #readSessionFile(name: string): SessionFile {
    return JSON.parse(readFileSync(path.join(this.sessionDirectory, name), 'utf8')) as SessionFile
  }

  /** Ends the process as an operator would, and starts another on the same port and files. */
  async restart(): Promise<void> {
    await this.#end()
    await this.#spawn()
  }

  async stop(): Promise<void> {
    await this.#end()
    await this.#redis?.kill()
    await rm(this.folder, { recursive: true, force: true })
  }

  async #spawn(): Promise<void> {
    const child = spawn(process.execPath, ['app/server.ts'], {
      cwd: path.join(import.meta.dirname, '..'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        HOST: '127.0.0.1',
        PORT: String(this.port),
        SESSION_STORAGE: this.storage,
        SESSION_SECRET: 'end-to-end tests keep no secret 4711',
        SESSION_DIR: this.sessionDirectory,
        DATABASE_URL: path.join(this.folder, 'bookstore.sqlite'),
        REDIS_URL: this.redisUrl,
      },
    })
    this.#process = child
    const dieWithUs = (): unknown => child.kill('SIGKILL')
    process.once('exit', dieWithUs)
    child.once('exit', () => process.off('exit', dieWithUs))
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk))
    await waitFor(async () => {
      if (child.exitCode !== null) throw new Error(`The shop did not start:\n${output}`)
      return (await fetch(`${this.url}/healthz`)).ok
    })
  }

  async #end(): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  }
}

/** What is in a session file, as far as it is looked at here. */
export interface SessionFile {
  values: Record<string, unknown>
  flashes: Record<string, unknown>
}

async function waitFor(isReady: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + SLOWEST_START_MS; Date.now() < end;) {
    const ready = await isReady().catch((error: unknown) => {
      if (error instanceof TypeError) return false // not listening yet
      throw error
    })
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`The shop was not ready within ${SLOWEST_START_MS / 1000} seconds`)
}
