import { createSessionId } from 'remix/session'
import { createSqlSessionStorage } from 'remix/session/sql-storage'
import type { SqlSessionStorageOptions } from 'remix/session/sql-storage'
import type { Database } from '../../db/database.ts'
import { onceASecond } from '../health/once-a-second.ts'

/** Sessions in the table `sessions` of the database. */
export function openTableSessions(db: Database | undefined, options: SqlSessionStorageOptions) {
  if (!db) throw new Error('Sessions in the database need one')
  const storage = createSqlSessionStorage(db.engine, options)
  return {
    storage,
    // Whether something can be written there is asked of the database itself.
    check: onceASecond(async () => void (await storage.read(createSessionId())), options.now),
    close: async () => storage.close(),
  }
}
