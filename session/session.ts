import { checkPersistence, checkPlain } from './arguments.ts'
import { SessionState } from './state.ts'
import type { SessionOrigin } from './record.ts'
import type { Countable, PropertiesOf } from './properties.ts'
import type { ReadOptions } from './read-options.ts'

export { SessionEndedError, SessionStoreError, SessionTooLargeError } from './errors.ts'
export type { FlashClaims, FlashMode, FlashReader } from './flashes.ts'
export { createSessionId, isSessionId } from './id.ts'
export type { Countable } from './properties.ts'
export type { ReadOptions } from './read-options.ts'
export { applyChanges } from './record.ts'
export type { SessionChanges, SessionOrigin, SessionRecord, StoredFlash } from './record.ts'
export type { SessionKeeper, SessionState } from './state.ts'
export type { SessionValues } from './values.ts'

/**
 * The keys of your application's sessions and the types of their values. Empty here: declare yours
 * by interface merging, and `get`, `set` and `flash` know them.
 *
 * ```ts
 * declare module 'remix/session' {
 *   interface SessionKeys {
 *     userId: number
 *   }
 * }
 * ```
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- made to be merged into
export interface SessionKeys {}

/** The type of a declared key, `unknown` for any other. */
export type SessionValue<key extends string> = key extends keyof SessionKeys
  ? SessionKeys[key]
  : unknown

/** What `get` answers: the declared type or `undefined`, `unknown` for a key not declared. */
export type MaybeSessionValue<key extends string> = key extends keyof SessionKeys
  ? SessionKeys[key] | undefined
  : unknown

/** Some properties of the object under a key, or of one of the objects that may be there. */
export type SessionProperties<key extends string> = key extends keyof SessionKeys
  ? PropertiesOf<SessionKeys[key]>
  : Record<string, unknown>

let stateOf: (session: Session) => SessionState

/**
 * What a server remembers of one browser from request to request. It is also the key of the request
 * context: `context.get(Session)` is the session of the request. A key that is no string is a `TypeError`.
 */
export class Session {
  #state: SessionState

  /** Use `createSession()` for a new session, `restoreSession()` for a stored one. */
  constructor(state: SessionState = new SessionState()) {
    this.#state = state
  }

  static {
    stateOf = (session) => session.#state
  }

  /** The session's id: 64 hexadecimal digits. It is a password: keep it out of logs and URLs. */
  get id(): string {
    this.#state.touched = true
    return this.#state.id
  }

  /**
   * A copy of all keys and values, unread flashes included; looking consumes none. Changing it does
   * not change the session. It is a `TypeError` if what `get` gave was changed into what is not JSON.
   */
  get data(): Record<string, unknown> {
    this.#state.touched = true
    const { values, flashes } = this.#state.copy()
    return Object.fromEntries([...Object.entries(values), ...Object.entries(flashes)])
  }

  /**
   * Reads a value. A flash is removed by being read. A change inside an object that you got is saved like
   * one made with `set`.
   *
   * @returns The value, or `undefined` if there is none
   */
  get<const key extends string>(key: key): MaybeSessionValue<key> {
    return this.#state.get(key) as MaybeSessionValue<key>
  }

  /** Tells whether there is a value or an unread flash. Asking does not consume a flash. */
  has(key: string): boolean {
    return this.#state.has(key)
  }

  /**
   * Stores a copy of a value; it replaces a flash of the same key.
   *
   * @param value A JSON value: string, finite number, boolean, null, array or plain object
   * @throws TypeError if the value is not JSON; the message names the key and the path
   * @throws Error if the session was destroyed, or saved with the response
   */
  set<const key extends string>(key: key, value: SessionValue<key>): void {
    this.#state.put('value', key, value)
  }

  /**
   * Sets properties inside the object under a key, and removes those that are `undefined`. Unlike
   * `set`, it saves these properties alone: two requests at once that merge different properties
   * both keep theirs, as two tabs that add to one cart. A list, or what else there is no object, is
   * replaced.
   *
   * @throws TypeError if the properties are not a plain object, or one of them is not JSON
   * @throws Error if the session was destroyed, or saved with the response
   */
  merge<const key extends string>(key: key, properties: SessionProperties<key>): void {
    this.#state.merge(key, properties)
  }

  /**
   * Adds to the number under a key, and takes anything else for 0. Unlike `set` after `get`, it saves
   * the difference: of many requests at once each one counts.
   *
   * @param by A safe integer
   * @returns The sum as this request sees it
   * @throws TypeError if `by` is not one
   * @throws Error if the session was destroyed, or saved with the response
   */
  increment<const key extends string>(key: key & Countable<SessionValue<key>>, by = 1): number {
    if (!Number.isSafeInteger(by)) {
      throw new TypeError(`increment takes a safe whole number (up to 2^53 − 1), not ${String(by)}`)
    }
    return this.#state.increment(key, by)
  }

  /**
   * Stores a value to be read once, in this request or a later one: the message after a redirect
   * (Post/Redirect/Get). It replaces a value of the same key and stays until somebody reads it.
   *
   * @param value A JSON value
   * @throws TypeError if the value is not JSON
   * @throws Error if the session was destroyed, or saved with the response
   */
  flash<const key extends string>(key: key, value: SessionValue<key>): void {
    this.#state.put('flash', key, value)
  }

