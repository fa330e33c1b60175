import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible'
import type { Limit } from './limiter.ts'

/** Counters in the memory of this process, for at most `maxKeys` keys each. */
export function boundedMemory(maxKeys = 10_000): (limit: Limit) => RateLimiterMemory {
  return (limit) => new BoundedMemoryLimiter(limit, maxKeys)
}

/** Forgets the key not seen for longest when there are too many. */
class BoundedMemoryLimiter extends RateLimiterMemory {
  readonly #maxKeys: number
  readonly #keys = new Set<string>()

  constructor(limit: Limit, maxKeys: number) {
    super(limit)
    this.#maxKeys = maxKeys
  }

  override consume(key: string, points?: number, options?: object): Promise<RateLimiterRes> {
    this.#remember(key)
    return super.consume(key, points, options)
  }

  override penalty(key: string, points?: number, options?: object): Promise<RateLimiterRes> {
    this.#remember(key)
    return super.penalty(key, points, options)
  }

  override delete(key: string): Promise<boolean> {
    this.#keys.delete(key)
    return super.delete(key)
  }

  #remember(key: string): void {
    this.#keys.delete(key)
    this.#keys.add(key)
    if (this.#keys.size <= this.#maxKeys) return
    const [oldest] = this.#keys
    if (oldest !== undefined) void this.delete(oldest)
  }
}
