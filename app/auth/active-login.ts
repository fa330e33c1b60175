import type { Login } from '../../db/schema.ts'

// Without "remember me" on a computer that others may use (OWASP ASVS 5.0, 7.3.1).
const SHORT_IDLE_SECONDS = 2 * 60 * 60

/** Whether a login was used lately enough. */
export function isActive(login: Login, sessionMaxAge: number, now: number): boolean {
  return now - login.lastSeenAt.getTime() <= idleLimit(login.remembered, sessionMaxAge) * 1000
}

/** In seconds. */
export function idleLimit(remembered: boolean, sessionMaxAge: number): number {
  return remembered ? sessionMaxAge : Math.min(SHORT_IDLE_SECONDS, sessionMaxAge)
}
