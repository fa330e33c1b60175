import { networkOf } from '../limits/network.ts'

/** What a password is hashed for. */
export type PasswordPurpose = 'login' | 'registration' | 'change' | 'reset'

// Of 16 that wait. Nobody may lose much more than others: least of all who is a customer already.
const SHARES: Record<PasswordPurpose, number> = { login: 8, registration: 2, change: 3, reset: 3 }
const ALL_SHARES = 16

/** Too many passwords are waiting to be hashed: answered with 503 and `Retry-After`. */
export class BusyError extends Error {
  override readonly name = 'BusyError'
  readonly status = 503
  readonly retryAfter = 2
}

interface Waiting {
  purpose: PasswordPurpose
  network: string
  begin(): void
  giveUp(): void
}

/**
 * Lets work be done a few at a time and some wait. A purpose may fill the whole queue while nobody
 * else comes; who comes for another one that has not got its share takes the place of the latest. It is
 * the same with networks: who comes from one of which fewer wait takes a place of that of which most do.
 */
export class PasswordQueue {
  readonly #concurrency: number
  readonly #length: number
  readonly #waiting: Waiting[] = []
  #running = 0

  /**
   * @param concurrency How many are worked on at once
   * @param length How many may wait
   */
  constructor(concurrency: number, length: number) {
    this.#concurrency = concurrency
    this.#length = length
  }

  /** @throws {BusyError} When too many wait already, or others come who have waited less */
  async inTurn<T>(purpose: PasswordPurpose, work: () => Promise<T>, address = ''): Promise<T> {
    if (this.#running < this.#concurrency) this.#running += 1
    else await this.#wait(purpose, networkOf(address))
    try {
      return await work()
    } finally {
      // The turn is handed over rather than given back, so that nobody slips in between.
      const next = this.#waiting.shift()
      if (next) next.begin()
      else this.#running -= 1
    }
  }

  #wait(purpose: PasswordPurpose, network: string): Promise<void> {
    if (this.#waiting.length >= this.#length) this.#makeRoomFor(purpose, network)
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(tooMany())
      this.#waiting.push({ purpose, network, begin: resolve, giveUp })
    })
  }

  #makeRoomFor(purpose: PasswordPurpose, network: string): void {
    const isBelowShare = this.#overShare(purpose) < 0
    const last = isBelowShare
      ? this.#waiting.findLast((other) => this.#overShare(other.purpose) > 0)
      : undefined
    const gone = this.#latestOfMost(last?.purpose ?? purpose)
    const isFewer =
      gone && this.#countOf(purpose, network) + 1 < this.#countOf(purpose, gone.network)
    if (!gone || !(last || isFewer)) throw tooMany()
    this.#waiting.splice(this.#waiting.indexOf(gone), 1)
    gone.giveUp()
  }

  /** Of the network from which most wait for a purpose, who came last. */
  #latestOfMost(purpose: PasswordPurpose): Waiting | undefined {
    let found: Waiting | undefined
    for (const other of this.#waiting) {
      if (other.purpose !== purpose) continue
      const most = found ? this.#countOf(purpose, found.network) : 0
      if (this.#countOf(purpose, other.network) >= most) found = other
    }
    return found
  }

  #countOf(purpose: PasswordPurpose, network: string): number {
    return this.#waiting.filter((other) => other.purpose === purpose && other.network === network)
      .length
  }

  /** By how many more than its share are waiting for a purpose. */
  #overShare(purpose: PasswordPurpose): number {
    const waiting = this.#waiting.filter((other) => other.purpose === purpose).length
    return waiting - Math.floor((SHARES[purpose] * this.#length) / ALL_SHARES)
  }
}

function tooMany(): BusyError {
  return new BusyError('Too many passwords are waiting')
}
