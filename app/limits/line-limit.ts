import type { RateLimiterAbstract } from 'rate-limiter-flexible'
import { take } from './limiter.ts'
import type { CreateLimiter, Passage } from './limiter.ts'
import { lineOf, networkOf } from './network.ts'

interface LineLimitOptions {
  /** What the keys of lines and of networks begin with. */
  keyPrefixes: { line: string; network: string }
  /** How much a line may do, and a network. */
  points: number
  /** How much of what one line does counts for its network, lest it shuts out its neighbours. */
  mostFromLine: number
  /** Seconds. */
  duration: number
}

/** So much may come from one network, and not all of it over one line. */
export class LineLimit {
  readonly #lines: RateLimiterAbstract
  readonly #networks: RateLimiterAbstract
  readonly #points: number
  readonly #mostFromLine: number

  constructor(
    createLimiter: CreateLimiter,
    { keyPrefixes, mostFromLine, points, duration }: LineLimitOptions,
  ) {
    this.#lines = createLimiter({ keyPrefix: keyPrefixes.line, points, duration })
    this.#networks = createLimiter({ keyPrefix: keyPrefixes.network, points, duration })
    this.#points = points
    this.#mostFromLine = mostFromLine
  }

  /**
   * Lets one more through, or answers for how many milliseconds not.
   *
   * @param keyOf Under which key a line or a network counts, where each account has counters of its own
   */
  async enter(address: string, keyOf = (place: string) => place): Promise<Passage | number> {
    const [line, network] = [keyOf(lineOf(address)), keyOf(networkOf(address))]
    const taken = await take(this.#lines, line)
    const back = [() => this.#lines.reward(line)]
    if (typeof taken === 'number') {
      await this.#lines.reward(line)
      return taken
    }
    // What is given back is this one only: else a guesser with an account of their own would log in to
    // it now and then and start afresh.
    const takeBack = () => Promise.all(back.map((giveBack) => giveBack()))
    if (line !== network && taken.consumedPoints <= this.#mostFromLine) {
      back.push(() => this.#networks.reward(network))
      const wait = await take(this.#networks, network)
      if (typeof wait === 'number') {
        await takeBack()
        return wait
      }
    }
    return { takeBack, forgive: takeBack }
  }

  /** The milliseconds until `enter` would let one through, 0 for now. Nothing is counted. */
  async waitOf(address: string): Promise<number> {
    const [line, network] = [lineOf(address), networkOf(address)]
    const ofLine = await this.#lines.get(line)
    const used = ofLine?.consumedPoints ?? 0
    if (used >= this.#points) return ofLine!.msBeforeNext
    if (line === network || used >= this.#mostFromLine) return 0
    const ofNetwork = await this.#networks.get(network)
    return ofNetwork && ofNetwork.consumedPoints >= this.#points ? ofNetwork.msBeforeNext : 0
  }

  async clear(address: string, keyOf = (place: string) => place): Promise<void> {
    await Promise.all([
      this.#lines.delete(keyOf(lineOf(address))),
      this.#networks.delete(keyOf(networkOf(address))),
    ])
  }
}
