import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** Another process that holds the lock of a database file, as a backup or a forgotten shell does. */
export interface ForeignLock {
  release(): Promise<void>
}

export async function lockFromAnotherProcess(path: string): Promise<ForeignLock> {
  const script = new URL('./testing-lock-process.ts', import.meta.url)
  const child: ChildProcess = fork(script, [path])
  await once(child, 'message')
  return {
    async release() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
