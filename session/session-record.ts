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
}

/** The part of a record that says how long it lives. */
export type SessionTimes = Pick<
  SessionRecord,
  'createdAt' | 'renewedAt' | 'expiresAt' | 'maxAge' | 'persistent'
>

/**
 * A flash that nobody has read yet. The request that loads it claims it, so that of two pages
 * loaded at once only one shows it; a claim that was never settled runs out.
 */
export interface StoredFlash {
  value: unknown
  claimedBy?: string
  /** In milliseconds since 1970. */
  claimedUntil?: number
}

/**
 * What one request does to a session. A store applies it to the latest record, not to the one that
 * the request loaded: that is how two requests at once keep what each of them changed.
 */
export interface SessionChanges {
  /** Keys and their new values, each as JSON text. */
  set: [key: string, json: string][]
  /** Keys and their flashes, each as JSON text. */
  flash: [key: string, json: string][]
  /** Keys that hold objects, and the properties to change in them as JSON text; `null` removes one. */
  merge: [key: string, properties: [name: string, json: string | null][]][]
  /** Keys to remove, whether value or flash. */
  removed: string[]
  /** Claims every flash that nobody else holds. */
  claim?: { by: string; now: number; until: number }
  /** Ends a claim: what was read is removed, the rest is free again. */
  settle?: { by: string | undefined; read: string[] }
  /** The times that a new, renewed or regenerated session gets. */
  times?: SessionTimes
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
 * @returns The record to store
 */
export function applyChanges(record: SessionRecord, changes: SessionChanges): SessionRecord {
  const values = { ...record.values }
  const flashes = { ...record.flashes }
  if (changes.claim) claimFlashes(flashes, changes.claim)
  if (changes.settle) settleFlashes(flashes, changes.settle)
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
    setProperty(values, key, mergeProperties(before, properties))
    delete flashes[key]
  }
  for (const [key, json] of changes.flash) {
    setProperty(flashes, key, { value: JSON.parse(json) })
    delete values[key]
  }
  const applied = { ...record, values, flashes }
  if (changes.times) setTimes(applied, changes.times)
  if (changes.alias !== undefined) applied.aliases = [...(record.aliases ?? []), changes.alias]
  return applied
}

/** A record with nothing in it. */
export function emptyRecord(times: SessionTimes): SessionRecord {
  const record = { values: {}, flashes: {}, createdAt: 0, renewedAt: 0, expiresAt: 0, maxAge: 0 }
  setTimes(record, times)
  return record
}

// One by one: spreading two objects into one takes three times as long.
function setTimes(record: SessionRecord, times: SessionTimes): void {
  record.createdAt = times.createdAt
  record.renewedAt = times.renewedAt
  record.expiresAt = times.expiresAt
  record.maxAge = times.maxAge
  if (times.persistent !== undefined) record.persistent = times.persistent
}

/** A record as short text, for a store in which each byte counts: no names, times as differences. */
export function packRecord(record: SessionRecord): string {
  const { createdAt, renewedAt, expiresAt, maxAge, persistent, values, flashes, aliases } = record
  return JSON.stringify([
    createdAt,
    renewedAt - createdAt,
    expiresAt - renewedAt,
    maxAge,
    persistent,
    values,
    flashes,
    aliases,
  ])
}

/** What `packRecord` made a text of. */
export function unpackRecord(text: string): SessionRecord {
  const [createdAt, age, timeLeft, maxAge, persistent, values, flashes, aliases] = JSON.parse(text)
  const renewedAt = createdAt + age
  const expiresAt = renewedAt + timeLeft
  const record: SessionRecord = { values, flashes, createdAt, renewedAt, expiresAt, maxAge }
  if (persistent !== null) record.persistent = persistent
  if (aliases !== null) record.aliases = aliases
  return record
}

function mergeProperties(
  value: unknown,
  properties: [name: string, json: string | null][],
): Record<string, unknown> {
  const merged = isPlainObject(value) ? { ...value } : {}
  for (const [name, json] of properties) {
    if (json === null) delete merged[name]
    else setProperty(merged, name, JSON.parse(json))
  }
  return merged
}

/** Sets a property of any name: a plain assignment to `__proto__` would set the prototype. */
export function setProperty(target: object, name: string, value: unknown): void {
  if (name !== '__proto__') (target as Record<string, unknown>)[name] = value
  else Object.defineProperty(target, name, { value, ...OWN_PROPERTY })
}

const OWN_PROPERTY = { configurable: true, enumerable: true, writable: true }

/** Tells whether a JSON value is an object, not an array or `null`. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Tells whether a record has a flash that a request could claim. */
export function hasFreeFlash(record: SessionRecord, now: number): boolean {
  return Object.values(record.flashes).some((flash) => isFree(flash, now))
}

function isFree(flash: StoredFlash, now: number): boolean {
  return flash.claimedUntil === undefined || flash.claimedUntil <= now
}

function claimFlashes(
  flashes: Record<string, StoredFlash>,
  { by, now, until }: NonNullable<SessionChanges['claim']>,
): void {
  for (const [key, flash] of Object.entries(flashes)) {
    if (!isFree(flash, now)) continue
    setProperty(flashes, key, { value: flash.value, claimedBy: by, claimedUntil: until })
  }
}

function settleFlashes(
  flashes: Record<string, StoredFlash>,
  { by, read }: NonNullable<SessionChanges['settle']>,
): void {
  for (const [key, { value, claimedBy }] of Object.entries(flashes)) {
    // A flash of this key that came later has no such claim and stays.
    if (claimedBy !== by) continue
    if (read.includes(key)) delete flashes[key]
    else setProperty(flashes, key, { value })
  }
}
