import type { RollingRestart } from './rolling-restart.ts'
import type { Scene } from './scene.ts'
import type { ChapterKey } from './chapters.ts'
import { backendWords } from './words.ts'
import type { Backend } from './words.ts'

/** What a chapter has shown. */
export interface Verdict {
  good: boolean
  /** In two or three words. */
  short: string
  why: string
}

/** Judges a scene by what was seen in it; most chapters have nothing to judge. */
export function judge(backend: Backend, key: ChapterKey, scene: Scene): Verdict | null {
  switch (key) {
    case 'planted':
    case 'stolen':
      return judgeCookie(backend, key, scene)
    case 'restart':
      return isIntact(scene)
        ? { good: true, short: 'Everything is there.', why: 'Still logged in, with the cart.' }
        : { good: false, short: 'Logged out.', why: 'The cart waits in the account.' }
    case 'pending':
      return judgePending(scene)
    case 'code':
    case 'confirm':
      return judgeEntry(scene)
    default:
      return null
  }
}

function judgeCookie(backend: Backend, key: ChapterKey, { exchanges, session }: Scene): Verdict {
  const gotIn = exchanges.some(
    ({ request, status }) => request === 'GET /account' && status === 200,
  )
  if (gotIn) return { good: false, short: 'Logged in!', why: 'This must not be.' }
  const opens = session.id !== null
  const why =
    key === 'planted' && opens
      ? 'The copy still opens, but no login was in it, and its cart has moved into the account.'
      : backendWords[backend].whyDead
  return { good: true, short: 'Not logged in.', why }
}

function judgePending(scene: Scene): Verdict {
  const isPending = 'pendingLoginId' in scene.session.data && !isIntact(scene)
  const isTurnedAway = scene.exchanges.some(
    ({ request, status }) => request === 'GET /account' && status === 303,
  )
  return isPending && isTurnedAway
    ? { good: true, short: 'Pending.', why: 'Nobody is logged in.' }
    : { good: false, short: 'Not as it should be!', why: 'A password alone must not do.' }
}

function judgeEntry(scene: Scene): Verdict {
  const isEntered = isIntact(scene) && !('pendingLoginId' in scene.session.data)
  const hasNewId = scene.exchanges.some(({ request, operations }) => {
    return request.startsWith('POST') && operations.some((text) => text.startsWith('regenerateId'))
  })
  return isEntered && hasNewId
    ? { good: true, short: 'Logged in.', why: 'With an id that nobody knew before.' }
    : { good: false, short: 'Not as it should be!', why: 'A login must have a new id.' }
}

/**
 * @param where What the servers share
 * @param servers The numbers of those that logged in, filled the cart and logged out
 */
export function judgeVisit(where: string, servers: number[], { jar, store }: Scene): Verdict {
  const [login, cart, logout] = servers
  // What counts visits and logins stays, whoever they were.
  const sessions = store.filter(({ isSession }) => isSession)
  const good = new Set(servers).size === servers.length && jar === null && sessions.length === 0
  const why = `The login was on server ${login}, the cart on ${cart}, the logout on ${logout}.`
  return good
    ? { good, short: 'One session.', why: `${why} No session is left in ${where}.` }
    : { good, short: 'Not as it should be!', why }
}

export function judgeRestart(restart: RollingRestart, scene: Scene): Verdict {
  const { customers, requests, errors, lostSessions, timeline } = restart
  const good = errors.length === 0 && lostSessions === 0 && requests > customers && isIntact(scene)
  const why =
    `${requests.toLocaleString('en')} requests of ${customers} customers in ` +
    `${timeline.seconds.toFixed(1)} s: ${errors.length} errors, ${lostSessions} lost sessions.`
  return good
    ? { good, short: 'Nobody noticed.', why }
    : { good, short: 'Not as it should be!', why: [why, ...errors.slice(0, 3)].join(' ') }
}

export function judgeKill(
  killed: number,
  { before, failed, after }: { before: Scene; failed: Scene; after: Scene },
): Verdict {
  const saw = failed.exchanges.find(({ request }) => request === 'POST /login')?.status
  const intact = failed.session.id === before.session.id && 'cart' in failed.session.data
  const good = saw === 502 && intact && isIntact(after)
  const why =
    `Server ${killed} died with the login half done, the client saw ${saw}. The session ` +
    (intact ? 'is as it was before, and the next attempt logs in with the cart.' : 'is lost.')
  return { good, short: good ? 'One request is lost, no session.' : 'Not as it should be!', why }
}

/** Whether somebody is still logged in. */
export function isIntact({ session }: Scene): boolean {
  return 'loginId' in session.data
}
