import type { ReadOptions, Session, SessionStorage } from '../../session.ts'

/** A request under way: its session was read, its response is not sent yet. */
export interface HeldRequest {
  session: Session
  /** Saves the session as the middleware does with the response. */
  finish(): Promise<string>
}

/**
 * Begins a request and holds it between `read` and `save`, so that another one can come in between.
 *
 * @param cookie The cookie value that the browser sends
 */
export async function beginRequest(
  storage: SessionStorage,
  cookie: string,
  options?: ReadOptions,
): Promise<HeldRequest> {
  const session = await storage.read(cookie, options)
  return { session, finish: () => storage.save(session) }
}

/**
 * Plays a whole request.
 *
 * @param cookie The cookie value that the browser sends
 * @returns What `save` answered: the cookie value for the next request
 */
export async function playRequest(
  storage: SessionStorage,
  cookie: string,
  handler: (session: Session) => unknown,
  options?: ReadOptions,
): Promise<string> {
  const { session, finish } = await beginRequest(storage, cookie, options)
  await handler(session)
  return finish()
}

/** Begins a session, with a key that nobody touches: so it is one that is stored. */
export function beginSession(
  storage: SessionStorage,
  data: Record<string, unknown>,
  more: (session: Session) => unknown = () => {},
): Promise<string> {
  return playRequest(storage, '', (session) => {
    session.set('', 0)
    for (const [key, value] of Object.entries(data)) session.set(key, value)
    more(session)
  })
}

/** Reads what is in a session without using it: nothing is saved. */
export async function lookInto(
  storage: SessionStorage,
  cookie: string,
): Promise<Record<string, unknown>> {
  // As for HEAD: looking must not claim a flash either.
  return (await storage.read(cookie, { flashes: 'keep' })).data
}

/** A clock that stands still until it is told to move. */
export interface FakeClock {
  now: () => number
  /** Moves the clock by so many seconds; back if they are negative. */
  advance(seconds: number): void
}

/** Creates a fake clock; it begins now, so that it fits the times that a file system gives. */
export function createFakeClock(): FakeClock {
  let time = Date.now()
  return {
    now: () => time,
    advance(seconds) {
      time += seconds * 1000
    },
  }
}
