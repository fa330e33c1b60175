import type { Program } from './programs.ts'

/** A request as it is seen from outside. */
export interface Visit {
  /** Its place among the requests at once; -1 for the one before them, which began the session. */
  number: number
  program: Program
  /** The `Cookie` header that was sent. */
  sent: string
  /** What each `get` answered, by the number of the operation. */
  shown: Map<number, unknown>
  error: unknown
  /** Whether the server is done with it, whatever becomes of the answer. */
  done: boolean
  /** The cookie that came with the answer; `''` for one that removes it, `null` for none. */
  cookie: string | null
}

/** A step that was taken. */
export interface Entry {
  /** The number of a visit, or -1 for the clock. */
  by: number
  step: string
  /** In milliseconds since 1970. */
  time: number
  /** Of an operation of the store: whether it wrote. */
  wrote: boolean | null
  /** Of an answer: the cookie that the client held before. */
  held?: string
}

/** What every cookie that was ever sent led to at a time. */
export interface Look {
  time: number
  data: Map<string, Record<string, unknown>>
  /** How many sessions were in the store, where that can be told. */
  stored: number | null
}

/** All that happened when requests were played at once. */
export interface Story {
  /** The requests before, one of each browser. */
  first: Visit[]
  visits: Visit[]
  journal: Entry[]
  /** The order of the steps, as it can be played again. */
  schedule: number[]
  /** At the end, within nine tenths of the idle limit, and when all limits have passed. */
  looks: Look[]
}

export function newVisit(number: number, program: Program): Visit {
  return { number, program, sent: '', shown: new Map(), error: null, done: false, cookie: null }
}

/** The value that an operation of a request writes: it tells who wrote it, or who did first. */
export function tokenOf({ number, program }: Visit, index: number): string {
  if (program.operations[index]?.verb === 'repeat') return `${program.by === 'B' ? 'B' : 'A'} 0`
  return `${nameOf({ number, program })} ${index}`
}

/** A word for a request, also the property that it merges. */
export function nameOf({ number, program }: Pick<Visit, 'number' | 'program'>): string {
  return number < 0 ? program.by : `${program.by}${number}`
}

/** Tells a story to whoever looks for the fault, a line a step. */
export function tell({ visits, journal }: Story): string {
  const begin = journal[0]?.time ?? 0
  const lines = journal.map(({ by, step, time, wrote }) => {
    const visit = visits[by]
    const who = visit ? `request ${by} of ${visit.program.by}: ` : ''
    const nothing = wrote === false ? ', nothing is written' : ''
    return `${String((time - begin) / 1000).padStart(5)} s  ${who}${step}${nothing}`
  })
  const answers = visits.map(({ number, done, error, cookie, shown }) => {
    const saw = [...shown.values()].map((value) => JSON.stringify(value) ?? 'nothing').join(', ')
    const seen = saw === '' ? '' : `, after it saw ${saw}`
    if (!done) return `request ${number} stands still${seen}`
    const brought = cookie === '' ? 'removes the cookie' : `sets ${cookie ?? 'no cookie'}`
    return `request ${number} ${error === null ? brought : `fails: ${String(error)}`}${seen}`
  })
  return [...lines, ...answers].join('\n')
}
