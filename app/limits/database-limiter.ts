import { RateLimiterPostgres, type IRateLimiterOptions } from 'rate-limiter-flexible'
import type { Database } from '../../db/database.ts'

const PURGE_EVERY_MS = 5 * 60_000
const BATCH = 500

/**
 * Counters that all servers share, in the table `throttle`. They fail with 503 as the database does.
 * What has run out is removed now and then.
 */
export function databaseLimiter(db: Database): (limit: IRateLimiterOptions) => RateLimiterPostgres {
  setInterval(() => purge(db).catch(() => {}), PURGE_EVERY_MS).unref()
  const storeClient = {
    async query({ text, values }: { text: string; values: (string | number | null)[] }) {
      const rows = await query(db, text, values)
      return { rows, rowCount: rows.length }
    },
  }
  return (limit) =>
    new RateLimiterPostgres({
      ...limit,
      storeClient,
      storeType: 'client',
      tableName: 'throttle',
      tableCreated: true,
      clearExpiredByTimeout: false,
    })
}

/** Removes counters that have run out, a few at a time. */
export async function purge(db: Database, now = Date.now()): Promise<void> {
  const text = `delete from throttle where key in
    (select key from throttle where expire < $1 order by expire limit $2) returning key`
  while ((await query(db, text, [now, BATCH])).length === BATCH);
}

// The limiter writes for PostgreSQL, and SQLite understands all of it but the places of the values.
function query(
  { engine }: Database,
  text: string,
  values: (string | number | null)[],
): Promise<object[]> {
  if (engine.dialect === 'postgres') return engine.query(text, values)
  const inOrder: typeof values = []
  const places = text.replaceAll(/\$(\d+)/g, (_place, number) => {
    inOrder.push(values[number - 1]!)
    return '?'
  })
  return engine.query(places, inOrder)
}
