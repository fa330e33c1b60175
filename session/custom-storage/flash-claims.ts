import { BoundedMap } from '../bounded-map.ts'

// So long a request may take to show what it read. One that never ends keeps a flash no longer.
const CLAIM_MS = 60_000
const MOST_CLAIMS = 10_000

/**
 * Which flashes the requests of this process have read. `get` has to answer at once and cannot wait
 * for a store, so of two pages under way the one that asks first shows a flash, and the store only
 * hears of it when that page is saved.
 */
export class FlashClaims {
  readonly #now: () => number
  readonly #taken = new BoundedMap<string, { by: object; until: number }>(MOST_CLAIMS)

  /** @param now The clock, in milliseconds */
  constructor(now: () => number) {
    this.#now = now
  }

  isFree(flash: string, request: object): boolean {
    const claim = this.#taken.get(flash)
    return claim === undefined || claim.by === request || claim.until <= this.#now()
  }

  take(flash: string, request: object): void {
    this.#taken.set(flash, { by: request, until: this.#now() + CLAIM_MS })
  }

  giveBack(flash: string, request: object): void {
    if (this.#taken.get(flash)?.by === request) this.#taken.delete(flash)
  }
}
