import { getSessionState, type Session } from 'remix/session'

/** One call of a method of the session, in words that an onlooker understands. */
export interface Operation {
  method: (typeof METHODS)[number]
  /** What it was called with, such as `"cart", {"4":1}`. */
  given: string
  /** What came of it, where the call alone does not tell. */
  outcome?: string
  /** Whether there is something to save now. */
  changes: boolean
}

const METHODS = [
  'get',
  'has',
  'set',
  'merge',
  'increment',
  'flash',
  'unset',
  'regenerateId',
  'destroy',
  'reset',
  'setMaxAge',
] as const

// Enough to recognise a value by.
const LONGEST_TEXT = 120

/** Puts a recorder around the methods of this one session object. The list grows as they are called. */
export function recordOperations(session: Session): Operation[] {
  const operations: Operation[] = []
  for (const method of METHODS) {
    const original = session[method] as (...given: unknown[]) => unknown
    Object.defineProperty(session, method, {
      value(...given: unknown[]): unknown {
        const before = look(session)
        const result = original.apply(session, given)
        operations.push(describeCall(session, method, given, before))
        return result
      },
    })
  }
  return operations
}

/** The beginning of an id: enough to tell sessions apart, and worth nothing to who reads it. */
export function shortId(id: string): string {
  return id.slice(0, 8)
}

interface Before {
  id: string | undefined
  /** Keys of flashes that nobody has read yet. */
  flashes: string[]
}

// The state, unlike the session, is not touched by being looked at.
function look(session: Session): Before {
  const state = getSessionState(session)
  return { id: state.origin?.id, flashes: Object.keys(state.copy().flashes) }
}

function describeCall(
  session: Session,
  method: Operation['method'],
  given: unknown[],
  before: Before,
): Operation {
  const state = getSessionState(session)
  const call = { method, given: shorten(given.map((value) => toText(value)).join(', ')) }
  if (method === 'get' || method === 'has') {
    const key = String(given[0])
    const takesFlash =
      method === 'get' && before.flashes.includes(key) && state.values.flashes.mode === 'take'
    return takesFlash
      ? { ...call, outcome: 'a flash: read, and gone with it', changes: true }
      : { ...call, changes: false }
  }
  if (method === 'regenerateId') {
    const from = before.id === undefined ? 'no id' : shortId(before.id)
    return { ...call, outcome: `${from} → ${shortId(state.id)}`, changes: true }
  }
  return { ...call, changes: true }
}

function toText(value: unknown): string {
  // A property that is undefined is one that `merge` removes.
  return (
    JSON.stringify(value, (_, part: unknown) => (part === undefined ? '(removed)' : part)) ?? ''
  )
}

function shorten(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text
}
