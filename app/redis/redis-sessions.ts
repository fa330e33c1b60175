import { createRedisSessionStorage } from 'remix/session/redis-storage'
import type { RedisSessionStorageOptions } from 'remix/session/redis-storage'
import type { Redis } from './redis.ts'

export function openRedisSessions(
  redis: Redis | undefined,
  prefix: string,
  options: RedisSessionStorageOptions,
) {
  if (!redis) throw new Error('Sessions in Redis need a connection')
  return {
    storage: createRedisSessionStorage(redis, {
      ...options,
      prefix: `${prefix}session:`,
      timeout: redis.answerWithinMs,
    }),
    check: () => redis.check(),
    close: async () => {},
  }
}
