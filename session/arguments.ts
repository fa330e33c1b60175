import { arePlainOptions, findOptionProblem } from './options.ts'
import { describe, isPlain } from './plain.ts'

// What handlers without types, or with types that are not true, give to a session.

/**
 * @throws TypeError for a key that is no string: a symbol would be lost, and of what is stored under a
 *   number the next request sees a text
 */
export function checkKey(key: unknown): void {
  if (typeof key !== 'string') {
    throw new TypeError(`Session: a key is a string, not ${describe(key)}`)
  }
}

/** @throws TypeError for what is no plain object, or has a symbol for a name, which would be lost */
export function checkPlain(taker: string, value: unknown): void {
  const isObject = typeof value === 'object' && value !== null && isPlain(value)
  if (isObject && Object.getOwnPropertySymbols(value).length === 0) return
  const problem = isObject ? 'one with a symbol for a name' : describe(value)
  throw new TypeError(`${taker} takes a plain object, not ${problem}`)
}

/** @throws TypeError for options that do not exist, or are of another type */
export function checkPersistence(options: unknown): void {
  if (!arePlainOptions(options)) {
    throw new TypeError('setMaxAge: options are a plain object, as { persistent: false }')
  }
  for (const key of Object.keys(options)) {
    const problem = findOptionProblem(key, options[key], { persistent: 'boolean' })
    if (problem !== undefined) throw new TypeError(`setMaxAge: ${problem}`)
  }
}
