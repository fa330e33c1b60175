import { checkJson, toJson } from './json.ts'
import { createSessionId } from './session-id.ts'
import { isPlainObject, noChanges, setProperty } from './session-record.ts'
import type { SessionChanges, SessionRecord } from './session-record.ts'

type Change =
  | { kind: 'value'; value: unknown }
  | { kind: 'flash'; value: unknown }
  | { kind: 'merge'; value: object; properties: Map<string, unknown> }
  | { kind: 'removed' }
  | { kind: 'read' } // a stored flash that was read

/** What a storage knows of a session when it restores it. */
export interface SessionOrigin {
  /** The id under which the session is stored. */
  id: string
  record: SessionRecord
  /** The claim under which this request holds the stored flashes, if the storage has claims. */
  claim?: string
}

/**
 * The side of a session that storages and the middleware see: where it came from, and what must be
 * stored. Handlers use `Session`.
 */
export class SessionState {
  /** The id and record that a storage restored; `null` for a session that is not stored. */
  origin: SessionOrigin | null
  /** Whether anything was read or written: the response depends on the session. */
  touched = false
  destroyed = false
  /** The idle limit for this session alone, when the application chose one. */
  expiry: { maxAge: number; persistent: boolean } | null = null
  /** The idle limit in seconds that the middleware took from the cookie. */
  cookieMaxAge: number | undefined
  /** Set for HEAD and prefetch requests: reading a flash then does not remove it. */
  keepsFlashes = false

  #id: string | undefined
  #sealed = false
  #deletesOrigin = false
  #changes = new Map<string, Change>()
  // Copies that a handler was given, and their JSON: whatever it does to them is noticed at the end.
  #handedOut: Map<string, { value: object; json: string }> | null = null

  constructor(origin: SessionOrigin | null = null) {
    this.origin = origin
    this.#id = origin?.id
  }

