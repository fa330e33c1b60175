import type { Log } from './log.ts'

interface LifecycleOptions {
  log: Log
  /** Finishes what is under way. The process exits when it is done, so it has to end some time. */
  stop: () => Promise<void>
}

/**
 * Ends this process in good order: after `stop`, with exit code 0 on SIGTERM or SIGINT, and with 1 on
 * an error that nobody caught, which leaves the program in a state that nobody has thought about.
 */
export function endProcessWith({ log, stop }: LifecycleOptions): void {
  let ending = false

  async function end(exitCode: number): Promise<void> {
    // npm passes a Ctrl-C on that the terminal has already sent: the second one is not impatience.
    if (ending) return
    ending = true
    try {
      await stop()
      process.exit(exitCode)
    } catch (error) {
      log({ event: 'stop failed', error })
      process.exit(1)
    }
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log({ event: 'stopping', signal })
      void end(0)
    })
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      log({ event, error })
      void end(1)
    })
  }
}
