import { isSessionId } from './id.ts'
import { isJsonObject, parseJson } from './json.ts'

/** What a store keeps of one session. Plain JSON: a store writes it as it is. Nobody modifies one. */
export interface SessionRecord {
  values: Record<string, unknown>
  flashes: Record<string, StoredFlash>
  /** When the session began or got its id, in milliseconds since 1970. `lifetime` counts from here. */
  createdAt: number
  /** When its idle limit was last extended, in milliseconds since 1970. `maxAge` counts from here. */
  renewedAt: number
  /** When it ends, in milliseconds since 1970: the earlier of the idle and the absolute limit. */
  expiresAt: number
  /** The idle limit in seconds. */
  maxAge: number
  /** `true` or `false` where the application chose whether the cookie outlives the browser. */
  persistent?: boolean
  /** Ids that `regenerateId(false)` left valid: they end when this session is destroyed. */
  aliases?: string[]
  /**
   * The id, or what the store has in its place, of the session that this one became. A record with a
   * successor holds nothing else and is never changed: it says for a short time what happened.
   */
  successor?: string
  /** The beginnings of the ids that a session in a cookie had before, the latest first. */
  previous?: string[]
  /** What tells where a browser keeps the cookie that holds it, if not where it does by default. */
  place?: string
  /** Until when the browser may have other cookies of the name, which count only after this one. */
  hidesUntil?: number
}

/** What a storage knows of a session when it restores it. */
export interface SessionOrigin {
  /** The id under which the session is stored. */
  id: string
  record: SessionRecord
}

/** The part of a record that says how long it lives. */
export type SessionTimes = Pick<
  SessionRecord,
  'createdAt' | 'renewedAt' | 'expiresAt' | 'maxAge' | 'persistent'
>

/** A flash that nobody has read yet. */
export interface StoredFlash {
  value: unknown
  /** Tells it from a later flash of the same key. */
  token?: string
}

/**
 * What one request does to a session. A store applies it to the latest record, not to the one that
 * the request loaded: that is how two requests at once keep what each of them changed.
 */
export interface SessionChanges {
  /** Keys and their new values, each as JSON text. */
  set: [key: string, json: string][]
  /** Keys and their flashes, each as JSON text, and the token that it gets. */
  flash: [key: string, json: string, token?: string][]
  /** Keys that hold objects, and the properties to change in them as JSON text; `null` removes one. */
  merge: [key: string, properties: [name: string, json: string | null][]][]
  /** Keys to remove, whether value or flash. */
  removed: string[]
  /** Keys and what to add to the numbers under them. */
  add?: [key: string, by: number][]
  /** Keys and tokens of flashes that were read: each is removed, unless another one took its place. */
  read?: [key: string, token: string | undefined][]
  /** The times that a new, renewed or regenerated session gets. */
  times?: SessionTimes | undefined
  /** An id that stays valid beside the new one. */
  alias?: string
}

/** Changes that change nothing, to start from. */
export function noChanges(): SessionChanges {
  return { set: [], flash: [], merge: [], removed: [] }
}

/**
 * Applies changes to a record.
 *
 * @param record The latest stored record; it is not modified
 * @returns The record to store: the same one if it has a successor, and so nothing to change
 */
export function applyChanges(record: SessionRecord, changes: SessionChanges): SessionRecord {
  if (record.successor !== undefined) return record
  const values = { ...record.values }
  const flashes = { ...record.flashes }
  for (const [key, token] of changes.read ?? []) {
    // A flash of this key that came later has another token and stays.
    if (Object.hasOwn(flashes, key) && flashes[key]!.token === token) delete flashes[key]
  }
  for (const key of changes.removed) {
    delete values[key]
    delete flashes[key]
  }
  for (const [key, json] of changes.set) {
    setProperty(values, key, JSON.parse(json))
    delete flashes[key]
  }
  for (const [key, properties] of changes.merge) {
    const before = Object.hasOwn(values, key) ? values[key] : undefined
    setProperty(values, key, mergeProperties(before, parseProperties(properties)))
    delete flashes[key]
  }
  for (const [key, by] of changes.add ?? []) {
    const before = Object.hasOwn(values, key) ? values[key] : undefined
    setProperty(values, key, (typeof before === 'number' ? before : 0) + by)
    delete flashes[key]
  }
  for (const [key, json, token] of changes.flash) {
    const value: unknown = JSON.parse(json)
    setProperty(flashes, key, token === undefined ? { value } : { value, token })
    delete values[key]
  }
  const applied = { ...record, values, flashes }
  if (changes.times) setTimes(applied, changes.times)
  if (changes.alias !== undefined) applied.aliases = [...(record.aliases ?? []), changes.alias]
  return applied
}

// So long the browser may still send the old id, while the answer with the new one is on its way.
export const GRACE_SECONDS = 30

/** What a session leaves under its old id when it gets a new one. */
export function successorRecord(successor: string, now: number): SessionRecord {
  const times = { createdAt: now, renewedAt: now, expiresAt: now + GRACE_SECONDS * 1000 }
  // As `setMaxAge` chooses a limit: else the one of the cookie would count.
  const chosen = { maxAge: GRACE_SECONDS, persistent: true }
  return { values: {}, flashes: {}, ...times, ...chosen, successor }
}

/** A record with nothing in it. */
export function emptyRecord(times: SessionTimes): SessionRecord {
  const record = { values: {}, flashes: {}, createdAt: 0, renewedAt: 0, expiresAt: 0, maxAge: 0 }
  setTimes(record, times)
  return record
}

