/**
 * Whether an object is one as `{}` makes, here or in another realm: a page of `node:vm`, the environment
 * that tests run in, what `structuredClone` or a native `json()` made there. Or it has no prototype.
 */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || isRoot(prototype as object)
}

/** What a value is, for a message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return 'an array'
  if (isPlain(value)) return 'an object'
  const name: unknown = value.constructor?.name
  return typeof name === 'string' && name !== '' ? `an instance of ${name}` : 'a class instance'
}

// The Object.prototype of a realm, and not that of a class which extends null.
function isRoot(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}
