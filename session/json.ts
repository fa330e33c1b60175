// Deeper values overflow the stack of JSON.stringify somewhere; a session has no use for them.
const DEEPEST = 200

/**
 * Refuses whatever JSON would drop or change silently.
 *
 * @param key The session key, for the message
 * @throws TypeError naming the key and the path for anything that is not a JSON value
 */
export function checkJson(key: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) checkObject(key, value, [], [])
  else checkPrimitive(key, value, [])
}

/** Serializes a session value after `checkJson`. */
export function toJson(key: string, value: unknown): string {
  checkJson(key, value)
  return JSON.stringify(value)
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
  parents.push(value)
  for (const name of names) {
    const inner: unknown = value[name as keyof typeof value]
    path.push(name)
    if (typeof inner === 'object' && inner !== null) checkObject(key, inner, path, parents)
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
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) {
    throw notJson(key, path, `is ${describeClass(value)}`)
  }
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
      throw notJson(key, path, value === undefined ? 'is undefined' : `is a ${typeof value}`)
  }
}

function describeClass(value: object): string {
  const name: unknown = value.constructor?.name
  return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'a class instance'
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
