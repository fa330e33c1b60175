import { isDeepStrictEqual } from 'node:util'
import { apply, copyOf, emptyContent } from './content.ts'
import type { Content, View } from './content.ts'
import type { Visit } from './story.ts'

/** What a kind of storage cannot promise; the names are those of the contract. */
export interface Promises {
  /** Each request's changes go into the latest state; where not, into a cookie of its own. */
  mergesChanges: boolean
  /** A cookie from before leads nowhere; where not, a copy of it stays readable. */
  endsSessions: boolean
  /** A flash is shown to one of two requests at once; where not, to both. */
  readsFlashesOnce: boolean
  /** A session that goes on keeps its cookie; where not, any answer may bring another one of it. */
  keepsCookies?: boolean | undefined
}

/** A rule that was broken; the letter tells which. */
export class Broken extends Error {}
/** The rules leave open what comes of this. */
export class Undecided extends Error {}

/** How long a flash that a request has read is kept from the others, in seconds. */
export const SHOWING = 60
/** How long a replaced id sends its late requests on to the new one, in seconds. */
const GRACE = 30

/** Where the content of a session lies: under its id, or in a cookie. */
export interface Place {
  content: Content
  /** It lives `MAX_AGE` at most from `usedAt`, and nine tenths of it at least from `answeredAt`. */
  usedAt: number
  answeredAt: number
  /** To which visits a flash of it was shown, and when. */
  shown: Map<unknown, { visit: Visit; at: number }[]>
  /** `regenerateId(false)` made two of it: then a flash may be shown by either. */
  forked: boolean
}

/** An id. Once it has ended or was replaced, it stays so. */
export interface Id {
  state: 'live' | 'replaced' | 'ending' | 'ended'
  since: number
  next: Session | null
  /** Ids that `regenerateId(false)` left beside it. */
  elders: Id[]
}

export interface Session {
  id: Id
  place: Place
}

/** What a visit is, while it is under way. */
export interface Request {
  loadedAt: number
  session: Session | null
  /** It came with an id that had just been replaced. */
  late: boolean
  view: View
  /** What its answer has to be. */
  error: boolean | 'either'
  cookie: 'new' | 'removed' | 'none' | 'either'
  /** The session that a new cookie leads to. */
  made: Session | null
}

export function isRemembered({ since }: Id, now: number): boolean {
  return now < since + GRACE * 1000
}

export function contentOf({ session, view }: Request): Content {
  const content = session ? copyOf(session.place.content) : emptyContent()
  apply(view.changes, content)
  return content
}

export function isEmpty({ values, flashes }: Content): boolean {
  return values.size + flashes.size === 0
}

export function newPlace(content: Content, now: number, { loadedAt }: Request): Place {
  // Its times may be those of when it was loaded: the store took the rest.
  return { content, usedAt: now, answeredAt: loadedAt, shown: new Map(), forked: false }
}

export function newId(now: number): Id {
  return { state: 'live', since: now, next: null, elders: [] }
}

export function expectEqual(rule: string, what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return
  const [is, be] = [JSON.stringify(actual), JSON.stringify(expected)]
  throw new Broken(`${rule}: ${what} is ${is} and should be ${be}`)
}
