import { areIndependent } from './turns.ts'
import type { Step, Walker } from './turns.ts'

/** Chooses who takes the next step, by number; `null` gives the play up. */
export type Choose = (ready: Map<number, Walker>) => number | null

/** A point where one of several can go on. */
interface Fork {
  options: [number, Step][]
  taken: number
  /** Whose turn here would only repeat, in another order, what has been played already. */
  asleep: [number, Step][]
}

/**
 * Every order in which the steps of a play can come, but only one of those that differ by steps
 * that do not touch each other (sleep sets; Godefroid, 1996). Each pass of the loop must play once.
 */
export function* everySchedule(): Generator<Choose> {
  const forks: Fork[] = []
  do {
    let depth = 0
    yield (ready) => {
      if (depth === forks.length) forks.push(forkAfter(forks.at(-1), ready))
      const { options, taken } = forks[depth++]!
      return options[taken]?.[0] ?? null
    }
    while (forks.length > 0 && forks.at(-1)!.taken >= forks.at(-1)!.options.length - 1) forks.pop()
    if (forks.length > 0) forks.at(-1)!.taken++
  } while (forks.length > 0)
}

function forkAfter(last: Fork | undefined, ready: Map<number, Walker>): Fork {
  const asleep = last ? stillAsleep(last) : []
  const options = [...ready]
    .filter(([number]) => !asleep.some(([sleeper]) => sleeper === number))
    .map(([number, { next }]): [number, Step] => [number, next!])
  return { options, taken: 0, asleep }
}

function stillAsleep({ options, taken, asleep }: Fork): [number, Step][] {
  const step = options[taken]![1]
  const tried = options.slice(0, taken)
  return [...asleep, ...tried].filter(([, sleeper]) => areIndependent(sleeper, step))
}

/** The order of a list of numbers; when it is at its end, whoever comes first. */
export function followSchedule(numbers: number[]): Choose {
  let at = 0
  return (ready) => {
    const number = numbers[at++]
    return number !== undefined && ready.has(number) ? number : [...ready.keys()][0]!
  }
}

/** An order by chance. */
export function anySchedule(random: (below: number) => number): Choose {
  return (ready) => [...ready.keys()][random(ready.size)]!
}
