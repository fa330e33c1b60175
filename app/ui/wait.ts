import { plural } from './words.ts'

/** `40 seconds`, `5 minutes`, `23 hours`: never less than it is. */
export function describeWait(seconds: number): string {
  const [minute, hour] = [60, 60 * 60]
  if (seconds < 1.5 * minute) return plural(seconds, 'second')
  if (seconds < 1.5 * hour) return plural(Math.ceil(seconds / minute), 'minute')
  return plural(Math.ceil(seconds / hour), 'hour')
}
