import { OPERATIONS, request } from './programs.ts'
import type { Play, Program, Sender } from './programs.ts'

/** Every handler of one thing to do, and the login: the id is regenerated when there is a user. */
export const SMALL: string[] = [
  '',
  'get.a',
  'get.note',
  'set.a',
  'repeat.a',
  'merge.cart',
  'flash.note',
  'unset.a',
  'regenerateId',
  'set.a regenerateId',
  'repeat.a regenerateId',
  'regenerateId(false)',
  'destroy',
  'regenerateId throw',
]

/** Those of which three at once are played. */
export const FEW: string[] = ['merge.cart', 'set.a regenerateId', 'destroy']

/** Moves of the clock: beyond the grace, to a renewal, and beyond the idle limit. */
export const MOVES: number[][] = [[31], [450], [1100]]

/** The programs of some words by a sender. */
export function programs(by: Sender, words: string[], fate?: Program['fate']): Program[] {
  return words.map((each) => request(by, each, fate))
}

/** All plays of a program from each list, without those that differ only by their order. */
export function* everyPlay(lists: Program[][], moves: number[][] = [[]]): Generator<Play> {
  for (const each of moves) {
    for (const programs of choices(lists)) yield { programs, moves: each }
  }
}

function* choices(lists: Program[][]): Generator<Program[]> {
  const [list, ...others] = lists
  if (list === undefined) {
    yield []
    return
  }
  for (const [index, program] of list.entries()) {
    // Where the same list follows, it has been paired with what came before already.
    const rest = others.map((other) => (other === list ? list.slice(index) : other))
    for (const following of choices(rest)) yield [program, ...following]
  }
}

/** A play by chance: two or three requests of up to three operations. */
export function anyPlay(random: Random): Play {
  const pick = <item>(list: readonly item[]): item => list[random(list.length)]!
  const programs = Array.from({ length: 2 + random(2) }, (_, index): Program => {
    const words = Array.from({ length: 1 + random(3) }, () => pick(OPERATIONS))
    const by = index === 0 ? 'A' : pick<Sender>(['A', 'A', 'A', 'thief', 'B'])
    const fates = [
      'answered',
      'answered',
      'answered',
      'lost',
      { stopsAfter: 1 + random(5) },
    ] as const
    return request(by, untilItEnds(words).join(' '), pick(fates))
  })
  return { programs, moves: pick([[], [], ...MOVES]) }
}

// After `destroy` writing throws: nothing to explore.
function untilItEnds(words: string[]): string[] {
  const end = words.findIndex((word) => word === 'destroy' || word === 'throw')
  return end < 0 ? words : words.slice(0, end + 1)
}

/** All plays that lack one part of this one. */
export function smallerThan({ programs, moves }: Play): Play[] {
  const smaller: Play[] = [
    ...without(programs).map((programs) => ({ programs, moves })),
    ...without(moves).map((moves) => ({ programs, moves })),
  ]
  programs.forEach((program, index) => {
    const simpler = without(program.operations).map((operations) => ({ ...program, operations }))
    if (program.fate !== 'answered') simpler.push({ ...program, fate: 'answered' })
    for (const each of simpler) smaller.push({ programs: replaced(programs, index, each), moves })
  })
  return smaller.filter(({ programs }) => programs.length > 0)
}

function without<item>(list: item[]): item[][] {
  return list.map((_, index) => list.filter((_, other) => other !== index))
}

function replaced<item>(list: item[], index: number, by: item): item[] {
  return list.map((item, other) => (other === index ? by : item))
}

/** Answers a whole number of 0 or more, below the one that it is given. */
export type Random = (below: number) => number

/** Numbers by chance, the same for the same seed (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
