import type { Log } from '../log/log.ts'

interface ClearingOptions {
  /** Each deletes what a table has to forget by a time. */
  tasks: ((now: Date) => Promise<unknown>)[]
  log: Log
  now: () => number
}

const HOUR_MS = 60 * 60_000

/**
 * Forgets what was kept for a limited time: at once, and then every hour. Whoever reads it looks at its time,
 * as it may lie there for an hour more. Several servers may do so at once.
 */
export function clearRegularly({ tasks, log, now }: ClearingOptions) {
  let isStopped = false
  let underWay = clear()
  const timer = setInterval(() => (underWay = underWay.then(clear)), HOUR_MS).unref()

  async function clear(): Promise<void> {
    for (const task of tasks) {
      if (isStopped) return
      try {
        await task(new Date(now()))
      } catch (error) {
        // The database, for one. It is tried again in an hour.
        log({ event: 'clearing failed', error })
      }
    }
  }

  return {
    /** Resolves when the task that is under way has ended; the others wait for the next start. */
    async stop(): Promise<void> {
      isStopped = true
      clearInterval(timer)
      await underWay
    },
  }
}
