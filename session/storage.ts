import type { SessionRecord } from './record.ts'
import type { FlashMode } from './values.ts'
import type { Session } from './session.ts'

/**
 * Where sessions are kept. Every storage here also keeps these promises, and the contract suite in
 * `remix/session/testing` checks them:
 *
 * - An id that is not in the store is never adopted, and data that cannot be read is a new session.
 * - What a request changed is merged into the latest stored state, key by key.
 * - A destroyed or replaced id stays dead, whatever a slower request saves.
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
}

/** What the middleware tells a storage about the request. */
export interface ReadOptions {
  /** The cookie's idle limit in seconds: the storage enforces it. */
  maxAge?: number | undefined
  /**
   * What reading a flash does: `take` removes it; `keep` does not, for HEAD requests and onlookers;
   * `hide` shows none, for prefetched pages, which are looked at later or never. A function is asked
   * only if it matters.
   *
   * @default 'take'
   */
  flashes?: FlashMode | (() => FlashMode) | undefined
}

/**
 * The session ended while the request was under way, or its id was replaced a moment before: what the
 * request changed was not saved. A new request, with the cookie that the browser has by now, may do.
 */
export class SessionEndedError extends Error {
  override readonly name = 'SessionEndedError'
  /** The HTTP status that fits: Conflict. */
  readonly status = 409

  constructor() {
    super('The session ended or got a new id meanwhile, and what was changed could not be saved.')
  }
}

/** The store could not be read or written. The session is neither lost nor saved: answer 503. */
export class SessionStoreError extends Error {
  override readonly name = 'SessionStoreError'
  /** The HTTP status that fits: the fault is expected to pass. */
  readonly status = 503
  /** The system's code for the fault, as `ENOSPC`, where there is one. */
  readonly code: string | undefined

  constructor(message: string, code?: string) {
    super(message)
    this.code = code
  }
}

/** The session does not fit where it is stored. Nothing was saved and no cookie was sent. */
export class SessionTooLargeError extends Error {
  override readonly name = 'SessionTooLargeError'
  readonly bytes: number
  readonly limit: number

  /**
   * @param what What does not fit, for the message
   * @param bytes What it would take
   * @param limit What there is room for
   * @param record The session, to name its largest keys
   */
  constructor(
    what: string,
    bytes: number,
    limit: number,
    { values, flashes }: Pick<SessionRecord, 'values' | 'flashes'>,
  ) {
    const unread = Object.entries(flashes).map(([key, { value }]): [string, unknown] => [
      key,
      value,
    ])
    const largest = [...Object.entries(values), ...unread]
      .map(([key, value]) => ({ key, bytes: Buffer.byteLength(JSON.stringify(value)) }))
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, 3)
      .map(({ key, bytes }) => `${key} (${bytes} bytes)`)
    super(
      `${what} would take ${bytes} bytes, the limit is ${limit}. ` +
        `The largest keys: ${largest.join(', ')}. Keep ids in the session and the rest in a database.`,
    )
    this.bytes = bytes
    this.limit = limit
  }
}
