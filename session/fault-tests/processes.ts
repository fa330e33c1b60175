import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import os from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Starts a script of this folder as a process of its own; it does not outlive the test. */
export function startProcess(
  test: TestContext,
  script: string,
  args: string[],
  options: SpawnOptions = {},
): ChildProcess {
  const child = spawn(process.execPath, [scriptFile(script), ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: childEnvironment(),
    ...options,
  })
  test.after(() => child.kill('SIGKILL'))
  return child
}

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
