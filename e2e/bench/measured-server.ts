import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { findFreePort } from 'remix/session/testing/redis-server'
import type { Answer } from './bare-server.ts'
import type { Usage } from './usage.ts'

const project = path.join(import.meta.dirname, '../..')

const started = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of started) child.kill('SIGKILL')
})

/** A server in a process of its own, which tells what it uses. It does not outlive this one. */
export class MeasuredServer {
  readonly name: string
  readonly origin: string
  readonly #child: ChildProcess

  private constructor(name: string, port: number, child: ChildProcess) {
    this.name = name
    this.origin = `http://localhost:${port}`
    this.#child = child
    started.add(child)
  }

  /**
   * The shop as in production, with a new database and its log in a file.
   *
   * @param settings More environment variables, as another database
   */
  static async startShop(
    storage: string,
    settings: Record<string, string> = {},
  ): Promise<MeasuredServer> {
    const folder = mkdtempSync(path.join(tmpdir(), 'bookstore-bench-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const port = await findFreePort()
    const log = openSync(path.join(folder, 'log'), 'w')
    const child = start('app/server.ts', log, {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: `http://localhost:${port}`,
      SESSION_SECRET: 'a benchmark keeps no secret: 2f81c60d9b',
      SESSION_STORAGE: storage,
      SESSION_DIR: path.join(folder, 'sessions'),
      DATABASE_URL: path.join(folder, 'bookstore.sqlite'),
      ...settings,
    })
    const server = new MeasuredServer(storage, port, child)
    while (!(await server.#answers('/healthz'))) await wait(50)
    return server
  }

  /** What gives the same answers and does nothing else: bare `node:http`, or the shop's router alone. */
  static async startBare(
    name: string,
    answers: Record<string, Answer>,
    ...args: 'router'[]
  ): Promise<MeasuredServer> {
    const child = start('e2e/bench/bare-server.ts', 'inherit', {}, args)
    const [port] = (await once(child, 'message')) as [number]
    child.send(answers)
    await once(child, 'message')
    return new MeasuredServer(name, port, child)
  }

  /** The shop in another framework, on a copy of its database. */
  static async startPeer(name: string, packages: string, file: string): Promise<MeasuredServer> {
    const port = await findFreePort()
    const log = openSync(path.join(path.dirname(file), 'peer-log'), 'a')
    const child = start('e2e/bench/peer-server.ts', log, {}, [name, packages, file, String(port)])
    const server = new MeasuredServer(name, port, child)
    while (!(await server.#answers('/books'))) await wait(50)
    return server
  }

  async usage(): Promise<Usage> {
    const answered = once(this.#child, 'message')
    this.#child.send('usage')
    const [usage] = (await answered) as [Usage]
    return usage
  }

  async #answers(path: string): Promise<boolean> {
    if (this.#child.exitCode !== null) throw new Error(`The server on ${this.name} has ended`)
    try {
      return (await fetch(this.origin + path)).ok
    } catch {
      return false
    }
  }
}

function start(
  file: string,
  output: 'inherit' | number,
  settings: Record<string, string>,
  args: string[] = [],
) {
  return fork(path.join(project, file), args, {
    execArgv: ['--import', path.join(import.meta.dirname, 'usage.ts')],
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', output, 'inherit', 'ipc'],
  })
}
