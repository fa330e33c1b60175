import type { Middleware, RequestContext } from 'remix/fetch-router'
import { getSessionState, Session } from 'remix/session'
import { take } from '../limits/limiter.ts'
import type { CreateLimiter, Passage } from '../limits/limiter.ts'
import { LineLimit } from '../limits/line-limit.ts'
import { boundedMemory } from '../limits/memory-limiter.ts'
import { Client } from './client-address.ts'
import { HttpError } from './http-error.ts'

interface NewSessionLimitOptions {
  /** Where it counts; in the memory of this process by default. */
  createLimiter?: CreateLimiter | undefined
  /** Whose browser it is, proved without a session. */
  ownerOf?: (context: RequestContext<any, any>) => number | undefined
  /** So many may be begun in an hour, and so many of somebody whose browser is known. */
  most?: number
  mostOfOwner?: number
}

const hour = 60 * 60

/**
 * Limits the sessions that one network begins: each stays in the store until it expires, so somebody
 * who sends forms without a cookie could fill any store. Who has a session is never counted, nor is a
 * form that begins none. Browsers of owners have some more, whatever their neighbours do.
 */
export function newSessionLimit({
  createLimiter = boundedMemory(),
  ownerOf = () => undefined,
  // A whole office or campus may come from one network, but each browser begins a session only once.
  most = 1000,
  mostOfOwner = 100,
}: NewSessionLimitOptions = {}): Middleware {
  const addresses = new LineLimit(createLimiter, {
    keyPrefixes: { line: 'new-session', network: 'new-session-network' },
    points: most,
    mostFromLine: most / 2,
    duration: hour,
  })
  const owners = createLimiter({
    keyPrefix: 'new-session-owner',
    points: mostOfOwner,
    duration: hour,
  })

  async function passAsOwner(context: RequestContext<any, any>): Promise<Passage | undefined> {
    const owner = ownerOf(context)
    if (owner === undefined) return undefined
    const key = String(owner)
    const takeBack = () => owners.reward(key)
    if (typeof (await take(owners, key)) === 'number') {
      await takeBack()
      return undefined
    }
    return { takeBack, forgive: takeBack }
  }

  return async (context, next) => {
    const state = getSessionState(context.get(Session)!)
    if (context.request.method !== 'POST' || state.origin !== null) return next()
    const address = context.get(Client)!.address
    const passage = (await passAsOwner(context)) ?? (await addresses.enter(address))
    if (typeof passage === 'number') {
      throw new HttpError(429, 'Too many new sessions from one network', {
        'Retry-After': String(Math.ceil(passage / 1000)),
      })
    }
    // Counted before it is known, lest a thousand that come at once are all the first.
    let begins = false
    try {
      const response = await next()
      begins = state.changed || state.origin !== null
      return response
    } finally {
      if (!begins) await passage.takeBack()
    }
  }
}
