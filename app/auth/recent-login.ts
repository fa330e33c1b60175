import type { Login } from '../../db/schema.ts'

const RECENT_MS = 15 * 60_000

/** Whether it was proved lately who it is. */
export function isRecent({ confirmedAt }: Login, now: number): boolean {
  return now - confirmedAt.getTime() <= RECENT_MS
}
