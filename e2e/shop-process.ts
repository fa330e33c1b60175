import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

// Far more than it takes, for machines that have other things to do.
const SLOWEST_START_MS = 60_000

/** Where a process of the shop runs. */
export interface Place {
  /** The project, or a copy of it. */
  folder: string
  /** The address that it listens at. */
  host: string
  /** What the command begins with that starts it. */
  command: string[]
}

const here: Place = {
  folder: path.join(import.meta.dirname, '..'),
  host: '127.0.0.1',
  command: [],
}

/** One process of the shop. It does not outlive this one. */
export class ShopProcess {
  readonly port: number
  readonly place: Place
  /** Why requests were answered with 503. */
  readonly refusals: string[] = []
  readonly #settings: Record<string, string | undefined>
  #process: ChildProcess | undefined

  /** @param settings Environment variables of the shop; it gets no others from here */
  constructor(port: number, settings: Record<string, string | undefined>, place = here) {
    this.port = port
    this.place = place
    this.#settings = settings
  }

  /** Starts it, or starts it again after `end`, and waits until it listens. */
  async start(): Promise<void> {
    const { folder, host, command } = this.place
    const node = [process.execPath, '-r', './app/environment/fit-node.cjs', 'app/server.ts']
    const [program, ...args] = [...command, ...node]
    const child = spawn(program!, args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        HOST: host,
        PORT: String(this.port),
        SESSION_SECRET: 'end-to-end tests keep no secret 4711',
        ...this.#settings,
      },
    })
    this.#process = child
    const dieWithUs = (): unknown => child.kill('SIGKILL')
    process.once('exit', dieWithUs)
    child.once('exit', () => process.off('exit', dieWithUs))
    await untilItListens(child)
    // What nobody takes out of the pipe would stop the writer some time.
    createInterface(child.stdout!).on('line', (line) => this.#read(line))
    child.stderr!.resume()
  }

  #read(line: string): void {
    if (!line.includes('"status":503,"error"')) return
    this.refusals.push((JSON.parse(line) as { error: { stack: string } }).error.stack)
  }

  /** Sends a signal and waits for the end. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
}

function untilItListens(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    const timer = setTimeout(fail, SLOWEST_START_MS)
    function fail(): void {
      clearTimeout(timer)
      reject(new Error(`The shop did not start:\n${output}`))
    }
    child.once('exit', fail)
    child.stderr!.on('data', (chunk: Buffer) => (output += chunk))
    child.stdout!.on('data', (chunk: Buffer) => {
      output += chunk
      if (!output.includes(' is open at ')) return
      clearTimeout(timer)
      child.off('exit', fail)
      for (const stream of [child.stdout!, child.stderr!]) stream.removeAllListeners('data')
      resolve()
    })
  })
}

/** Makes a folder that is gone when this process ends, if it was not removed before. */
export function makeTemporaryFolder(prefix: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), prefix))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
