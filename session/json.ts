import { describe, isPlain } from './plain.ts'

// Deeper values overflow the stack of JSON.stringify somewhere; a session has no use for them.
const DEEPEST = 200

/**
 * Serializes a session value, and refuses whatever JSON would drop or change silently.
 *
 * @param key The session key, for the message
 * @throws TypeError naming the key and the path for anything that is not a JSON value
 */
export function toJson(key: string, value: unknown): string {
  if (isObject(value)) checkObject(key, value, [], [])
  else checkPrimitive(key, value, [])
  const json = JSON.stringify(value) as string | undefined
  // Where an accessor or a proxy answered something else this time.
  if (json === undefined) throw notJson(key, [], 'changes while it is read')
  return json
}

function checkObject(
  key: string,
  value: object,
  path: (string | number)[],
  parents: object[],
): void {
  if (parents.includes(value)) throw notJson(key, path, 'refers back to itself')
  if (parents.length === DEEPEST) throw notJson(key, path, `is nested more than ${DEEPEST} deep`)
  const names = Array.isArray(value) ? indexes(key, value, path) : ownNames(key, value, path)
  // JSON.stringify calls one that is not enumerable as well.
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    throw notJson(key, [...path, 'toJSON'], 'is a function')
  }
  parents.push(value)
  for (const name of names) {
    const inner: unknown = value[name as keyof typeof value]
    path.push(name)
    if (isObject(inner)) checkObject(key, inner, path, parents)
    else checkPrimitive(key, inner, path)
    path.pop()
  }
  parents.pop()
}

function indexes(key: string, value: unknown[], path: (string | number)[]): Iterable<number> {
  // As the answer of String.match has: JSON would drop them.
  if (Object.keys(value).length > value.length) {
    throw notJson(key, path, 'is an array with properties')
  }
  return value.keys()
}

function ownNames(key: string, value: object, path: (string | number)[]): string[] {
  if (!isPlain(value)) throw notJson(key, path, `is ${describe(value)}`)
  if (Object.getOwnPropertySymbols(value).length > 0) {
    throw notJson(key, path, 'has a property whose name is a symbol')
  }
  return Object.keys(value)
}

function checkPrimitive(key: string, value: unknown, path: (string | number)[]): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return
    case 'number':
      if (Number.isFinite(value)) return
      throw notJson(key, path, `is ${value}`)
    case 'object': // null: checkObject sees every other object
      return
    default:
      throw notJson(key, path, `is ${describe(value)}`)
  }
}

function notJson(key: string, path: (string | number)[], problem: string): TypeError {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
  return new TypeError(
    `Session key ${JSON.stringify(key)}: the value${steps && ` at ${steps}`} ${problem}. ` +
      'Sessions hold JSON values: strings, finite numbers, booleans, null, arrays, plain objects.',
  )
}

/** Tells whether a JSON value is an object or an array. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Tells whether a JSON value is an object, not an array or `null`. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !Array.isArray(value)
}

/** The value of a JSON text; `null` also for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
