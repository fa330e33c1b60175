import type { Login } from '../../db/schema.ts'

const RECENT_MS = 15 * 60_000

/** Whether it was proved lately who it is. */
export function isRecent({ confirmedAt }: Login, now: number): boolean {
  return now - confirmedAt.getTime() <= RECENT_MS
}

/**
 * By what the guesses of who is logged in are counted. Not by the id of the login: whoever ends the other
 * logins gets a new one, and would start afresh with it.
 */
export function guesserOf({ createdAt }: Login): string {
  return `login of ${createdAt.getTime()}`
}
