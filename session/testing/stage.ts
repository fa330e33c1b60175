import { createCookie } from '../cookie.ts'
import type { Cookie } from '../cookie.ts'
import { createFakeClock, lookInto } from '../contract/request.ts'
import type { SessionStore } from '../custom-storage.ts'
import { createRouter } from '../fetch-router.ts'
import { session } from '../middleware.ts'
import type { SessionStorage } from '../session-storage.ts'
import { Session } from '../session.ts'
import type { TimeLimits } from '../time-limits.ts'
import { request } from './programs.ts'
import type { Event, Operation, Play, Program, Sender } from './programs.ts'
import type { Choose } from './schedule.ts'
import { createSteppingStorage, createSteppingStore } from './stepping-store.ts'
import { Turns } from './turns.ts'
import type { Step, Walker } from './turns.ts'

/** What a storage that is explored must use: the limits, the clock, the cookie, the stepping store. */
export interface StageLimits extends TimeLimits {
  maxAge: number
  now: () => number
  /** The cookie in front of it, for a storage that needs its secrets. */
  cookie: Cookie
  /** Makes each operation of a store a step of its own. Without it reading and saving are one each. */
  stepped(store: SessionStore): SessionStore
}

/** What `stepped` could not reach: called for each play. */
export type OpenStage = (limits: StageLimits) => SessionStorage | ExploredStorage

export interface ExploredStorage {
  storage: SessionStorage
  /** The same store, opened by another process: every other request goes there. */
  elsewhere?: SessionStorage | undefined
  /** Clears away what has expired. */
  purge?: (() => Promise<unknown>) | undefined
}

export const MAX_AGE = 1000
/** What the first request of each browser leaves, with its name before each value. */
export const BEGINNING = 'set.a merge.cart flash.note'

/** A request as it was seen from outside. */
export interface Visit {
  number: number
  program: Program
  /** The `Cookie` header that was sent. */
  sent: string
  /** What each `get` answered, by the number of the operation. */
  shown: Map<number, unknown>
  error: unknown
  /** Whether the server is done with it, whatever becomes of the answer. */
  done: boolean
  /** The cookie that came with the answer; `''` for one that removes it, `null` for none. */
  cookie: string | null
}

export interface Entry {
  /** Who took the step: the number of a visit, or -1 for an event. */
  by: number
  step: string
  time: number
  /** Of an operation of the store: whether it wrote. */
  wrote: boolean | null
  /** Of an answer that arrived: the cookie that the client held before. */
  held?: string
}

/** All that happened in a play. */
export interface Story {
  visits: Visit[]
  journal: Entry[]
  /** The order of steps, as it can be played again. */
  schedule: number[]
  /** The visits before the play, one for each browser. */
  first: Visit[]
  jars: Record<Sender, string>
  /** What every cookie that was ever sent leads to, at the end. */
  looks: Map<string, Record<string, unknown>>
  /** How many sessions are in the store at the end, where that can be told. */
  left: number | null
  /** Cookies that still lead somewhere when all limits have passed, and records that would stay. */
  immortal: string[]
  now: number
}

/** The value that an operation writes: it tells who wrote it. */
export function tokenOf(visit: Pick<Visit, 'number' | 'program'>, index: number): string {
  const { by } = visit.program
  return visit.number < 0 ? `${by} ${index}` : `${by}${visit.number} ${index}`
}

const HANDLE: Step = { name: 'handle', touches: 'nothing', writes: false }
const SECRET = 'nL7vXc2RkQ9sWf4TzYb6HgJ1mPd8EaUu'
const cookie = createCookie('session', { secrets: [SECRET], maxAge: MAX_AGE })

