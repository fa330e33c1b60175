import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

export type Storage = 'cookie' | 'fs' | 'memory'

/** The shop as a process of its own, with a port, a database and a session directory of its own. */
export class ShopServer {
  readonly storage: Storage
  readonly folder: string
  readonly port: number
  #process: ChildProcess | undefined

  private constructor(storage: Storage, folder: string, port: number) {
    this.storage = storage
    this.folder = folder
    this.port = port
  }

  static async start(storage: Storage): Promise<ShopServer> {
    const folder = await mkdtemp(path.join(tmpdir(), `bookstore-${storage}-`))
    const server = new ShopServer(storage, folder, await findFreePort())
    await server.#spawn()
    return server
  }

  get url(): string {
    return `http://localhost:${this.port}`
  }

  get sessionDirectory(): string {
    return path.join(this.folder, 'sessions')
  }

  /** Ends the process as an operator would, and starts another on the same files. */
  async restart(): Promise<void> {
    await this.#end()
    await this.#spawn()
  }

  async stop(): Promise<void> {
    await this.#end()
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
      },
    })
    this.#process = child
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
    if (!child || child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    await exited
  }
}

async function waitFor(isReady: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const ready = await isReady().catch((error: unknown) => {
      if (error instanceof TypeError) return false // not listening yet
      throw error
    })
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('The shop was not ready within 20 seconds')
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
