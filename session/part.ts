import { SessionEndedError, SessionTooLargeError } from './errors.ts'
import { Session } from './session.ts'
import { SessionState } from './state.ts'
import type { SessionOrigin } from './record.ts'

/**
 * What a session has to save at a moment, to be saved while its handler goes on: what comes meanwhile is
 * for the next part. One part is saved at a time.
 */
export class SessionPart {
  /** What to hand to the storage. */
  readonly session: Session
  readonly #whole: SessionState
  readonly #part: SessionState
  readonly #origin: SessionOrigin | null

  /**
   * Splits it off, and goes on as if it was saved. Of a session that is not stored there is none: nobody
   * would have its cookie.
   */
  static of(whole: SessionState): SessionPart | null {
    return whole.origin === null && whole.former === null ? null : new SessionPart(whole)
  }

  constructor(whole: SessionState) {
    const { origin, ids } = whole
    this.#whole = whole
    this.#origin = origin
    this.#part = new SessionState(origin, origin ? whole.values.split(origin.record) : undefined)
    this.session = new Session(this.#part)
    const { former, destroyed, touched, ownLimit, cookieMaxAge } = whole
    Object.assign(this.#part, { former, destroyed, touched, ownLimit, cookieMaxAge })
    Object.assign(this.#part.ids, ids)
    whole.former = null
    whole.ownLimit = null
    ids.old = null
  }

  /** It is stored. */
  saved(): void {
    const [whole, { origin }] = [this.#whole, this.#part]
    if (origin === null || origin === this.#origin) return
    if (whole.former === this.#origin) whole.former = origin
    if (whole.origin === null) return
    whole.origin = origin
    if (whole.ids.old === null) whole.ids.own = origin.id
    whole.values.rebase(origin.record)
  }

  /**
   * It is not stored: it comes first in the next part. But what the session has no room for, or came after
   * its end, is dropped: it would be in the way of all that follows.
   */
  failed(error: unknown): void {
    const [whole, part] = [this.#whole, this.#part]
    const isOver = error instanceof SessionEndedError
    if (!isOver) whole.former ??= part.former
    if (whole.origin === null) return // it was reset meanwhile
    if (isOver || error instanceof SessionTooLargeError) whole.values.rebase(whole.origin.record)
    else whole.values.putBack(part.values)
    if (isOver) return
    whole.ownLimit ??= part.ownLimit
    if (part.ids.old === 'ends' || whole.ids.old === null) whole.ids.old = part.ids.old
  }
}
