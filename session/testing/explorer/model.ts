import { apply, copyOf, emptyContent, news, says, View } from './content.ts'
import {
  Broken,
  contentOf,
  expectEqual,
  isEmpty,
  isRemembered,
  newId,
  newPlace,
  SHOWING,
  Undecided,
} from './model-parts.ts'
import type { Promises, Request, Session } from './model-parts.ts'
import { verbsOf } from './programs.ts'
import { MAX_AGE } from './stage.ts'
import { nameOf, tokenOf } from './story.ts'
import type { Visit } from './story.ts'

/**
 * What the rules say, told what happens in the order in which it happens:
 *
 * - a. What a request was told is done is in the session that its browser has in the end, unless the
 *   same key was changed later. What could not be kept is an error, unless it was there already.
 * - b. An answer does not replace a newer cookie. It may if it was made before that one and overtaken,
 *   if its request called `destroy`, or under an id that is valid beside that one: `regenerateId(false)`
 *   left it, or a request that found no session began the other. A session goes on with its cookie.
 * - c. An id that ended or was replaced shows nothing, and nobody sees another's changes early.
 * - d. A flash is shown once, and to whoever asks first. Two that `regenerateId(false)` made of one
 *   are two, and a request that asks a minute after another one showed it may see it, too.
 * - e. A session lives nine tenths of the idle limit after each use, and no longer than the limit.
 * - f. The store holds no session of which nobody has a cookie.
 *
 * Cookie storage keeps b to d for half a minute and within one process, and of two requests at once
 * the later answer brings all that is left.
 */
export class Model {
  readonly #promises: Promises
  readonly #cookies = new Map<string, Session>()
  readonly #requests = new Map<Visit, Request>()

  constructor(promises: Promises) {
    this.#promises = promises
  }

