import type { Config } from '../config.ts'
import type { Stores } from '../session.ts'
import { databaseLimiter } from './database-limiter.ts'
import type { CreateLimiter } from './limiter.ts'
import { boundedMemory } from './memory-limiter.ts'
import { redisLimiter } from './redis-limiter.ts'

/** Counters where the sessions are, if several servers can share those; else in this process. */
export function createSharedLimiter(config: Config, stores: Stores): CreateLimiter {
  if (stores.redis) return redisLimiter(stores.redis, config.redisPrefix)
  if (config.sessionStorage === 'database') return databaseLimiter(stores.db)
  return boundedMemory()
}