/** Plays, and tells what happened; `null` if the schedule gives up. */
export async function perform(
  { programs, events }: Play,
  choose: Choose,
  open: OpenStage,
): Promise<Story | null> {
  const turns = new Turns()
  const clock = createFakeClock()
  const created = new Set<string>()
  const journal: Entry[] = []
  const note = (wrote: boolean): void =>
    void (journal.length > 0 && (journal.at(-1)!.wrote = wrote))
  let inner: SessionStore | null = null
  const opened = open({
    maxAge: MAX_AGE,
    now: clock.now,
    cookie,
    stepped(store) {
      inner = store
      return createSteppingStore(remember(store, created), turns, note)
    },
  })
  const { storage, elsewhere, purge }: ExploredStorage =
    'storage' in opened ? opened : { storage: opened }
  const routers = [storage, elsewhere ?? storage].map((each) => {
    const explored = inner === null ? createSteppingStorage(each, turns, note) : each
    const router = createRouter({ middleware: [session(cookie, explored)] })
    router.map('/', ({ get, request }) => handleVisit(get(Session), request))
    return router
  })

  const first: Visit[] = []
  const jars = { A: '', B: '', thief: '' }
  const sent = new Set<string>()
  const all = new Map<string, Visit>()
  async function handleVisit(session: Session, request: Request): Promise<Response> {
    const visit = all.get(request.headers.get('Visit')!)!
    const { operations } = visit.program
    const reads = operations.some(({ verb }) => verb === 'get')
    await turns.wait(reads ? { name: 'handle', touches: 'store', writes: true } : HANDLE)
    operations.forEach((operation, index) => handle(visit, index, operation, session))
    return new Response('ok')
  }

  async function send(visit: Visit): Promise<void> {
    all.set(`${visit.number}${visit.program.by}`, visit)
    const headers = new Headers({ Visit: `${visit.number}${visit.program.by}` })
    visit.sent = visit.program.by === 'thief' ? first[0]!.cookie! : jars[visit.program.by]
    if (visit.sent !== '') headers.set('Cookie', visit.sent)
    try {
      const response = await routers[Math.abs(visit.number % 2)]!.fetch('https://shop.example/', {
        headers,
      })
      visit.cookie = cookieIn(response)
    } catch (error) {
      visit.error = error
    }
    visit.done = true
    if (visit.cookie) sent.add(visit.cookie)
  }

  async function walk(visit: Visit): Promise<void> {
    const { by, fate } = visit.program
    await send(visit)
    await turns.wait({ name: 'answer', touches: by, writes: true })
    journal.at(-1)!.held = jars[by]
    if (fate !== 'lost' && visit.cookie !== null) jars[by] = visit.cookie
  }

  async function happen(event: Event): Promise<void> {
    if (event === 'purge') await purge?.()
    else clock.advance(event.advance)
  }

  for (const by of new Set<Sender>(['A', ...programs.map(({ by }) => by)])) {
    if (by === 'thief') continue
    const visit = newVisit(-1, request(by, BEGINNING))
    first.push(visit)
    await send(visit)
    jars[by] = visit.cookie!
  }
  const visits = programs.map((program, number) => newVisit(number, program))
  const walkers: Walker[] = [
    ...visits.map((visit) => {
      const { by } = visit.program
      const touches = by === 'thief' ? 'nothing' : by
      return turns.start({ name: 'send', touches, writes: false }, () => walk(visit))
    }),
    ...events.map((event) =>
      turns.start({ name: nameOf(event), touches: 'all', writes: true }, () => happen(event)),
    ),
  ]

  const schedule: number[] = []
  for (let ready = findReady(walkers, programs); ready.size > 0;) {
    const number = choose(ready)
    if (number === null) return null
    const walker = walkers[number]!
    const by = number < visits.length ? number : -1
    journal.push({ by, step: walker.next!.name, time: clock.now(), wrote: null })
    schedule.push(number)
    await turns.letGo(walker)
    ready = findReady(walkers, programs)
  }

  const now = clock.now()
  for (const visit of first) sent.add(visit.cookie!)
  const looks = new Map<string, Record<string, unknown>>()
  for (const each of sent) looks.set(each, await look(storage, each))
  const left = inner && (await count(inner, created, now))
  clock.advance(MAX_AGE + 31)
  const immortal: string[] = []
  for (const each of sent)
    if (Object.keys(await look(storage, each)).length > 0) immortal.push(each)
  if (inner && (await count(inner, created, clock.now())) > 0) immortal.push('a record')
  return { visits, journal, schedule, first, jars, looks, left, immortal, now }
}

function newVisit(number: number, program: Program): Visit {
  return { number, program, sent: '', shown: new Map(), error: null, done: false, cookie: null }
}

function nameOf(event: Event): string {
  return event === 'purge' ? 'purge' : `the clock moves by ${event.advance} s`
}

function findReady(walkers: Walker[], programs: Program[]): Map<number, Walker> {
  const ready = new Map<number, Walker>()
  for (const [number, walker] of walkers.entries()) {
    const fate = programs[number]?.fate
    const stands = typeof fate === 'object' && walker.taken >= fate.stopsAfter
    if (walker.next !== null && !stands) ready.set(number, walker)
  }
  // An operation of the store takes no minutes.
  const saves = [...ready.values()].some(({ next }) => next!.touches === 'store' && next!.writes)
  if (saves) for (const number of ready.keys()) if (number >= programs.length) ready.delete(number)
  return ready
}

function handle(visit: Visit, index: number, { verb, key }: Operation, session: Session): void {
  const token = tokenOf(visit, index)
  if (verb === 'get') visit.shown.set(index, structuredClone(session.get(key)))
  else if (verb === 'set') session.set(key, token)
  else if (verb === 'flash') session.flash(key, token)
  else if (verb === 'merge') session.merge(key, { [`${visit.program.by}${visit.number}`]: token })
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

function look(storage: SessionStorage, header: string): Promise<Record<string, unknown>> {
  const values = storage.selfAuthenticating ? cookie.rawValues(header) : cookie.parseAll(header)
  return lookInto(storage, values[0]!)
}

function remember(store: SessionStore, created: Set<string>): SessionStore {
  return {
    read: (id) => store.read(id),
    create(id, record) {
      created.add(id)
      return store.create(id, record)
    },
    update: (...args) => store.update(...args),
    replace(...args: Parameters<SessionStore['replace']>) {
      created.add(args[1])
      return store.replace(...args)
    },
    delete: (id) => store.delete(id),
  }
}

async function count(store: SessionStore, created: Set<string>, now: number): Promise<number> {
  let live = 0
  for (const id of created) {
    const record = await store.read(id)
    if (record !== null && !('successor' in record) && record.expiresAt > now) live++
  }
  return live
}
