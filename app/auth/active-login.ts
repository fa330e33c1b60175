import type { Database } from '../../db/database.ts'
import { deleteIdleLogins } from '../../db/logins.ts'
import type { Login } from '../../db/schema.ts'
import type { Config } from '../config.ts'

// Without "remember me" on a computer that others may use (OWASP ASVS 5.0, 7.3.1).
const SHORT_IDLE_SECONDS = 2 * 60 * 60

/** Whether a login was used lately enough. The row of one that was not is cleared away later. */
export function isActive(
  { lastSeenAt, remembered }: Login,
  { config, now }: { config: Pick<Config, 'sessionMaxAge'>; now(): number },
): boolean {
  return now() - lastSeenAt.getTime() <= idleLimit(remembered, config.sessionMaxAge) * 1000
}

/** In seconds. */
export function idleLimit(remembered: boolean, sessionMaxAge: number): number {
  return remembered ? sessionMaxAge : Math.min(SHORT_IDLE_SECONDS, sessionMaxAge)
}

/** Clears away the logins that do not count any more. All have to be looked at for that. */
export async function clearIdleLogins(
  db: Database,
  { sessionMaxAge }: { sessionMaxAge: number },
  now: Date,
): Promise<void> {
  const before = (remembered: boolean) =>
    new Date(now.getTime() - idleLimit(remembered, sessionMaxAge) * 1000)
  await deleteIdleLogins(db, { remembered: before(true), others: before(false) })
}
