import { checkKey, checkPlain } from './arguments.ts'
import { SessionEndedError } from './errors.ts'
import { createSessionId } from './id.ts'
import type { SessionKeeper } from './keeper.ts'
import type { SessionChanges, SessionOrigin } from './record.ts'
import { SessionValues } from './values.ts'

export type { SessionKeeper } from './keeper.ts'

// The life of an id, and what is left of each when the session is saved:
//
//   new        `origin` is null. The id is made when somebody asks; an empty session is not stored.
//   stored     `origin` holds the id and the record that a storage restored.
//   replaced   `regenerateId` made another `id`. The origin's becomes `deleteId`, and leaves a successor
//              there; with `regenerateId(false)` both go on, the old one as an alias of the new one.
//   ended      `destroy`: the origin's id is `deleteId`, and nothing is stored.
//   exchanged  `reset`: the origin is now `former`, which is deleted, and the session is new again.
//   too late   The cookie named an id that another request has `replaced`: this session is new, and
//              stores nothing unless somebody has just proved who it is (`regenerated`).

const LEFT_WITH_RESPONSE =
  'The session lives in the cookie, and that has left with the response: change it before the handler returns.'
const BEGINS_TOO_LATE =
  'A session cannot begin after the response, without a cookie: begin it before the handler returns.'
const NOT_FROM_MIDDLEWARE =
  'session.save() works only for sessions from the middleware. Use storage.save(session).'

/**
 * The side of a session that storages and the middleware see: where it came from, and what must be
 * stored. Handlers use `Session`.
 */
export class SessionState {
  /** The id and record that a storage restored; `null` for a session that is not stored. */
  origin: SessionOrigin | null
  /** The session that `reset` ended in this request: it must be deleted. */
  former: SessionOrigin | null = null
  /** Whether `reset` was called, be there a stored session or none. */
  wasReset = false
  /** What the cookie holds of a session that is known to have ended, where a cookie holds it. */
  ended: SessionOrigin | null = null
  readonly values: SessionValues
  /** Whether anything was read or written. */
  touched = false
  /** Whether a handler has it, who may read it at any time, also in a stream after the response. */
  taken = false
  /** Whether the response was made, and nothing is told after it. */
  closed = false
  destroyed = false
  /** Whether the cookie names a session that `regenerateId` replaced a moment ago. */
  replaced = false
  /** The idle limit for this session alone, when the application chose one. */
  ownLimit: { maxAge: number; persistent: boolean } | null = null
  /** The idle limit in seconds that the middleware took from the cookie. */
  cookieMaxAge: number | undefined
  /** The middleware's part; there is none where it did not give the session. */
  keeper: SessionKeeper | undefined
  /** Called after each use, once nobody will save the session with a response. */
  onUse: (() => void) | undefined

  /** Its id, and what becomes of the origin's that `regenerateId` replaced, until that is stored. */
  readonly ids: { own: string | undefined; old: 'ends' | 'stays' | null }

  /** A save in a store that is under way. */
  storing: Promise<string> | null = null

  #changing = false
  #saving: Promise<string> | null = null

  constructor(origin: SessionOrigin | null = null, values = new SessionValues(origin?.record)) {
    this.origin = origin
    this.ids = { own: origin?.id, old: null }
    this.values = values
  }

  // An anonymous visit needs no id: it is made when somebody asks.
  get id(): string {
    return (this.ids.own ??= createSessionId())
  }

  /** Whether `regenerateId` was called, and its id is not stored yet. */
  get regenerated(): boolean {
    return this.ids.old !== null
  }

  /** The stored id that must be deleted on save, if there is one. */
  get deleteId(): string | undefined {
    return this.destroyed || this.ids.old === 'ends' ? this.origin?.id : undefined
  }

  /** Whether there is something to write. */
  get changed(): boolean {
    if (this.destroyed) return false
    if (this.values.changed) return true
    // An empty session is not stored for the sake of its id or its limit.
    return this.origin !== null && (this.regenerated || this.ownLimit !== null)
  }

  /** Whether something would be lost if this request were not saved. */
  get written(): boolean {
    return !this.destroyed && (this.values.written || this.ownLimit !== null)
  }

  get(key: string): unknown {
    checkKey(key)
    this.#use()
    return this.destroyed ? undefined : this.values.get(key)
  }

  has(key: string): boolean {
    checkKey(key)
    this.#use()
    return !this.destroyed && this.values.has(key)
  }

  put(kind: 'value' | 'flash', key: string, value: unknown): void {
    checkKey(key)
    this.#use(kind === 'flash' ? 'flash' : 'set', key)
    this.values.put(kind, key, value)
  }

  merge(key: string, properties: Record<string, unknown>): void {
    checkKey(key)
    checkPlain(`Session key ${JSON.stringify(key)}: merge`, properties)
    this.#use('merge into', key)
    this.values.merge(key, properties)
  }

  increment(key: string, by: number): number {
    checkKey(key)
    this.#use('increment', key)
    return this.values.increment(key, by)
  }

  remove(key: string): void {
    checkKey(key)
    this.#use('unset', key)
    this.values.remove(key)
  }

