import { createSqlSessionStorage } from 'remix/session/sql-storage'
import type { Database } from '../../db/database.ts'
import { purge as purgeCounters } from '../limits/database-limiter.ts'

/**
 * Deletes the sessions and counters in the database that have run out. With `SESSION_STORAGE=database` they
 * are deleted earlier; with another one nobody else looks after what was left there before.
 */
export async function clearSessionTable(db: Database, now: Date): Promise<void> {
  const time = now.getTime()
  await createSqlSessionStorage(db.engine, { purgeInterval: 0, now: () => time }).purge()
  await purgeCounters(db, [], time)
}