  /**
   * Removes a value or a flash.
   *
   * @throws Error if the session was destroyed, or saved with the response
   */
  unset(key: string): void {
    this.#state.remove(key)
  }

  /**
   * Ends the session: it is empty at once, and the middleware deletes it from the storage and the
   * cookie from the browser. Writing to it afterwards throws.
   *
   * @throws Error if the session was saved with the response
   */
  destroy(): void {
    this.#state.destroy()
  }

  /**
   * Ends the session as `destroy` does, and goes on with an empty one under a new id: for a message
   * after logout. If nothing is put into it, the cookie is removed.
   *
   * @throws Error if the session was destroyed, or saved with the response
   */
  reset(): void {
    this.#state.reset()
  }

  /**
   * Gives the session a new id and keeps its data. Call it when somebody logs in or gains rights:
   * an id that was planted before is worth nothing then (session fixation; OWASP ASVS 5.0, 7.2.4).
   * The absolute limit (`lifetime`) starts anew.
   *
   * @param deleteOld Pass `false` to leave the old id valid beside the new one
   * @throws Error if the session was destroyed, or saved with the response
   */
  regenerateId(deleteOld = true): void {
    this.#state.regenerateId(deleteOld)
  }

  /**
   * Gives this session an idle limit of its own, as for a "remember me" box.
   *
   * @param seconds It may exceed the cookie's `maxAge`; it is cut to the storage's
   * @param options With `persistent: false` the browser drops the cookie when it closes
   * @throws RangeError if the limit is not a positive whole number; TypeError for another option
   */
  setMaxAge(seconds: number, options: { persistent?: boolean | undefined } = {}): void {
    if (!Number.isInteger(seconds) || seconds <= 0) {
      throw new RangeError(`setMaxAge takes a positive whole number of seconds, not ${seconds}`)
    }
    checkPersistence(options)
    this.#state.setOwnLimit(seconds, options.persistent ?? true)
  }

  /**
   * Saves now, not with the response: before a body that is a stream, or in work that goes on after
   * the response. There `set` throws, so the change is made in here. Await it: until it is done, writes
   * throw.
   *
   * ```ts
   * await session.save(() => session.set('exported', true))
   * ```
   *
   * Sessions that live in the cookie can only be changed before the response, and none begins after it.
   *
   * @param change Makes changes and returns at once
   * @throws Error if a cookie would have to be sent after the response, or no middleware gave the
   *   session. TypeError if the change goes on later, as an async function. Nothing is stored then
   */
  async save(change?: () => void): Promise<void> {
    await this.#state.saveNow(change)
  }

  // So that console.log(session) shows no id, consumes no flash and is no use of the session.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Session { ${this.#state.keys().join(', ')} }`
  }
}

/**
 * Where sessions are kept. Those here that have a store also keep these promises, and the contract
 * suite in `remix/session/testing` checks them; `createCookieSessionStorage` tells what a cookie cannot:
 *
 * - An id that is not in the store is never adopted, and data that cannot be read is a new session.
 * - What a request changed is merged into the latest stored state, key by key.
 * - A destroyed or replaced id stays ended, whatever a slower request saves.
 * - What cannot be saved any more is an error, never a success.
 * - A store that cannot answer rejects; it never pretends that there was no session.
 */
export interface SessionStorage {
  /**
   * Restores the session of a cookie value.
   *
   * @param cookie The value that `save` returned once, or `''` or `null` for none
   * @returns The stored session, or a new empty one
   */
  read(cookie: string | null, options?: ReadOptions): Promise<Session>
  /**
   * Stores what the request changed.
   *
   * @returns The cookie value, or `''` when there is nothing to keep in a cookie
   * @throws SessionEndedError if the session ended meanwhile, and what was changed has no place
   */
  save(session: Session): Promise<string>
  /**
   * `true` for a storage whose cookie values prove by themselves who made them. The middleware sends
   * them as they are, without a signature around them.
   */
  readonly selfAuthenticating?: boolean
  /**
   * Whether a session is nowhere but in its cookie, also asked of one that is new and empty. Only a response
   * that carries another cookie can change it then, and the middleware does not save it without one.
   *
   * @default `false` for every session
   */
  keptInCookie?(session: Session): boolean
}

/**
 * Creates a session that is not stored yet.
 *
 * @param data Values to start with
 * @throws TypeError if they are not a plain object, or a value is not JSON
 */
export function createSession(data: Record<string, unknown> = {}): Session {
  checkPlain('createSession', data)
  const session = new Session()
  for (const [key, value] of Object.entries(data)) stateOf(session).put('value', key, value)
  return session
}

/**
 * For authors of storages: makes a session of what was stored, or a new one where nothing is. The record
 * is not modified, whatever a handler does to the session, so several sessions may share one.
 *
 * @param options What `read` of the storage was given
 */
export function restoreSession(
  origin: SessionOrigin | null,
  { maxAge, flashes = 'take' }: ReadOptions = {},
): Session {
  const state = new SessionState(origin)
  state.cookieMaxAge = maxAge
  state.values.flashes.mode = flashes
  return new Session(state)
}

/** For authors of storages: where a session came from, and what must be stored. */
export function getSessionState(session: Session): SessionState {
  return stateOf(session)
}
