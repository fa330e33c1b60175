import type { Middleware, RequestContext } from 'remix/fetch-router'
import { getSessionState, Session } from 'remix/session'
import type { CreateLimiter } from '../limits/limiter.ts'
import { LineLimit } from '../limits/line-limit.ts'
import { boundedMemory } from '../limits/memory-limiter.ts'
import { Client } from './client-address.ts'
import { HttpError } from './http-error.ts'

interface NewSessionLimitOptions {
  /** Where it counts; in the memory of this process by default. */
  createLimiter?: CreateLimiter
  /** Whose browser it is, proved without a session. */
  ownerOf?: (context: RequestContext<any, any>) => number | undefined
  /**
   * So many may be begun in an hour, as many again in browsers of owners, and so many of those by one owner.
   */
  most?: number
  mostOfOwner?: number
}

const hour = 60 * 60

/**
 * Limits the sessions that one network begins: each stays in the store until it expires, so somebody
 * who sends forms without a cookie could fill any store. Who has a session is never counted, nor is a
 * form that begins none. Browsers of owners count by themselves, whatever their neighbours do; anybody
 * may register, so only a few of each owner do, and of all together no more than of strangers.
 */
export function newSessionLimit({
  createLimiter = boundedMemory(),
  ownerOf = () => undefined,
  // A whole office or campus may come from one network, but each browser begins a session only once.
  most = 1000,
  mostOfOwner = 10,
}: NewSessionLimitOptions = {}): Middleware {
  const limit = (line: string, network: string) =>
    new LineLimit(createLimiter, {
      keyPrefixes: { line, network },
      points: most,
      mostFromLine: most / 2,
      duration: hour,
    })
  const addresses = limit('new-session', 'new-session-network')
  const addressesOfOwners = limit('new-session-owner-line', 'new-session-owner-network')
  const owners = createLimiter({
    keyPrefix: 'new-session-owner',
    points: mostOfOwner,
    duration: hour,
  })

  async function isLeftTo(owner: number, address: string): Promise<boolean> {
    const used = await owners.get(String(owner))
    if ((used?.consumedPoints ?? 0) >= mostOfOwner) return false
    return (await addressesOfOwners.waitOf(address)) === 0
  }

  return async (context, next) => {
    const state = getSessionState(context.get(Session)!)
    if (context.request.method !== 'POST' || state.origin !== null) return next()
    const address = context.get(Client)!.address
    const owner = ownerOf(context)
    const countsForOwner = owner !== undefined && (await isLeftTo(owner, address))
    const wait = countsForOwner ? 0 : await addresses.waitOf(address)
    if (wait > 0) {
      throw new HttpError(429, 'Too many new sessions from one network', {
        'Retry-After': String(Math.ceil(wait / 1000)),
      })
    }
    const response = await next()
    // Only now: most forms without a session begin none, and each would be written down twice.
    if (state.changed || state.origin !== null) {
      if (countsForOwner) await owners.penalty(String(owner))
      await (countsForOwner ? addressesOfOwners : addresses).enter(address)
    }
    return response
  }
}
