import type { Database } from '../../db/database.ts'
import type { Config } from '../config.ts'
import type { Redis } from '../redis/redis.ts'
import { databaseLimiter } from './database-limiter.ts'
import type { CreateLimiter } from './limiter.ts'
import { boundedMemory } from './memory-limiter.ts'
import { redisLimiter } from './redis-limiter.ts'

/** Counters where the sessions are, if several servers can share those; else in this process. */
export function createSharedLimiter(
  { sessionStorage, redisPrefix }: Pick<Config, 'sessionStorage' | 'redisPrefix'>,
  { redis, db }: { redis: Redis | undefined; db: Database },
): CreateLimiter {
  if (redis) return redisLimiter(redis, redisPrefix)
  return sessionStorage === 'database' ? databaseLimiter(db) : boundedMemory()
}