  /** A request was let in, with what its cookie leads to at this moment. */
  load(visit: Visit, now: number): void {
    const found = this.#cookies.get(visit.sent) ?? null
    const session = found && this.#isFound(found, now) ? found : null
    const late = session === null && found?.id.state === 'replaced' && isRemembered(found.id, now)
    const view = new View(session?.place.content ?? emptyContent())
    this.#requests.set(visit, {
      loadedAt: now,
      session,
      late,
      view,
      error: false,
      cookie: 'none',
      made: null,
    })
  }

  /** Its handler ran, and saw what it must see: rules c and d. */
  handle(visit: Visit, now: number): void {
    const { view } = this.#requests.get(visit)!
    visit.program.operations.forEach(({ verb, key }, index) => {
      const token = tokenOf(visit, index)
      if (verb === 'set' || verb === 'repeat') view.set(key, token)
      else if (verb === 'flash') view.flash(key, token)
      else if (verb === 'unset') view.unset(key)
      else if (verb === 'merge') view.merge(key, nameOf(visit), token)
      else if (verb !== 'get' || !visit.shown.has(index)) return
      else if (view.storedFlash(key) !== undefined)
        this.#readFlash(visit, key, visit.shown.get(index), now)
      else
        expectEqual('c', `${key} of request ${visit.number}`, visit.shown.get(index), view.get(key))
    })
  }

  #readFlash(visit: Visit, key: string, shown: unknown, now: number): void {
    const { session, view } = this.#requests.get(visit)!
    const { place } = session!
    const flash = view.storedFlash(key)
    const before = place.shown.get(flash) ?? []
    if (shown === undefined) {
      if (before.length === 0 && !place.forked) {
        throw new Broken(`d: the flash ${flash} is hidden from request ${visit.number}: lost`)
      }
    } else {
      expectEqual('d', `the flash ${key} of request ${visit.number}`, shown, flash)
      // Who throws gives it back at once, also where it stands still before it has ended an id.
      const shownBefore = before.filter(
        ({ visit }) => !visit.error && !verbsOf(visit.program).has('throw'),
      )
      const again = shownBefore.some(({ at }) => now < at + SHOWING * 1000)
      if (again && !place.forked && this.#promises.readsFlashesOnce) {
        throw new Broken(`d: the flash ${flash} is shown again, to request ${visit.number}`)
      }
      place.shown.set(flash, [...before, { visit, at: now }])
      view.read(key)
    }
  }

  /** What it did is stored, in one step: rule a. */
  commit(visit: Visit, now: number): void {
    const request = this.#requests.get(visit)!
    const { session } = request
    const verbs = verbsOf(visit.program)
    if (verbs.has('throw')) {
      request.error = true
      request.view.changes.clear()
      // What lives in the cookie stays what it was: no answer brings another.
      if (!this.#promises.endsSessions) return
    }
    const { changes } = request.view
    const target = session && this.#follow(session, now)
    if (session && target) session.place.usedAt = Math.max(session.place.usedAt, now)
    if (verbs.has('destroy')) this.#destroy(request, target, now)
    else if (verbs.has('regenerateId')) this.#regenerate(request, target, true, now)
    else if (verbs.has('regenerateId(false)')) this.#regenerate(request, target, false, now)
    else if (target) this.#change(request, target, now)
    else if (session || request.late) {
      // It comes too late, and must say so.
      if (says(news(changes))) request.error = true
      else if (news(changes).size > 0) request.error ||= 'either'
    } else this.#begin(request, now)
  }

  #change(request: Request, target: Session, now: number): void {
    const { changes } = request.view
    if (this.#promises.mergesChanges) {
      apply(changes, target.place.content)
      if (this.#promises.keepsCookies !== false || target !== request.session) return
      Object.assign(request, { made: target, cookie: 'either' })
    } else if (news(changes).size > 0) {
      this.#bring(request, { id: target.id, place: newPlace(contentOf(request), now, request) })
    } else {
      // A renewal: the same in another cookie.
      request.made = { id: target.id, place: newPlace(target.place.content, now, request) }
      request.cookie = 'either'
    }
  }

  #begin(request: Request, now: number): void {
    const content = emptyContent()
    apply(request.view.changes, content)
    if (isEmpty(content)) return
    this.#bring(request, { id: newId(now), place: newPlace(content, now, request) })
  }

  #regenerate(request: Request, target: Session | null, deletesOld: boolean, now: number): void {
    const { session } = request
    if (target === null || target !== session) {
      // Another one was first: what this one set goes into a session of its own.
      if (says(request.view.changes)) this.#begin(request, now)
      else if (target) this.#change(request, target, now)
      else if (session && news(request.view.changes).size > 0) request.error ||= 'either'
      return
    }
    const { id, place } = session
    const moves = deletesOld && this.#promises.mergesChanges
    const copy = this.#promises.mergesChanges ? copyOf(place.content) : contentOf(request)
    const next: Session = { id: newId(now), place: moves ? place : newPlace(copy, now, request) }
    next.id.elders = deletesOld ? id.elders : [...id.elders, id]
    if (deletesOld) Object.assign(id, { state: 'replaced', next, since: now })
    else {
      place.forked = next.place.forked = true
      next.place.shown = place.shown
      if (!this.#promises.endsSessions) next.id.elders = []
      // A flash that was read is gone under either.
      const reads = [...request.view.changes].filter(([, { kind }]) => kind === 'read')
      if (this.#promises.mergesChanges) apply(new Map(reads), place.content)
    }
    if (this.#promises.mergesChanges) apply(request.view.changes, next.place.content)
    this.#bring(request, next)
  }

  #destroy(request: Request, target: Session | null, now: number): void {
    const { session } = request
    if (session === null || target !== session) {
      // What the id became may be somebody's who has logged in since, and lives on.
      if (session?.id.state === 'replaced' && isRemembered(session.id, now)) request.error = true
      else if (!request.late) request.cookie = 'either'
      return
    }
    const { id } = session
    for (const elder of id.elders) if (elder.state === 'live') elder.state = 'ending'
    Object.assign(id, { state: 'ended', since: now })
    request.cookie = 'removed'
  }

  #bring(request: Request, session: Session): void {
    request.made = session
    request.cookie = request.error === true ? 'none' : 'new'
  }

  /** Where a request's changes go that was let in with this session; `null` if it is over. */
  #follow(session: Session, now: number): Session | null {
    let at: Session | null = session
    while (at && this.#promises.mergesChanges && at.id.state === 'replaced') {
      if (!isRemembered(at.id, now)) throw new Undecided('The grace is over')
      at = at.id.next
    }
    return at && this.#isFound(at, now) ? at : null
  }

  /** The server is done with it: is the answer what it must be? Rules a and b. */
  answer(visit: Visit): void {
    const { number, program } = visit
    const request = this.#requests.get(visit)!
    for (const elder of request.session?.id.elders ?? []) {
      if (elder.state === 'ending') elder.state = 'ended'
    }
    const { error, session } = request
    const isNew = visit.cookie !== null && visit.cookie !== '' && visit.cookie !== visit.sent
    if (isNew && request.cookie !== 'new' && !(request.cookie === 'either' && request.made)) {
      throw new Broken(`b: the answer of request ${number} brings a cookie that it must not bring`)
    }
    if (visit.cookie === '' && ['none', 'new'].includes(request.cookie)) {
      throw new Broken(
        `b: the answer of request ${number} removes a cookie that it must not remove`,
      )
    }
    if (error === true && visit.error === null) {
      throw new Broken(`a: request ${number} came too late and was told that all is well`)
    }
    if (error === false && visit.error !== null) {
      throw new Broken(`a: request ${number} failed: ${String(visit.error)}`)
    }
    if (visit.error !== null) return
    if (request.cookie === 'new' && !isNew) {
      throw new Broken(`a: the answer of request ${number} brings no cookie for its session`)
    }
    if (request.cookie === 'removed' && visit.cookie !== '') {
      throw new Broken(`c: the answer of request ${number} leaves the cookie of an ended session`)
    }
    if (isNew) this.#cookies.set(visit.cookie!, request.made!)
    const goesOn = this.#promises.mergesChanges || session?.id.state === 'live'
    if (session && goesOn && program.operations.length > 0 && !isNew) {
      session.place.answeredAt = Math.max(session.place.answeredAt, request.loadedAt)
    }
  }

  /** Tells whether a visit may change the cookie, though the browser has got this one meanwhile. */
  mayReplace(visit: Visit, held: string): boolean {
    const { cookie, session, made } = this.#requests.get(visit)!
    // An id that `regenerateId(false)` left valid goes on by itself, and renews its cookie. So does one
    // beside which a session began from nothing: by a request whose id was over for long, say.
    const isApart = session?.place.forked || (session?.id.state === 'live' && this.#beganAt(held))
    if (isApart && (visit.cookie === visit.sent || made === session)) return true
    // Nobody can tell whether the browser has heard of an earlier end.
    return cookie === 'new' || verbsOf(visit.program).has('destroy')
  }

  #beganAt(cookie: string): boolean {
    const session = this.#cookies.get(cookie)
    const requests = [...this.#requests.values()]
    return requests.some((request) => request.session === null && request.made === session)
  }

  /** At the end, does a cookie lead to what it must? Rules a, c, d, e and g. */
  look(cookie: string, data: Record<string, unknown>, now: number): void {
    const session = this.#cookies.get(cookie)
    if (session === undefined) return
    if (!this.#isFound(session, now)) {
      if (session.id.state === 'live') expectEqual('e', 'an expired session', data, {})
      else if (this.#promises.endsSessions) expectEqual('c', 'an ended session', data, {})
      return
    }
    const { values, flashes } = session.place.content
    const expected = { ...Object.fromEntries(values), ...Object.fromEntries(flashes) }
    const seen = { ...data }
    for (const [key, flash] of flashes) {
      // One that was shown by a request that failed or stands still is in nobody's hands.
      if (!session.place.shown.has(flash)) continue
      delete expected[key]
      if (seen[key] === flash) delete seen[key]
    }
    const rule = Object.keys(data).length === 0 && values.size > 0 ? 'e' : 'a'
    expectEqual(rule, 'the session at the end', seen, expected)
  }

  #isFound({ id, place }: Session, now: number): boolean {
    if (id.state === 'ending') throw new Undecided('The session is just being ended')
    const isOver = this.#promises.endsSessions || isRemembered(id, now)
    if (id.state !== 'live' && isOver) return false
    if (now >= place.usedAt + MAX_AGE * 1000) return false
    if (now <= place.answeredAt + MAX_AGE * 900) return true
    throw new Undecided('The session is in the last tenth of its life')
  }

  /** Are there no more sessions in the store than somebody has a cookie of? Rule f. */
  count(stored: number, now: number): void {
    const sessions = [...this.#requests.values()].flatMap(({ session, made }) => [session, made])
    const live = sessions.filter((session) => session !== null && this.#isFound(session, now))
    const { size } = new Set(live.map((session) => session!.id))
    if (stored > size) throw new Broken(`f: ${stored} sessions are stored, and ${size} are in use`)
  }
}
