import { holds, isInside, isRepeated, toSessionChanges } from './change.ts'
import type { Change } from './change.ts'
import { FlashReader } from './flashes.ts'
import { isJsonObject, isObject, toJson } from './json.ts'
import { applyChanges, mergeInto, mergeProperties, parseProperties } from './record.ts'
import type { SessionChanges, SessionRecord, StoredFlash } from './record.ts'

const noRecord: Pick<SessionRecord, 'values' | 'flashes'> = { values: {}, flashes: {} }

/**
 * What one request sees under a session's keys, and what it changes there. Everything goes in and out
 * as a copy, so that nothing is shared with the application or with another request.
 */
export class SessionValues {
  readonly flashes = new FlashReader()

  #stored = noRecord
  #changes = new Map<string, Change>()
  // Objects that a handler was given, and their JSON: whatever it does to them is noticed later.
  #handedOut: Map<string, { value: object; json: string }> | null = null

  constructor(stored: SessionRecord | undefined) {
    if (stored) this.#stored = stored
  }

  /** Whether there is something to write. A value that is set again is not. */
  get changed(): boolean {
    return this.#some((change) => !isRepeated(change))
  }

  /** Whether another request has meanwhile changed what was set to what it was, or unset without being there. */
  isUndone(latest: SessionRecord): boolean {
    return [...this.#changes].some(
      ([key, change]) => isRepeated(change) && !holds(latest, key, change),
    )
  }

