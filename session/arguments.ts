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

/** @throws TypeError for properties of which some would be lost, or that are none */
export function checkProperties(key: string, properties: unknown): void {
  const problem = findProblem(properties)
  if (problem === undefined) return
  throw new TypeError(
    `Session key ${JSON.stringify(key)}: merge takes a plain object, not ${problem}`,
  )
}

/** @throws TypeError for data of which some would be lost, or that are none */
export function checkData(data: unknown): void {
  const problem = findProblem(data)
  if (problem !== undefined)
    throw new TypeError(`createSession takes a plain object, not ${problem}`)
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

function findProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return describe(value)
  const hasSymbols = Object.getOwnPropertySymbols(value).length > 0
  return hasSymbols ? 'one with a symbol for a name' : undefined
}