  // An anonymous visit needs no id: it is made when somebody asks.
  get id(): string {
    return (this.#id ??= createSessionId())
  }

  /** Whether `regenerateId` gave a stored session an id that is not stored yet. */
  get regenerated(): boolean {
    return this.origin !== null && this.origin.id !== this.#id
  }

  /** The stored id that must be deleted on save, if there is one. */
  get deleteId(): string | undefined {
    const ends = this.destroyed || (this.regenerated && this.#deletesOrigin)
    return ends ? this.origin?.id : undefined
  }

  /** Whether there is something to write. */
  get changed(): boolean {
    if (this.destroyed) return false
    this.#noticeChangesInside()
    if (this.#changes.size > 0) return true
    // An empty session is not stored for the sake of its id or its limit.
    return this.origin !== null && (this.regenerated || this.expiry !== null)
  }

  get(key: string): unknown {
    this.touched = true
    if (this.destroyed) return undefined
    const change = this.#changes.get(key)
    if (change) {
      if (change.kind === 'flash' && !this.keepsFlashes) this.remove(key)
      if (change.kind === 'merge' && !this.#handedOut?.has(key)) {
        this.#handOut(key, change.value, JSON.stringify(change.value))
      }
      return 'value' in change ? change.value : undefined
    }
    if (this.#isStored('flashes', key)) {
      const { value } = this.origin!.record.flashes[key]!
      if (!this.keepsFlashes) {
        this.#assertWritable('read the flash', key)
        this.#changes.set(key, { kind: 'read' })
      }
      return isObject(value) ? JSON.parse(JSON.stringify(value)) : value
    }
    return this.#isStored('values', key) ? this.#copyOfStored(key) : undefined
  }

  has(key: string): boolean {
    this.touched = true
    if (this.destroyed) return false
    const change = this.#changes.get(key)
    if (change) return 'value' in change
    return this.#isStored('values', key) || this.#isStored('flashes', key)
  }

  put(kind: 'value' | 'flash', key: string, value: unknown): void {
    this.touched = true
    this.#assertWritable(kind === 'flash' ? 'flash' : 'set', key)
    checkJson(key, value)
    this.#changes.set(key, { kind, value })
  }

  merge(key: string, properties: Record<string, unknown>): void {
    this.touched = true
    this.#assertWritable('merge into', key)
    this.#noticeChangesInside()
    const change = this.#changes.get(key)
    const stored = this.#isStored('values', key) ? this.#copyOfStored(key) : undefined
    const before = change ? valueOf(change) : stored
    const whole = mergeInto({}, { ...asObject(before), ...properties })
    checkJson(key, whole)
    // An object of our own is changed in place: a handler may hold it and go on changing it. One
    // that was passed to `set` is the caller's.
    const isOurs = isPlainObject(before) && (change?.kind === 'merge' || before === stored)
    const value = isOurs ? mergeInto(before, properties) : whole
    if (this.#handedOut?.has(key)) this.#handOut(key, value, JSON.stringify(value))
    // What was set as a whole in this request is saved as a whole.
    const isWhole = change !== undefined && change.kind !== 'merge'
    const merged = new Map(change?.kind === 'merge' ? change.properties : [])
    for (const [name, property] of Object.entries(properties)) merged.set(name, property)
    this.#changes.set(
      key,
      isWhole ? { kind: 'value', value } : { kind: 'merge', value, properties: merged },
    )
  }

  remove(key: string): void {
    this.touched = true
    this.#assertWritable('unset', key)
    this.#handedOut?.delete(key)
    const stored = this.origin?.record
    // Also a flash that another request holds: it may come back unread.
    if (stored && (Object.hasOwn(stored.values, key) || Object.hasOwn(stored.flashes, key))) {
      this.#changes.set(key, { kind: 'removed' })
    } else {
      this.#changes.delete(key)
    }
  }

  destroy(): void {
    this.touched = true
    if (this.destroyed) return
    this.#assertWritable('destroy it')
    this.#forgetChanges()
    this.destroyed = true
  }

  regenerateId(deleteOld: boolean): void {
    this.touched = true
    this.#assertWritable('regenerate its id')
    this.#deletesOrigin ||= deleteOld
    this.#id = createSessionId()
  }

  setExpiry(maxAge: number, persistent: boolean): void {
    this.touched = true
    this.#assertWritable('change its idle limit')
    this.expiry = { maxAge, persistent }
  }

  /** A copy of everything in the session; flashes that are still unread are among it. */
  copy(): { values: Record<string, unknown>; flashes: Record<string, unknown> } {
    const values = new Map<string, unknown>()
    const flashes = new Map<string, unknown>()
    if (!this.destroyed) {
      const stored = this.origin?.record
      for (const key of stored ? Object.keys(stored.values) : []) {
        if (this.#changes.has(key)) continue
        values.set(key, this.#handedOut?.get(key)?.value ?? stored!.values[key])
      }
      for (const key of stored ? Object.keys(stored.flashes) : []) {
        if (this.#isStored('flashes', key) && !this.#changes.has(key)) {
          flashes.set(key, stored!.flashes[key]!.value)
        }
      }
      for (const [key, change] of this.#changes) {
        if (change.kind === 'value' || change.kind === 'merge') values.set(key, change.value)
        if (change.kind === 'flash') flashes.set(key, change.value)
      }
    }
    return {
      values: structuredClone(Object.fromEntries(values)),
      flashes: structuredClone(Object.fromEntries(flashes)),
    }
  }

  /**
   * What must be applied to the latest stored record.
   *
   * @throws TypeError when an object in the session was changed into something that is not JSON
   */
  changes(): SessionChanges {
    this.#noticeChangesInside()
    const result = noChanges()
    const read: string[] = []
    for (const [key, change] of this.#changes) {
      if (change.kind === 'value') result.set.push([key, toJson(key, change.value)])
      else if (change.kind === 'flash') result.flash.push([key, toJson(key, change.value)])
      else if (change.kind === 'merge') {
        result.merge.push([
          key,
          [...change.properties].map(([name, value]) => [name, jsonOrNull(key, value)]),
        ])
      } else if (change.kind === 'removed') result.removed.push(key)
      else read.push(key)
    }
    const by = this.origin?.claim
    if (by !== undefined || read.length > 0) result.settle = { by, read }
    return result
  }

  /**
   * Forgets what a request did that failed. What was begun for safety's sake, `destroy` or
   * `regenerateId`, is still carried out in the store.
   */
  discard(): void {
    this.#forgetChanges()
    this.expiry = null
    this.touched = false // no renewal: the browser does not hear of it
  }

  /** Ends writing: from now on a write throws, because nobody would save it. */
  seal(): void {
    this.#sealed = true
  }

  /** Takes over what was stored, so that saving again without a change does nothing. */
  saved(origin: SessionOrigin | null): void {
    this.#forgetChanges()
    this.expiry = null
    this.#deletesOrigin = false
    this.origin = origin
    this.#id = origin?.id ?? this.#id
  }

  #isStored(part: 'values' | 'flashes', key: string): boolean {
    if (this.origin === null || !Object.hasOwn(this.origin.record[part], key)) return false
    if (part === 'values') return true
    const { claimedBy } = this.origin.record.flashes[key]!
    return claimedBy === undefined || claimedBy === this.origin.claim
  }

  // What is stored may be held by other requests too: handlers get a copy of it, the same each time.
  #copyOfStored(key: string): unknown {
    const stored = this.origin!.record.values[key]
    if (!isObject(stored)) return stored
    const copy = this.#handedOut?.get(key)
    if (copy) return copy.value
    const json = JSON.stringify(stored)
    return this.#handOut(key, JSON.parse(json), json)
  }

  #handOut(key: string, value: object, json: string): object {
    this.#handedOut ??= new Map()
    this.#handedOut.set(key, { value, json })
    return value
  }

  #noticeChangesInside(): void {
    if (this.#handedOut === null) return
    for (const [key, { value, json }] of this.#handedOut) {
      const change = this.#changes.get(key)
      if (change && change.kind !== 'merge') continue
      if (toJson(key, value) !== json) this.#changes.set(key, { kind: 'value', value })
    }
  }

  #forgetChanges(): void {
    this.#changes.clear()
    this.#handedOut = null
  }

  #assertWritable(verb: string, key?: string): void {
    if (!this.destroyed && !this.#sealed) return
    const attempt = key === undefined ? verb : `${verb} ${JSON.stringify(key)}`
    throw new Error(
      this.destroyed
        ? `Cannot ${attempt}: the session was destroyed earlier in this request.`
        : `Cannot ${attempt}: the session was already saved with the response. ` +
            'Change it before the handler returns.',
    )
  }
}

// A flash is replaced by what is merged, like by what is set.
function valueOf(change: Change): unknown {
  return change.kind === 'value' || change.kind === 'merge' ? change.value : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function asObject(value: unknown): Record<string, unknown> {
  return isPlainObject(value) ? value : {}
}

function mergeInto(
  target: Record<string, unknown>,
  properties: Record<string, unknown>,
): Record<string, unknown> {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) delete target[name]
    else setProperty(target, name, value)
  }
  return target
}

function jsonOrNull(key: string, value: unknown): string | null {
  return value === undefined ? null : toJson(key, value)
}
