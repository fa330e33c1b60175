import type { Log } from '../log/log.ts'

interface LifecycleOptions {
  log: Log
  /**
   * Finishes what is under way. The process exits when it is done, so it has to end some time; as
   * soon as it can, once `hurry` is aborted.
   */
  stop: (hurry: AbortSignal) => Promise<void>
}

// Far more than go wrong together. Then ending has begun to fail because it fails.
const MOST_ERRORS = 20

/**
 * Ends this process in good order: after `stop`, with exit code 0 on SIGTERM or SIGINT, and with 1 on
 * an error that nobody caught, which leaves the program in a state that nobody has thought about.
 * Only SIGTERM, the signal of a supervisor, leaves it its time.
 */
export function endProcessWith({ log, stop }: LifecycleOptions): void {
  const hurry = new AbortController()
  let ending = false
  let errors = 0

  async function end(): Promise<void> {
    if (ending) return
    ending = true
    try {
      await stop(hurry.signal)
    } catch (error) {
      errors += 1
      log({ event: 'stop failed', error })
    }
    process.exit(errors === 0 ? 0 : 1)
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // npm passes a Ctrl-C on that the terminal has already sent: the second one changes nothing.
      if (!ending) log({ event: 'stopping', signal })
      if (signal === 'SIGINT') hurry.abort()
      void end()
    })
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      errors += 1
      if (errors > MOST_ERRORS) process.exit(1)
      log({ event, error })
      hurry.abort()
      void end()
    })
  }
}
