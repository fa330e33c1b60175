import { createCookie } from '../../cookie/cookie.ts'
import type { Cookie } from '../../cookie/cookie.ts'
import { createFakeClock, lookInto } from '../contract/request.ts'
import type { SessionStore } from '../../custom-storage/storage.ts'
import { createRouter } from '../../fetch-router/router.ts'
import { session } from '../../middleware/middleware.ts'
import { Session } from '../../session.ts'
import type { SessionStorage } from '../../session.ts'
import { request } from './programs.ts'
import type { Operation, Play, Sender } from './programs.ts'
import type { Choose } from './schedule.ts'
import { createSteppingStorage, createSteppingStore } from './stepping-store.ts'
import { nameOf, newVisit, tokenOf } from './story.ts'
import type { Entry, Look, Story, Visit } from './story.ts'
import { Turns } from './turns.ts'
import type { Walker } from './turns.ts'

/** What a storage that is explored must use. */
export interface StageLimits {
  /** The idle limit in seconds. */
  maxAge: number
  /** The clock, in milliseconds since 1970. */
  now: () => number
  /** The cookie in front of it, for a storage that needs its secrets. */
  cookie: Cookie
  /**
   * Makes each operation of a store a step of its own. Where it is not used, reading and saving are
   * one step each.
   */
  stepped(store: SessionStore): SessionStore
}

export interface ExploredStorage {
  storage: SessionStorage
  /** The same store, opened by another process: every other request goes there. */
  elsewhere?: SessionStorage | undefined
  /** Clears away what has expired; called each time when the clock has moved. */
  purge?: (() => Promise<unknown>) | undefined
}

/** Opens an empty storage; called for each play. */
export type OpenStage = (limits: StageLimits) => SessionStorage | ExploredStorage

export const MAX_AGE = 1000
// What a browser has in its session when the play begins.
const BEGINNING = 'set.a merge.cart flash.note'
const SECRET = 'nL7vXc2RkQ9sWf4TzYb6HgJ1mPd8EaUu'
const cookie = createCookie('session', { secrets: [SECRET], maxAge: MAX_AGE })

/** Plays, and tells what happened; `null` if the schedule gives up. */
export async function perform(play: Play, choose: Choose, open: OpenStage): Promise<Story | null> {
  const stage = new Stage(open)
  const first: Visit[] = []
  for (const by of new Set<Sender>(['A', ...play.programs.map(({ by }) => by)])) {
    if (by !== 'thief') first.push(await stage.begin(by))
  }
  const visits = play.programs.map((program, number) => newVisit(number, program))
  const walkers = [
    ...visits.map((visit) => stage.enter(visit)),
    ...play.moves.map((seconds) => stage.move(seconds)),
  ]
  const schedule: number[] = []
  for (let ready = findReady(walkers, play); ready.size > 0; ready = findReady(walkers, play)) {
    const number = choose(ready)
    if (number === null) return null
    schedule.push(number)
    await stage.letGo(walkers[number]!, number < visits.length ? number : -1)
  }
  const looks = [await stage.look(0), await stage.look(850), await stage.look(MAX_AGE)]
  return { first, visits, journal: stage.journal, schedule, looks }
}

function findReady(walkers: Walker[], { programs }: Play): Map<number, Walker> {
  const ready = new Map<number, Walker>()
  for (const [number, walker] of walkers.entries()) {
    const fate = programs[number]?.fate
    const stands = typeof fate === 'object' && walker.taken >= fate.stopsAfter
    if (walker.next !== null && !stands) ready.set(number, walker)
  }
  // An operation of the store takes no minutes: meanwhile the clock does not move.
  if ([...ready.values()].some(({ next }) => next!.writes && next!.touches === 'store')) {
    for (const number of ready.keys()) if (number >= programs.length) ready.delete(number)
  }
  return ready
}

/** A storage behind the middleware, its clients and its clock. */
class Stage {
  readonly journal: Entry[] = []
  readonly #turns = new Turns()
  readonly #clock = createFakeClock()
  readonly #storage: SessionStorage
  readonly #purge: (() => Promise<unknown>) | undefined
  /** A server of each process. */
  readonly #servers: ((init: RequestInit) => Promise<Response>)[]
  readonly #jars: Record<Sender, string> = { A: '', B: '', thief: '' }
  readonly #visits = new Map<string, Visit>()
  /** All cookies that were ever sent. */
  readonly #cookies = new Set<string>()
  #store: SessionStore | null = null
  /** All ids that were ever stored. */
  readonly #ids = new Set<string>()

