// Which cookie answers a session that came with another one than its storage would give it:
//
//   its own    The storage's spelling, also with an older secret: it stays until the session is renewed.
//   another's  Sealed for a store, signed for a cookie, or of another library. It is replaced once, by the
//              answer to a page that uses the session, so that the old storage can be taken out; and only
//              while the id is alive, else a late answer would take away the cookie of a login.

import type { Cookie } from '../cookie/cookie.ts'
import { SessionEndedError } from '../errors.ts'
import { getSessionState } from '../session.ts'
import type { Session, SessionStorage } from '../session.ts'
import type { SessionRecord } from '../record.ts'
import { isCookieDue } from '../time-limits.ts'

/** A storage, and the cookie value of a session in it. */
export interface Place {
  home: SessionStorage
  value: string
}

/** How a session came. */
interface Arrival extends Place {
  raw: string
  id: string
  record: SessionRecord
  /** What the response told the browser. Nobody hears of another one after that. */
  told?: string
}

/** The cookies of the sessions that are under way. */
export class Spelling {
  readonly #cookie: Cookie
  readonly #isAlive: (storage: SessionStorage, id: string) => Promise<boolean>
  readonly #arrivals = new WeakMap<Session, Arrival>()

  /** @param isAlive Whether a storage's session has neither ended nor got a new id, as far as anybody knows */
  constructor(cookie: Cookie, isAlive: (storage: SessionStorage, id: string) => Promise<boolean>) {
    this.#cookie = cookie
    this.#isAlive = isAlive
  }

  /** Remembers how a session came. */
  came(session: Session, raw: string, place: Place): Session {
    const { origin } = getSessionState(session)
    if (origin !== null) this.#arrivals.set(session, { ...origin, ...place, raw })
    return session
  }

  /**
   * Saves a session, and tells the cookie of it; `''` if it has ended.
   *
   * @param save Tells where it is then; where nothing could be saved, the cookie that came
   * @throws SessionEndedError if it ended meanwhile, and what was written has no place
   */
  async saved(session: Session, save: () => Promise<Place | string>): Promise<string> {
    const { written } = getSessionState(session)
    const place = await save()
    const arrival = this.#arrivals.get(session)
    const cookie =
      typeof place === 'string'
        ? place
        : arrival === undefined
          ? this.#own(place)
          : await this.#tell(session, arrival, place, written)
    if (arrival && cookie !== '' && getSessionState(session).closed) arrival.told ??= cookie
    return cookie
  }

  async #tell(session: Session, arrival: Arrival, place: Place, written: boolean): Promise<string> {
    const { raw, id, record, told } = arrival
    const { id: newId, origin, touched, values } = getSessionState(session)
    const own = this.#own(place)
    if (own === '' || newId !== id) return own
    if (told !== undefined) return told
    if (this.#isOwn(arrival, place)) {
      const isNews = place.home.selfAuthenticating || (origin && isCookieDue(record, origin.record))
      return isNews ? own : raw
    }
    const isUsed = touched && values.flashes.mode === 'take'
    if (!isUsed && origin?.record === record) return raw
    if (await this.#isAlive(place.home, id)) return own
    // A store has taken it before the session ended, a cookie has not.
    if (written && place.home.selfAuthenticating) throw new SessionEndedError()
    return ''
  }

  #own({ home, value }: Place): string {
    return home.selfAuthenticating || value === '' ? value : this.#cookie.toRaw(value)
  }

  /** Whether a session came as the storage that has it now would spell it. */
  #isOwn(arrival: Arrival, { home, value }: Place): boolean {
    const { raw } = arrival
    if (home.selfAuthenticating) return arrival.home === home && arrival.value === raw
    return this.#cookie.parseAll(`${this.#cookie.name}=${raw}`)[0] === value
  }
}