  destroy(): void {
    if (this.destroyed) return
    this.#use('call destroy()')
    this.values.forget()
    this.destroyed = true
  }

  regenerateId(deleteOld: boolean): void {
    this.#use('regenerate the id', undefined, true)
    if (this.ids.old !== 'ends') this.ids.old = deleteOld ? 'ends' : 'stays'
    this.ids.own = createSessionId()
  }

  reset(): void {
    this.#use('call reset()')
    this.former ??= this.origin
    this.wasReset = true
    this.origin = null
    this.ids.own = undefined
    this.ids.old = null
    this.ownLimit = null
    this.values.forget()
    this.values.saved(undefined)
  }

  setOwnLimit(maxAge: number, persistent: boolean): void {
    this.#use('change the idle limit', undefined, true)
    this.ownLimit = { maxAge, persistent }
  }

  /** The keys of all that is in the session; flashes that are still unread are among it. */
  keys(): string[] {
    return this.destroyed ? [] : this.values.keys()
  }

  /**
   * A copy of everything in the session; flashes that are still unread are among it.
   *
   * @throws TypeError when an object in the session was changed into something that is not JSON
   */
  copy(): { values: Record<string, unknown>; flashes: Record<string, unknown> } {
    return this.destroyed ? { values: {}, flashes: {} } : this.values.copy()
  }

  /** What must be applied to the latest stored record. It throws as `copy` does. */
  changes(): SessionChanges {
    return this.values.changes()
  }

  /**
   * Forgets what a request did that failed. What was begun for safety's sake, `destroy` or
   * `regenerateId`, is still carried out in the store.
   */
  discard(): void {
    this.values.discard()
    this.ownLimit = null
    this.touched = false // no renewal: the browser does not hear of it
  }

  /** Goes on under the stored id, or ends that, since nobody will hear of another one. */
  keepId(): void {
    this.ids.old = null
    this.ids.own = this.origin?.id
  }

  /** A save that is under way: wait for that, and look again. */
  get saving(): Promise<unknown> | undefined {
    return (this.#saving ?? this.storing)?.catch(() => {})
  }

  /**
   * Ends writing: from now on a write throws, because nobody would save it, and a flash stays for the
   * next page.
   */
  close(): void {
    this.closed = true
    this.values.flashes.hidesAll = true
  }

  /**
   * Makes a change, if there is one, and saves at once, one save after the other. Meanwhile writes
   * throw: they would be neither in this save nor after it.
   *
   * @throws Error if no middleware looks after this session, or if it takes a response to carry the
   *   change and none is left: nothing is written then
   */
  async saveNow(change?: () => void): Promise<void> {
    const { keeper } = this
    if (!keeper) throw new Error(NOT_FROM_MIDDLEWARE)
    while (this.saving) await this.saving
    if (this.closed && keeper.keptInCookie()) {
      if (change || this.changed) throw new Error(LEFT_WITH_RESPONSE)
      return
    }
    if (change) this.#changeNow(change)
    if (this.closed && this.origin === null && this.changed) throw new Error(BEGINS_TOO_LATE)
    this.#saving = keeper.save().finally(() => (this.#saving = null))
    const saved = await this.#saving
    if (this.closed && saved !== '' && saved !== keeper.cookie) throw new Error(LEFT_WITH_RESPONSE)
  }

  #changeNow(change: () => void): void {
    this.#changing = true
    this.values.flashes.hidesAll = false
    try {
      const later: unknown = change()
      if (later instanceof Promise) {
        later.catch(() => {})
        throw new TypeError('session.save(change) takes a function that is done when it returns')
      }
    } finally {
      this.#changing = false
      this.values.flashes.hidesAll = this.closed
    }
  }

  /** Takes over what was stored, so that saving again without a change does nothing. */
  saved(origin: SessionOrigin | null): void {
    this.values.saved(origin?.record)
    this.ownLimit = null
    this.former = null
    this.ids.old = null
    this.origin = origin
    this.ids.own = origin?.id ?? this.ids.own
  }

  /**
   * Makes a new session of what this request wrote itself: the stored one ended meanwhile, and
   * nothing of it may live on.
   *
   * @throws SessionEndedError if a stored object was changed, which takes the rest of it along
   */
  startAnew(): void {
    if (this.values.changedInside) throw new SessionEndedError()
    this.values.forgetStored()
    this.origin = null
    this.ids.own = createSessionId()
  }

  #use(verb?: string, key?: string, needsCookie = false): void {
    this.touched = true
    if (verb !== undefined) this.#assertWritable(verb, key, needsCookie)
    this.onUse?.()
  }

  #assertWritable(verb: string, key: string | undefined, needsCookie: boolean): void {
    const reason = this.destroyed
      ? 'was destroyed earlier in this request.'
      : this.saving
        ? 'is being saved: wait for that.'
        : this.closed && !this.#changing
          ? 'was already saved with the response. Change it before the handler returns, or with `save`.'
          : this.closed && needsCookie
            ? 'has no response left to carry it. Do it before the handler returns.'
            : null
    if (reason === null) return
    const attempt = key === undefined ? verb : `${verb} ${JSON.stringify(key)}`
    throw new Error(`Cannot ${attempt}: the session ${reason}`)
  }
}
