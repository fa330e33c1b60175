// Node and browsers count in 31 bits, and take what is longer for 1 ms.
const LONGEST_MS = 2 ** 31 - 1

/**
 * Calls back once, as `setTimeout` does, but also after more than 24 days.
 *
 * @param ms The time in milliseconds; `Infinity` for never
 * @param options With `keepsAlive: false` waiting keeps no process alive
 * @returns What stops it
 */
export function startTimer(ms: number, ring: () => void, { keepsAlive = true } = {}): () => void {
  let timer: NodeJS.Timeout | undefined
  function wait(left: number): void {
    const part = Math.min(left, LONGEST_MS)
    timer = setTimeout(() => (left > part ? wait(left - part) : ring()), part)
    // In a page or a worker it is a number, and keeps nothing alive.
    if (!keepsAlive && typeof timer === 'object') timer.unref()
  }
  if (ms !== Infinity) wait(ms)
  return () => clearTimeout(timer)
}
