import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

export interface ProcessOptions extends SpawnOptions {
  /** Options of Node. */
  execArgv?: string[]
  /** A command that starts the process. */
  startedBy?: string[]
}

/** Starts a script of this folder as a process of its own; it does not outlive the test. */
export function startProcess(
  test: TestContext,
  script: string,
  args: string[],
  { execArgv = [], startedBy = [], ...options }: ProcessOptions = {},
): ChildProcess {
  const command = [...startedBy, process.execPath, ...execArgv, scriptFile(script), ...args]
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: childEnvironment(),
    ...options,
  })
  test.after(() => child.kill('SIGKILL'))
  return child
}

/** Options of Node that let a process at this package and one directory; it can make no symlinks. */
export function permissionFor(directory: string): string[] {
  const readable = [scriptFile('..'), scriptFile('../../node_modules'), directory].map(
    (path) => `--allow-fs-read=${path}`,
  )
  return ['--permission', ...readable, `--allow-fs-write=${directory}`]
}

/** Options of Node for a process that can make neither hard nor symbolic links, as on FAT. */
export const withoutLinks = ['--import', new URL('without-links.ts', import.meta.url).href]

/** Starts a process in a PID namespace of its own, as in a container. Both end together. */
export const inNamespace = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']

const { status } = spawnSync('unshare', [...inNamespace.slice(1), 'true'])
export const skipWithoutNamespaces =
  status === 0 ? false : 'only root on Linux may make a PID namespace, and not in every container'

export function scriptFile(script: string): string {
  return fileURLToPath(new URL(script, import.meta.url))
}

/** The environment for child processes: they compile the library once, and are no test runners. */
export function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return { ...env, NODE_COMPILE_CACHE: path.join(os.tmpdir(), 'session-tests-compile-cache') }
}

/** Waits for the next message of a child. */
export function nextMessage<message>(child: ChildProcess): Promise<message> {
  return new Promise((resolve, reject) => {
    function onExit(code: number | null, signal: string | null): void {
      reject(new Error(`The process ended with ${signal ?? code} before it answered`))
    }
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message as message)
    })
  })
}
