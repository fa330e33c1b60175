import { smallerThan } from './plays.ts'
import { formatPlay, parsePlay } from './programs.ts'
import type { Play } from './programs.ts'
import type { Promises } from './model-parts.ts'
import { everySchedule, followSchedule } from './schedule.ts'
import type { Choose } from './schedule.ts'
import { perform } from './stage.ts'
import type { OpenStage } from './stage.ts'
import { tell } from './story.ts'
import { judge } from './verdict.ts'

/** A rule that was broken, the line from which it can be played again, and what happened. */
export interface Finding {
  broken: string
  line: string
  story: string
}

// The smaller plays among which the shortest is looked for have few orders; this bounds the others.
const MOST_ORDERS = 3000

/** Plays requests at once, in many orders, and counts what it played. */
export class Explorer {
  plays = 0
  orders = 0
  /** Orders of which the rules leave open how they end. */
  undecided = 0
  readonly #open: OpenStage
  readonly #promises: Promises

  constructor(open: OpenStage, promises: Promises) {
    this.#open = open
    this.#promises = promises
  }

  /** Plays in one order. */
  async playOnce(play: Play, choose: Choose): Promise<Finding | null> {
    const story = await perform(play, choose, this.#open)
    if (story === null) return null
    this.orders++
    const verdict = judge(story, this.#promises)
    if (verdict === 'undecided') this.undecided++
    if (typeof verdict === 'string') return null
    return { ...verdict, line: formatPlay(play, story.schedule), story: tell(story) }
  }

  /** Plays in every order that makes a difference. */
  async playAll(play: Play, limit = Infinity): Promise<Finding | null> {
    this.plays++
    let left = limit
    for (const choose of everySchedule()) {
      const finding = await this.playOnce(play, choose)
      if (finding || --left <= 0) return finding
    }
    return null
  }

  /** Plays again what a line says. */
  replay(line: string): Promise<Finding | null> {
    const { play, schedule } = parsePlay(line)
    return this.playOnce(play, followSchedule(schedule))
  }

  /** Leaves away, part by part, what is not needed to break the same rule. */
  async shrink(play: Play, finding: Finding): Promise<Finding> {
    for (const smaller of smallerThan(play)) {
      const again = await this.playAll(smaller, MOST_ORDERS)
      if (again !== null && again.broken[0] === finding.broken[0])
        return this.shrink(smaller, again)
    }
    return finding
  }
}
