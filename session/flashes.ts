import { BoundedMap } from './bounded-map.ts'
import type { StoredFlash } from './record.ts'

// The way of a flash, which is shown once:
//
//   set      `flash` notes it among the changes of its request (values.ts). The storage gives it a
//            token when it saves, so that a later flash of the same key is another one.
//   read     `get` of a later request shows it, notes that it was read, and claims it here. It answers
//            at once and cannot ask the store, so a claim holds in one process.
//   removed  The save of that request removes it from the latest record, unless the token is another's
//            by then: `applyChanges` in record.ts, and in Redis the same in Lua, scripts.ts.
//   or kept  A request that failed, or that nobody waits for, gives its claims back and removes
//            nothing; a claim of one that never ends runs out.

/** How a request treats stored flashes: `take` removes what is read, `hide` shows none. */
export type FlashMode = 'take' | 'keep' | 'hide'

/** The stored flashes as one request sees them. */
export class FlashReader {
  /** After the response, when nothing can be noted of a flash that was read. */
  hidesAll = false
  /** Which flashes the requests of this process have read, where the storage looks after that. */
  claims: FlashClaims | undefined

  #mode: FlashMode | (() => FlashMode) = 'take'
  // Stands for this request among the claims, and keeps nothing else of it alive.
  #asker: object | null = null

  get mode(): FlashMode {
    if (typeof this.#mode === 'function') this.#mode = this.#mode()
    return this.#mode
  }

  set mode(mode: FlashMode | (() => FlashMode)) {
    this.#mode = mode
  }

  shows({ token }: StoredFlash): boolean {
    if (this.hidesAll || this.mode === 'hide') return false
    return token === undefined || !this.claims || this.claims.isFree(token, this.#ownAsker)
  }

  /** @returns Whether the flash is read for good, and must be removed */
  read({ token }: StoredFlash): boolean {
    if (this.mode !== 'take') return false
    if (token !== undefined) this.claims?.take(token, this.#ownAsker)
    return true
  }

  giveBack(token: string | undefined): void {
    if (token !== undefined) this.claims?.giveBack(token, this.#ownAsker)
  }

  get #ownAsker(): object {
    return (this.#asker ??= {})
  }
}

// So long a request may take to show what it read. One that never ends keeps a flash no longer.
const CLAIM_MS = 60_000
const MOST_CLAIMS = 10_000

/**
 * Which flashes the requests of this process have read: of two pages under way the one that asks
 * first shows a flash, and the store only hears of it when that page is saved.
 */
export class FlashClaims {
  readonly #now: () => number
  readonly #taken = new BoundedMap<string, { by: object; until: number }>(MOST_CLAIMS)

  /** @param now The clock, in milliseconds */
  constructor(now: () => number) {
    this.#now = now
  }

  isFree(token: string, asker: object): boolean {
    const claim = this.#taken.get(token)
    return claim === undefined || claim.by === asker || claim.until <= this.#now()
  }

  take(token: string, asker: object): void {
    this.#taken.set(token, { by: asker, until: this.#now() + CLAIM_MS })
  }

  giveBack(token: string, asker: object): void {
    if (this.#taken.get(token)?.by === asker) this.#taken.delete(token)
  }
}
