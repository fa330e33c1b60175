import { startTimer } from '../timer.ts'
import { warn } from '../warning.ts'

const FIRST_AFTER_SECONDS = 10

/**
 * Purges ten seconds after the start, and then again and again. What fails is warned about and tried again
 * the next time. Waiting keeps no process alive.
 *
 * @param interval Seconds from the end of a purge to the next one; `0` or `Infinity` for none
 * @returns What stops it
 * @throws RangeError if the interval is negative or no number
 */
export function purgeRegularly(interval: number, purge: () => Promise<unknown>): () => void {
  if (!(interval >= 0)) {
    throw new RangeError(`purgeInterval must be a number of seconds, 0 for none, not ${interval}`)
  }
  let stopped = false
  let stopWaiting: (() => void) | undefined

  function purgeAfter(seconds: number): void {
    const ring = async (): Promise<void> => {
      try {
        await purge()
      } catch (error) {
        warn(`Purging sessions failed: ${(error as Error).message}`)
      }
      if (!stopped) purgeAfter(interval)
    }
    stopWaiting = startTimer(seconds * 1000, ring, { keepsAlive: false })
  }

  if (interval > 0 && interval !== Infinity) purgeAfter(Math.min(FIRST_AFTER_SECONDS, interval))

  return () => {
    stopped = true
    stopWaiting?.()
  }
}
