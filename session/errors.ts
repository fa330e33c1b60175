import type { SessionRecord } from './record.ts'

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
    const unread = Object.entries(flashes).map(([key, { value }]) => [key, value] as const)
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