  constructor(open: OpenStage) {
    const note = (wrote: boolean): void => {
      const entry = this.journal.at(-1)
      if (entry) entry.wrote = wrote
    }
    const opened = open({
      maxAge: MAX_AGE,
      now: this.#clock.now,
      cookie,
      stepped: (store) => {
        this.#store = store
        return createSteppingStore(store, this.#turns, note, this.#ids)
      },
    })
    const { storage, elsewhere, purge } =
      'storage' in opened ? opened : { storage: opened, elsewhere: undefined, purge: undefined }
    this.#storage = storage
    this.#purge = purge
    this.#servers = [storage, elsewhere ?? storage].map((each) => {
      const explored = this.#store ? each : createSteppingStorage(each, this.#turns, note)
      const router = createRouter({ middleware: [session(cookie, explored)] })
      router.map('/', ({ get, request }) => this.#handle(get(Session), request))
      return (init: RequestInit) => router.fetch('https://shop.example/', init)
    })
  }

  /** The first request of a browser. */
  async begin(by: Sender): Promise<Visit> {
    const visit = newVisit(-1, request(by, BEGINNING))
    await this.#send(visit)
    this.#jars[by] = visit.cookie!
    return visit
  }

  enter(visit: Visit): Walker {
    const { by, fate } = visit.program
    // Whoever stole a cookie keeps it, and sends it whatever comes back.
    const touches = by === 'thief' ? 'nothing' : by
    return this.#turns.start({ name: 'send', touches, writes: false }, async () => {
      await this.#send(visit)
      await this.#turns.wait({ name: 'answer', touches, writes: true })
      this.journal.at(-1)!.held = this.#jars[by]
      if (fate !== 'lost' && visit.cookie !== null) this.#jars[by] = visit.cookie
    })
  }

  move(seconds: number): Walker {
    const step = { name: `the clock moves by ${seconds} s`, touches: 'all', writes: true }
    return this.#turns.start(step, () => this.#move(seconds))
  }

  async letGo(walker: Walker, by: number): Promise<void> {
    const step = walker.next!.name
    this.journal.push({ by, step, time: this.#clock.now(), wrote: null })
    await this.#turns.letGo(walker)
  }

  /** Looks where every cookie leads, some time later. */
  async look(after: number): Promise<Look> {
    this.#clock.advance(after)
    const storage = this.#storage
    const data = new Map<string, Record<string, unknown>>()
    for (const header of this.#cookies) {
      const value = storage.selfAuthenticating ? cookie.rawValues(header) : cookie.parseAll(header)
      data.set(header, await lookInto(storage, value[0]!))
    }
    return {
      time: this.#clock.now(),
      data,
      stored: this.#store && (await this.#count(this.#store)),
    }
  }

  async #count(store: SessionStore): Promise<number> {
    let count = 0
    for (const id of this.#ids) {
      const record = await store.read(id)
      if (record && !record.successor && record.expiresAt > this.#clock.now()) count++
    }
    return count
  }

  async #send(visit: Visit): Promise<void> {
    const { by } = visit.program
    const name = nameOf(visit)
    this.#visits.set(name, visit)
    const [planted] = this.#cookies
    visit.sent = by === 'thief' ? planted! : this.#jars[by]
    const headers = new Headers({ Visit: name })
    if (visit.sent !== '') headers.set('Cookie', visit.sent)
    const fetch = this.#servers[Math.max(visit.number, 0) % 2]!
    try {
      visit.cookie = cookieIn(await fetch({ headers }))
    } catch (error) {
      visit.error = error
    }
    visit.done = true
    if (visit.cookie) this.#cookies.add(visit.cookie)
  }

  async #handle(session: Session, request: Request): Promise<Response> {
    const visit = this.#visits.get(request.headers.get('Visit')!)!
    const { operations } = visit.program
    // Reading a flash takes it, at once, from the other requests of this process.
    const reads = operations.some(({ verb }) => verb === 'get')
    const touches = reads ? 'flashes' : 'nothing'
    await this.#turns.wait({ name: 'handle', touches, writes: true })
    for (const [index, operation] of operations.entries()) {
      carryOut(visit, index, operation, session)
    }
    return new Response('ok')
  }

  async #move(seconds: number): Promise<void> {
    this.#clock.advance(seconds)
    await this.#purge?.()
  }
}

function carryOut(visit: Visit, index: number, { verb, key }: Operation, session: Session): void {
  const token = tokenOf(visit, index)
  if (verb === 'get') visit.shown.set(index, session.get(key))
  else if (verb === 'set' || verb === 'repeat') session.set(key, token)
  else if (verb === 'flash') session.flash(key, token)
  else if (verb === 'merge') session.merge(key, { [nameOf(visit)]: token })
  else if (verb === 'unset') session.unset(key)
  else if (verb === 'destroy') session.destroy()
  else if (verb === 'throw') throw new Error('The handler failed')
  else session.regenerateId(verb === 'regenerateId')
}

function cookieIn(response: Response): string | null {
  const header = response.headers.getSetCookie().at(-1)
  if (header === undefined) return null
  return /; Max-Age=0(;|$)/.test(header) ? '' : header.slice(0, header.indexOf(';'))
}
