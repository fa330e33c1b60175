import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import * as fc from 'fast-check'
import { createCookie } from 'remix/cookie'
import { createFakeClock } from 'remix/session/testing'
import type { FakeClock } from 'remix/session/testing'
import type { Session } from 'remix/session'
import { Browser, SECRET, setCookieOf } from '../fixtures/browser.ts'
import { rounds } from '../fixtures/exploring.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'

const MAX_AGE = 1000
const DAY = 24 * 60 * 60
// Browsers keep no cookie longer, whatever it says (RFC 6265bis, 5.5).
const LONGEST_KEPT = 400 * DAY
const COLOR: string = 'color'

const cookie = createCookie('__session', { secrets: [SECRET], maxAge: MAX_AGE })

/** What visits do. One that leaves the session alone is no use of it. */
const works = {
  read: () => {},
  set: (session: Session) => session.set('time' as string, Math.random()),
  'new id': (session: Session) => session.regenerateId(),
  nothing: () => {},
}

interface Visit {
  work: keyof typeof works
  /** Thousandths of the idle limit since the visit before, or of what a browser keeps a cookie. */
  gap: number
}

const visits: fc.Arbitrary<Visit[]> = fc.array(
  fc.record({
    work: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom<Visit['work']>('read', 'set') },
      { weight: 1, arbitrary: fc.constantFrom<Visit['work']>('nothing', 'new id') },
    ),
    // Up to a tenth, after which a renewal is due, or about as long as one may stay away.
    gap: fc.oneof(
      fc.integer({ min: 0, max: 120 }),
      fc.integer({ min: 40, max: 99 }),
      fc.integer({ min: 800, max: 900 }),
      fc.constantFrom(0, 1, 99, 100, 101, 900),
    ),
  }),
  { maxLength: 24, size: 'max' },
)

// The change renews without a cookie, as one was sent in this tenth, and the reading comes in the next one
// but less than a tenth after it.
const LAGGING: Visit[] = [
  { work: 'set', gap: 99 },
  { work: 'read', gap: 99 },
  { work: 'read', gap: 805 },
]

after(closeRooms)

describe('who comes back within nine tenths of maxAge', () => {
  for (const { name, skip, keptIn, open } of rooms) {
    // The limit that counts is the cookie's, or one that the application chose for this session.
    for (const [which, limit] of Object.entries({
      'the cookie’s': MAX_AGE,
      'its own': 400,
      'a longer': 20 * 365 * DAY,
    })) {
      it(
        `is signed out neither by ${name} storage nor by the browser, ${which} limit`,
        { skip },
        async () => {
          const clock = createFakeClock()
          const limits = {
            maxAge: Math.max(limit, 5 * MAX_AGE),
            lifetime: Infinity,
            now: clock.now,
          }
          const storage = await open(cookie, limits, `coming back ${limit}`)
          const play = async (list: Visit[]): Promise<void> => {
            const visitor = new Visitor(new Browser(cookie, storage), clock, limit)
            await visitor.begin()
            for (const visit of list) await visitor.comeBack(visit, keptIn !== 'cookie')
          }
          await fc.assert(fc.asyncProperty(visits, play), {
            numRuns: rounds(20),
            examples: [[LAGGING]],
          })
        },
      )
    }
  }
})

/** One with a browser that drops the cookie when its `Max-Age` has passed, or 400 days. */
class Visitor {
  readonly #browser: Browser
  readonly #clock: FakeClock
  readonly #limit: number
  /** The limit, or what a browser keeps a cookie where that is less. */
  readonly #kept: number
  #keptUntil = 0
  #usedAt = 0
  #begunAt = 0
  #tenthOfCookie = -1

  constructor(browser: Browser, clock: FakeClock, limit: number) {
    this.#browser = browser
    this.#clock = clock
    this.#limit = limit
    this.#kept = Math.min(limit, LONGEST_KEPT)
  }

  async begin(): Promise<void> {
    this.#begunAt = this.#usedAt = this.#clock.now()
    await this.#send((session) => {
      session.set(COLOR, 'red')
      if (this.#limit !== MAX_AGE) session.setMaxAge(this.#limit)
    })
  }

  async comeBack({ work, gap }: Visit, isNamed: boolean): Promise<void> {
    const latest = this.#usedAt + this.#kept * 900
    const then = Math.min(this.#clock.now() + gap * this.#kept, latest)
    this.#clock.advance((then - this.#clock.now()) / 1000)
    if (then >= this.#keptUntil) this.#browser.cookie = ''
    if (work !== 'nothing') this.#usedAt = then
    if (work === 'new id') this.#begunAt = then
    const before = this.#tenthOfCookie
    const hasCookie = await this.#send((session) => {
      if (work === 'nothing') return
      assert.equal(session.get(COLOR), 'red', `signed out at the age of ${this.#age} s`)
      works[work](session)
    })
    // Nor does that cost more: of each tenth one answer at most brings the cookie again.
    if (hasCookie && isNamed && work !== 'new id') assert.notEqual(this.#tenthOfCookie, before)
  }

  async #send(handler: (session: Session) => void): Promise<boolean> {
    const sent = setCookieOf(await this.#browser.visit(handler))
    if (sent === null) return false
    const [, maxAge] = /; Max-Age=(\d+)/.exec(sent)!
    this.#keptUntil = this.#clock.now() + Math.min(Number(maxAge), LONGEST_KEPT) * 1000
    this.#tenthOfCookie = Math.floor(this.#age / (this.#kept / 10))
    return true
  }

  /** In seconds since the session began or got its id. */
  get #age(): number {
    return (this.#clock.now() - this.#begunAt) / 1000
  }
}