// One by one: spreading two objects into one takes three times as long.
function setTimes(record: SessionRecord, times: SessionTimes): void {
  // A save that took long is older than what it meets, and sets nothing back.
  const renewedAt = Math.max(record.renewedAt, times.renewedAt)
  if (times.persistent === undefined && record.persistent !== undefined) {
    // Another request chose a limit meanwhile: it stays, and what is left of it moves along.
    const { createdAt, expiresAt, maxAge } = record
    record.expiresAt = expiresAt + (renewedAt - record.renewedAt)
    record.renewedAt = renewedAt
    if (times.createdAt <= createdAt) return
    // The new id begins the absolute limit anew, which is at least what the session had in all.
    record.createdAt = times.createdAt
    const lifetime = expiresAt - createdAt
    record.expiresAt = Math.min(renewedAt + maxAge * 1000, times.createdAt + lifetime)
    return
  }
  record.createdAt = times.createdAt
  record.renewedAt = renewedAt
  record.expiresAt = times.expiresAt + (renewedAt - times.renewedAt)
  record.maxAge = times.maxAge
  if (times.persistent !== undefined) record.persistent = times.persistent
}

/** A record as short text, for a store in which each byte counts: no names, times as differences. */
export function packRecord(record: SessionRecord): string {
  const { createdAt, renewedAt, expiresAt, maxAge, persistent, values, flashes } = record
  const packed: unknown[] = [
    createdAt,
    renewedAt - createdAt,
    expiresAt - renewedAt,
    maxAge,
    persistent,
    values,
    flashes,
  ]
  const { aliases, successor, previous, place, hidesUntil } = record
  if (aliases || successor || previous || place || hidesUntil) {
    packed.push(aliases, successor, previous)
    if (place || hidesUntil) packed.push(place, hidesUntil)
  }
  return JSON.stringify(packed)
}

/** What `packRecord` made a text of, or `null` if it did not. */
export function unpackRecord(text: string): SessionRecord | null {
  const packed = parseJson(text)
  if (!Array.isArray(packed)) return null
  const [createdAt, age, timeLeft, maxAge, persistent, values, flashes, ...rare] = packed
  const renewedAt = createdAt + age
  const expiresAt = renewedAt + timeLeft
  const record: SessionRecord = { values, flashes, createdAt, renewedAt, expiresAt, maxAge }
  if (typeof persistent === 'boolean') record.persistent = persistent
  const [aliases, successor, previous, place, hidesUntil] = rare
  if (aliases) record.aliases = aliases
  if (successor) record.successor = successor
  if (previous) record.previous = previous
  if (place) record.place = place
  if (hidesUntil) record.hidesUntil = hidesUntil
  return isRecord(record) ? record : null
}

/** The JSON text of a record, or `null` for anything else: another program may have written it. */
export function parseRecord(text: string): SessionRecord | null {
  const record = parseJson(text)
  return isRecord(record) ? record : null
}

function isRecord(value: unknown): value is SessionRecord {
  if (!isJsonObject(value)) return false
  const { values, flashes, createdAt, renewedAt, expiresAt, maxAge } = value
  const { persistent, aliases, successor, previous, place, hidesUntil } = value
  return (
    isJsonObject(values) &&
    isJsonObject(flashes) &&
    Object.values(flashes).every(isFlash) &&
    [createdAt, renewedAt, expiresAt].every(isTime) &&
    Number.isFinite(maxAge) &&
    (persistent === undefined || typeof persistent === 'boolean') &&
    areIds(aliases) &&
    areIds(successor && [successor]) &&
    areTexts(previous) &&
    areTexts(place && [place]) &&
    (hidesUntil === undefined || isTime(hidesUntil))
  )
}

// What is further away is no date (ECMA-262, "Time Values and Time Range").
const FURTHEST_MS = 8.64e15

export function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= FURTHEST_MS
}

function isFlash(value: unknown): boolean {
  return isJsonObject(value) && 'value' in value
}

// They become paths and keys when a session ends.
function areIds(ids: unknown): boolean {
  return areTexts(ids) && (ids === undefined || (ids as string[]).every(isSessionId))
}

function areTexts(texts: unknown): boolean {
  return (
    texts === undefined || (Array.isArray(texts) && texts.every((text) => typeof text === 'string'))
  )
}

/** An object with other properties, or these alone in place of what is no object. */
export function mergeProperties(
  value: unknown,
  properties: Iterable<[name: string, value: unknown]>,
): Record<string, unknown> {
  return mergeInto(isJsonObject(value) ? { ...value } : {}, properties)
}

/** Sets properties of an object, one after the other, and removes those that are `undefined`. */
export function mergeInto(
  target: Record<string, unknown>,
  properties: Iterable<[name: string, value: unknown]>,
): Record<string, unknown> {
  for (const [name, value] of properties) {
    if (value === undefined) delete target[name]
    else setProperty(target, name, value)
  }
  return target
}

/** Merged properties as they were given to `merge`. */
export function parseProperties(
  properties: Iterable<[name: string, json: string | null]>,
): [name: string, value: unknown][] {
  return Array.from(properties, ([name, json]) => [
    name,
    json === null ? undefined : JSON.parse(json),
  ])
}

/** Sets a property of any name: a plain assignment to `__proto__` would set the prototype. */
export function setProperty(target: object, name: string, value: unknown): void {
  if (name !== '__proto__') (target as Record<string, unknown>)[name] = value
  else Object.defineProperty(target, name, { value, ...OWN_PROPERTY })
}

const OWN_PROPERTY = { configurable: true, enumerable: true, writable: true }
