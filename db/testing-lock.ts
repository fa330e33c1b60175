import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { after } from 'node:test'

/** Another process that holds the lock of a database file, as a backup or a forgotten shell does. */
interface ForeignLock {
  release(): Promise<void>
}

/** Locks the database file at `path`, until the end of the test at the latest. */
export async function lockFromAnotherProcess(path: string): Promise<ForeignLock> {
  const script = new URL('./testing-lock-process.ts', import.meta.url)
  const child: ChildProcess = fork(script, [path])
  after(() => child.kill())
  await once(child, 'message')
  return {
    async release() {
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
