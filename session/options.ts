import { describe, isPlain } from './plain.ts'

/** Options and their types; a type is what `typeof` says, or `array` or `Date`. */
export type OptionTypes = Readonly<Record<string, string>>

/** Tells whether options are an object whose properties are all its own. */
export function arePlainOptions(options: unknown): options is Record<string, unknown> {
  return typeOf(options) === 'object' && isPlain(options as object)
}

/** What is wrong with the name of an option, or with its type. */
export function findOptionProblem(
  key: string,
  value: unknown,
  types: OptionTypes,
): string | undefined {
  if (!Object.hasOwn(types, key)) {
    const names = Object.keys(types)
    const meant = names.find((name) => isAlike(name, key))
    const hint = meant ? `did you mean ${meant}?` : `there are ${names.join(', ')}`
    return `there is no option ${JSON.stringify(key)}: ${hint}`
  }
  const type = types[key]!
  if (value === undefined || typeOf(value) === type) return undefined
  return `${key} must be ${type === 'array' ? 'an' : 'a'} ${type}, not ${describe(value)}`
}

// What other session libraries call them.
const NAMES_ELSEWHERE = new Map([
  ['ttl', 'maxAge'],
  ['keyprefix', 'prefix'],
])

/**
 * Checks the options of a storage that it knows, and looks for misspelt ones. Others are let pass: what
 * creates a storage may hand its own options on.
 *
 * @throws TypeError that names the problem
 */
export function checkStorageOptions(options: unknown, types: OptionTypes): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('Session storage: options are an object, as { maxAge: 3600 }')
  }
  const names = new Set(Object.keys(types).map(letters))
  for (const [key, value] of Object.entries(options)) {
    const name = NAMES_ELSEWHERE.get(letters(key))
    if (name !== undefined && Object.hasOwn(types, name)) {
      throw new TypeError(`Session storage: there is no option "${key}": did you mean ${name}?`)
    }
    if (!Object.hasOwn(types, key) && !names.has(letters(key))) continue
    const problem = findOptionProblem(key, value, types)
    if (problem !== undefined) throw new TypeError(`Session storage: ${problem}`)
  }
}

/** @throws RangeError that names the number which is not above zero; one that is `undefined` passes */
export function checkPositive(unit: string, numbers: Record<string, number | undefined>): void {
  for (const [name, number] of Object.entries(numbers)) {
    if (number === undefined || number > 0) continue
    throw new RangeError(`${name} must be a positive number of ${unit}, not ${number}`)
  }
}

/** @throws TypeError that names the functions which something lacks */
export function checkFunctions(what: string, value: unknown, names: string[]): void {
  const missing = names.filter((name) => !hasFunction(value, name))
  if (missing.length === 0) return
  const isThere = value === Object(value)
  const problem = isThere ? `there is no ${missing.join('(), ')}()` : `it is ${describe(value)}`
  throw new TypeError(`${what} needs ${names.join('(), ')}(): ${problem}`)
}

/** Tells whether it can do what a storage of sessions does. */
export function isStorage(value: unknown): boolean {
  return hasFunction(value, 'read') && hasFunction(value, 'save')
}

function hasFunction(value: unknown, name: string): boolean {
  return typeof (value as Record<string, unknown> | null | undefined)?.[name] === 'function'
}

// In any case and with or without hyphens; or the one is the beginning of the other.
function isAlike(name: string, other: string): boolean {
  const [a, b] = [letters(name), letters(other)]
  return b !== '' && (a.startsWith(b) || b.startsWith(a))
}

function letters(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '')
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  const isDate = Object.prototype.toString.call(value) === '[object Date]'
  return isDate ? 'Date' : typeof value
}
