import { RateLimiterRedis, type IRateLimiterOptions } from 'rate-limiter-flexible'
import type { Redis } from '../redis/redis.ts'

/**
 * Counters that all servers share. They fail with 503 as sessions do.
 *
 * @param prefix What the keys begin with
 */
export function redisLimiter(
  redis: Redis,
  prefix = '',
): (limit: IRateLimiterOptions) => RateLimiterRedis {
  return (limit) => {
    // One pattern for the rights of a Redis user.
    const keyPrefix = `${prefix}throttle:${limit.keyPrefix}`
    return new RedisLimiter(redis, { ...limit, keyPrefix })
  }
}

class RedisLimiter extends RateLimiterRedis {
  readonly #redis: Redis

  constructor(redis: Redis, limit: IRateLimiterOptions) {
    // Without the last option a command would wait for a lost connection to come back.
    super({
      ...limit,
      storeClient: redis.client,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
    })
    this.#redis = redis
  }

  override get(...args: Parameters<RateLimiterRedis['get']>) {
    return this.#redis.inTime(super.get(...args))
  }

  override consume(...args: Parameters<RateLimiterRedis['consume']>) {
    return this.#redis.inTime(super.consume(...args))
  }

  override penalty(...args: Parameters<RateLimiterRedis['penalty']>) {
    return this.#redis.inTime(super.penalty(...args))
  }

  override reward(...args: Parameters<RateLimiterRedis['reward']>) {
    return this.#redis.inTime(super.reward(...args))
  }

  override delete(...args: Parameters<RateLimiterRedis['delete']>) {
    return this.#redis.inTime(super.delete(...args))
  }
}
