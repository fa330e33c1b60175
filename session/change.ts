import { noChanges } from './record.ts'
import type { SessionChanges, SessionRecord } from './record.ts'

/** What one request did under a key. `json` is the value as this request sees it. */
export type Change =
  | { kind: 'value'; json: string; inside?: boolean; same?: boolean }
  | { kind: 'merge'; json: string; properties: Map<string, string | null> }
  | { kind: 'increment'; json: string; by: number }
  | { kind: 'flash'; json: string }
  | { kind: 'removed'; same?: boolean }
  | { kind: 'read'; token: string | undefined } // a stored flash

/** Whether a change is none by itself: it counts once another request has changed the same meanwhile. */
export function isRepeated(change: Change): boolean {
  return (change.kind === 'value' || change.kind === 'removed') && (change.same ?? false)
}

/** Whether a stored object was changed by changing what `get` gave. */
export function isInside(change: Change): boolean {
  return change.kind === 'value' && (change.inside ?? false)
}

/** Whether a record has already what a value that is set, or a removal, would leave there. */
export function holds(
  { values, flashes }: Pick<SessionRecord, 'values' | 'flashes'>,
  key: string,
  change: Change,
): boolean {
  if (change.kind === 'removed') return !Object.hasOwn(values, key) && !Object.hasOwn(flashes, key)
  if (change.kind !== 'value' || !Object.hasOwn(values, key)) return false
  const value = values[key]
  // Most values that change are numbers, and those need no serializer to be told apart.
  return typeof value === 'number'
    ? String(value) === change.json
    : JSON.stringify(value) === change.json
}

/** Changes by key, as a store takes them. */
export function toSessionChanges(changes: ReadonlyMap<string, Change>): SessionChanges {
  const result = noChanges()
  for (const [key, change] of changes) {
    if (change.kind === 'value') result.set.push([key, change.json])
    else if (change.kind === 'flash') result.flash.push([key, change.json])
    else if (change.kind === 'merge') result.merge.push([key, [...change.properties]])
    else if (change.kind === 'increment') (result.add ??= []).push([key, change.by])
    else if (change.kind === 'removed') result.removed.push(key)
    else (result.read ??= []).push([key, change.token])
  }
  return result
}
