/** Who sends a request: two browsers, and one who holds the first cookie of the first browser. */
export type Sender = 'A' | 'B' | 'thief'

/**
 * What a handler does: `get`, `set`, `merge`, `flash` and `unset` of a key, `repeat`, which sets a key to what
 * it was when the play began, and what has no key.
 */
export interface Operation {
  verb: string
  key: string
}

/** A request, and what becomes of it. */
export interface Program {
  by: Sender
  operations: Operation[]
  /** The answer is lost on its way; or the request stands still for ever after so many steps. */
  fate: 'answered' | 'lost' | { stopsAfter: number }
}

/** What is played: several requests at once, and how far the clock moves meanwhile, in seconds. */
export interface Play {
  programs: Program[]
  moves: number[]
}

export const KEYS = ['a', 'cart', 'note']

/** The words for everything that a handler can do. */
export const OPERATIONS: string[] = [
  'get.a',
  'get.note',
  'set.a',
  'repeat.a',
  'merge.cart',
  'flash.note',
  'unset.a',
  'regenerateId',
  'regenerateId(false)',
  'destroy',
  'throw',
]

/** Makes a program of words, as `request('A', 'set.a regenerateId')`. */
export function request(by: Sender, words: string, fate: Program['fate'] = 'answered'): Program {
  const operations = words
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [verb, key = ''] = word.split('.') as [string, string?]
      return { verb, key }
    })
  return { by, operations, fate }
}

/**
 * Writes down a play and its schedule in one line, from which it can be played again:
 * `A(merge.cart) A(set.a regenerateId)lost +31 @ 0 0 1 1`. The schedule names by its number whoever
 * takes the next step.
 */
export function formatPlay({ programs, moves }: Play, schedule: number[]): string {
  const parts = [...programs.map(formatProgram), ...moves.map((seconds) => `+${seconds}`)]
  return `${parts.join(' ')} @ ${schedule.join(' ')}`
}

function formatProgram({ by, operations, fate }: Program): string {
  const words = operations.map(({ verb, key }) => (key === '' ? verb : `${verb}.${key}`))
  const end = fate === 'answered' ? '' : fate === 'lost' ? 'lost' : `stops${fate.stopsAfter}`
  return `${by}(${words.join(' ')})${end}`
}

const PART = /(A|B|thief)\(((?:[^()]|\(false\))*)\)(lost|stops\d+)?|\+(\d+)/g

/** Reads what `formatPlay` wrote. */
export function parsePlay(line: string): { play: Play; schedule: number[] } {
  const [text = '', numbers = ''] = line.split('@')
  const play: Play = { programs: [], moves: [] }
  for (const [, by, words = '', fate, seconds] of text.matchAll(PART)) {
    if (seconds !== undefined) play.moves.push(Number(seconds))
    else play.programs.push(request(by as Sender, words, parseFate(fate)))
  }
  return { play, schedule: numbers.split(' ').filter(Boolean).map(Number) }
}

function parseFate(fate: string | undefined): Program['fate'] {
  if (fate === undefined) return 'answered'
  return fate === 'lost' ? 'lost' : { stopsAfter: Number(fate.slice('stops'.length)) }
}

/** What a request does, without its keys. */
export function verbsOf({ operations }: Program): Set<string> {
  return new Set(operations.map(({ verb }) => verb))
}