  /** Whether something was set to what it was, or unset that was not there. */
  get repeated(): boolean {
    return [...this.#changes.values()].some(isRepeated)
  }

  /** Whether something would be lost that the handler wrote; flashes that it read are not. */
  get written(): boolean {
    return this.#some((change) => change.kind !== 'read' && !isRepeated(change))
  }

  /** Whether something was written that can stand alone: also what was set to what it was, but no removal. */
  get adds(): boolean {
    return this.#some(({ kind }) => kind !== 'read' && kind !== 'removed')
  }

  /** Whether a stored object was changed by changing what `get` gave. */
  get changedInside(): boolean {
    return this.#some(isInside)
  }

  get(key: string): unknown {
    const change = this.#changes.get(key)
    if (change?.kind === 'flash') {
      if (this.flashes.mode === 'take') this.remove(key)
      return JSON.parse(change.json)
    }
    if (!change) {
      const flash = this.#visibleFlash(key)
      if (flash) return this.#readFlash(key, flash)
    }
    return this.#see(key)
  }

  has(key: string): boolean {
    const change = this.#changes.get(key)
    if (change) return 'json' in change
    return Object.hasOwn(this.#stored.values, key) || this.#visibleFlash(key) !== undefined
  }

  put(kind: 'value' | 'flash', key: string, value: unknown): void {
    const json = toJson(key, value)
    const handedOut = this.#handedOut?.get(key)
    // What `get` gave, changed and set again, is still what `get` gave.
    if (handedOut && handedOut.value === value && kind === 'value') handedOut.json = json
    else this.#handedOut?.delete(key)
    const same = kind === 'value' && holds(this.#stored, key, { kind, json })
    this.#changes.set(key, kind === 'value' ? { kind, json, same } : { kind, json })
  }

  merge(key: string, properties: Record<string, unknown>): void {
    this.#noticeChangesInside()
    const change = this.#changes.get(key)
    const handedOut = this.#handedOut?.get(key)
    const before = change?.kind === 'flash' ? undefined : this.#see(key)
    const json = toJson(key, mergeProperties(before, Object.entries(properties)))
    const whole = JSON.parse(json) as Record<string, unknown>
    const own = Object.keys(properties).map((name): [string, unknown] => [
      name,
      Object.hasOwn(whole, name) ? whole[name] : undefined,
    ])
    // A handler may hold the object that it got, and go on changing it.
    if (handedOut && isJsonObject(handedOut.value)) {
      mergeInto(handedOut.value, own)
      handedOut.json = json
    } else {
      this.#handedOut?.delete(key)
    }
    // What was set as a whole in this request is saved as a whole.
    if (change && change.kind !== 'merge') {
      this.#changes.set(key, { kind: 'value', json, inside: isInside(change) })
      return
    }
    const merged = new Map(change?.properties)
    for (const [name, value] of own) {
      merged.set(name, value === undefined ? null : JSON.stringify(value))
    }
    this.#changes.set(key, { kind: 'merge', json, properties: merged })
  }

  increment(key: string, by: number): number {
    const change = this.#changes.get(key)
    const before = change?.kind === 'flash' ? undefined : this.#see(key)
    const total = (typeof before === 'number' ? before : 0) + by
    const json = toJson(key, total)
    this.#handedOut?.delete(key)
    // What was set in this request is saved as it is.
    if (change && change.kind !== 'increment') this.#changes.set(key, { kind: 'value', json })
    else this.#changes.set(key, { kind: 'increment', json, by: (change?.by ?? 0) + by })
    return total
  }

  remove(key: string): void {
    this.#handedOut?.delete(key)
    // Also a flash that another request has taken: it may be given back.
    this.#changes.set(key, { kind: 'removed', same: holds(this.#stored, key, { kind: 'removed' }) })
  }

  /** The keys of all that is in the session; flashes that are still unread are among it. */
  keys(): string[] {
    const { values, flashes } = this.#stored
    const known = [...Object.keys(values), ...Object.keys(flashes), ...this.#changes.keys()]
    return [...new Set(known)].filter((key) => this.has(key))
  }

  /**
   * A copy of everything in the session; flashes that are still unread are among it.
   *
   * @throws TypeError when an object in the session was changed into something that is not JSON
   */
  copy(): { values: Record<string, unknown>; flashes: Record<string, unknown> } {
    const values = new Map<string, unknown>()
    const flashes = new Map<string, unknown>()
    for (const key of this.keys()) {
      const change = this.#changes.get(key)
      const flash = change ? undefined : this.#visibleFlash(key)
      // What it was changed into is not noted: a save that is under way would take it for its own.
      const handedOut = this.#handedOut?.get(key)
      if (change?.kind === 'flash') flashes.set(key, JSON.parse(change.json))
      else if (flash) flashes.set(key, flash.value)
      else if (handedOut) values.set(key, JSON.parse(toJson(key, handedOut.value)))
      else values.set(key, this.#peek(key))
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
    return toSessionChanges(this.#changes)
  }

  /** Forgets what this request did; what it read, others may read. */
  discard(): void {
    this.giveBackFlashes()
    this.forget()
  }

  /** Forgets what this request did; what it read, it has shown. */
  forget(): void {
    this.#changes.clear()
    this.#handedOut = null
  }

  /** Lets others have the flashes that this request read and will not show. */
  giveBackFlashes(): void {
    for (const [key, change] of this.#changes) {
      if (change.kind !== 'read') continue
      this.flashes.giveBack(change.token)
      this.#changes.delete(key)
    }
  }

  /** Goes on from what was stored. Objects that the handler holds may still be changed. */
  saved(stored: SessionRecord | undefined): void {
    this.#stored = stored ?? noRecord
    const { flashes } = this.#stored
    for (const [key, change] of this.#changes) {
      const flash = Object.hasOwn(flashes, key) ? flashes[key] : undefined
      // A flash that is still there was read while this was saved.
      if (flash && change.kind === 'read' && change.token === flash.token) continue
      this.#changes.delete(key)
    }
  }

  /**
   * Splits off what this request did until now, and goes on as if it was stored already. What is done to
   * objects that the handler holds is still noticed.
   */
  split(record: SessionRecord): SessionValues {
    this.#noticeChangesInside()
    const part = new SessionValues(undefined)
    part.#stored = this.#stored
    part.#changes = this.#changes
    part.flashes.mode = this.flashes.mode
    this.#stored = applyChanges(record, part.changes())
    this.#changes = new Map()
    return part
  }

  /** What was split off is stored, perhaps beside what others did; or it never will be. */
  rebase(stored: SessionRecord): void {
    this.#stored = stored
  }

  /** What was split off is not stored: what came after it is done once more, upon that. */
  putBack(part: SessionValues): void {
    const later = this.#changes
    this.#stored = part.#stored
    this.#changes = part.#changes
    for (const [key, change] of later) {
      if (change.kind === 'increment') this.increment(key, change.by)
      else if (change.kind === 'merge')
        this.merge(key, Object.fromEntries(parseProperties(change.properties)))
      else this.#changes.set(key, 'same' in change ? { ...change, same: false } : change)
    }
  }

  /** Starts from nothing, with what this request wrote. */
  forgetStored(): void {
    this.#stored = noRecord
  }

  /** The value under a key, for the handler: the same copy each time. No flash is seen. */
  #see(key: string): unknown {
    const value = this.#peek(key)
    if (!isObject(value) || this.#handedOut?.has(key)) return value
    const json = JSON.stringify(value)
    const copy = JSON.parse(json) as object
    this.#handedOut ??= new Map()
    this.#handedOut.set(key, { value: copy, json })
    return copy
  }

  // What is stored may be held by other requests too, so this goes to nobody as it is.
  #peek(key: string): unknown {
    const handedOut = this.#handedOut?.get(key)
    if (handedOut) return handedOut.value
    const change = this.#changes.get(key)
    if (change) return 'json' in change ? JSON.parse(change.json) : undefined
    return Object.hasOwn(this.#stored.values, key) ? this.#stored.values[key] : undefined
  }

  #visibleFlash(key: string): StoredFlash | undefined {
    if (!Object.hasOwn(this.#stored.flashes, key)) return undefined
    const flash = this.#stored.flashes[key]!
    return this.flashes.shows(flash) ? flash : undefined
  }

  #readFlash(key: string, flash: StoredFlash): unknown {
    const { value, token } = flash
    if (this.flashes.read(flash)) this.#changes.set(key, { kind: 'read', token })
    return isObject(value) ? JSON.parse(JSON.stringify(value)) : value
  }

  #some(test: (change: Change) => boolean): boolean {
    this.#noticeChangesInside()
    for (const change of this.#changes.values()) if (test(change)) return true
    return false
  }

  #noticeChangesInside(): void {
    if (this.#handedOut === null) return
    for (const [key, handedOut] of this.#handedOut) {
      const json = toJson(key, handedOut.value)
      if (json === handedOut.json) continue
      handedOut.json = json
      const change = this.#changes.get(key)
      const inside = change?.kind !== 'value' || isInside(change)
      this.#changes.set(key, { kind: 'value', json, inside })
    }
  }
}
