import { setImmediate } from 'node:timers/promises'
import { RateLimiterPostgres, type IRateLimiterOptions } from 'rate-limiter-flexible'
import type { Database } from '../../db/database.ts'
import { CLOCK_SKEW_MS } from '../../db/lifetimes.ts'

const PURGE_EVERY_MS = 5 * 60_000
const BATCH = 500

/**
 * Counters that all servers share, in the table `throttle`. They fail with 503 as the database does.
 * What has run out is removed now and then.
 */
export function databaseLimiter(db: Database): (limit: IRateLimiterOptions) => RateLimiterPostgres {
  const limits: IRateLimiterOptions[] = []
  setInterval(() => purge(db, limits).catch(() => {}), PURGE_EVERY_MS).unref()
  const storeClient = {
    async query({ text, values }: { text: string; values: (string | number | null)[] }) {
      const rows = await query(db, text, values)
      return { rows, rowCount: rows.length }
    },
  }
  return (limit) => {
    limits.push(limit)
    return new RateLimiterPostgres({
      ...limit,
      storeClient,
      storeType: 'client',
      tableName: 'throttle',
      tableCreated: true,
      clearExpiredByTimeout: false,
    })
  }
}

/**
 * Removes counters that have run out, a few at a time, and others have a turn in between; and those that
 * count for longer than they can: the clock was set back since, and would keep people out until it has
 * caught up.
 */
export async function purge(
  db: Database,
  limits: readonly Pick<IRateLimiterOptions, 'keyPrefix' | 'duration'>[],
  now = Date.now(),
): Promise<void> {
  // SQLite answers at once, and without pauses nobody else would have a turn.
  const ofFuture = `delete from throttle where expire > $1 and key like $2 returning key`
  for (const { keyPrefix, duration = 0 } of limits) {
    const longest = now + duration * 1000 + CLOCK_SKEW_MS
    await query(db, ofFuture, [longest, `${keyPrefix}:%`])
    await setImmediate()
  }
  const text = `delete from throttle where key in
    (select key from throttle where expire < $1 order by expire limit $2) returning key`
  while ((await query(db, text, [now, BATCH])).length === BATCH) await setImmediate()
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
