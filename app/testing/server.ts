import { spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { findFreePort } from 'remix/session/testing/redis-server'
import { projectFolder } from '../config.ts'

interface StartOptions {
  /** The whole environment of the server, but for what it needs to start. */
  env?: NodeJS.ProcessEnv
  dotEnv?: string | Uint8Array
  /** What starts it, in the project's folder; otherwise `node` does, in an empty one. */
  command?: string[]
  stdio?: StdioOptions
}

/**
 * Starts a copy of the project, so that neither its `.env` nor its data are those of the working copy,
 * on a free port.
 */
export async function startServer(t: TestContext, options: StartOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'bookstore-'))
  const project = join(folder, 'project')
  const elsewhere = join(folder, 'elsewhere')
  mkdirSync(elsewhere)
  for (const name of ['app', 'db', 'public', 'package.json', '.npmrc']) {
    cpSync(join(projectFolder, name), join(project, name), {
      recursive: true,
      filter: (file) => !/\.sqlite|\.test\.ts$/.test(file),
    })
  }
  symlinkSync(join(projectFolder, 'node_modules'), join(project, 'node_modules'))
  if (options.dotEnv !== undefined) writeFileSync(join(project, '.env'), options.dotEnv)

  const PORT = String(await findFreePort())
  const origin = `http://localhost:${PORT}`
  const production = {
    PUBLIC_URL: origin,
    SESSION_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c',
    STOP_DELAY: '0',
  }
  const [command, ...args] = options.command ?? [process.execPath, join(project, 'app/server.ts')]
  const child = spawn(command!, args, {
    cwd: options.command ? project : elsewhere,
    env: {
      PATH: process.env.PATH,
      NODE_DISABLE_COMPILE_CACHE: '1', // it would keep each copy's modules for ever
      PORT,
      ...(options.env?.NODE_ENV === 'production' && production),
      ...options.env,
    },
    stdio: options.stdio ?? 'pipe',
    detached: true, // a group, which can be ended with all that its command started
  })
  t.after(() => {
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // Nobody of the group is left, as it should be.
    }
    rmSync(folder, { recursive: true, force: true })
  })
  return new TestServer(child, project, elsewhere, origin)
}

export class TestServer {
  readonly child: ChildProcess
  readonly project: string
  /** The current directory of the server. */
  readonly elsewhere: string
  readonly origin: string
  output = ''
  errors = ''
  readonly #closed: Promise<unknown[]>

  constructor(child: ChildProcess, project: string, elsewhere: string, origin: string) {
    this.child = child
    this.project = project
    this.elsewhere = elsewhere
    this.origin = origin
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.output += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text))
    this.#closed = once(child, 'close')
  }

  /** Waits until it listens. */
  async ready(): Promise<void> {
    while (!(await this.#answers())) {
      if (this.child.exitCode !== null) throw new Error(`The server ended: ${this.errors}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async #answers(): Promise<boolean> {
    try {
      await this.get('/healthz')
      return true
    } catch {
      return false
    }
  }

  /** Asks on a connection of its own. */
  get(path: string): Promise<Response> {
    return fetch(this.origin + path, { headers: { Connection: 'close' } })
  }

  /** Waits for its end and returns the exit code. */
  async exit(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal) this.child.kill(signal)
    const [code] = await this.#closed
    return code as number | null
  }
}
