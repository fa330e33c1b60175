import type { Middleware } from 'remix/fetch-router'
import { getSessionState, Session } from 'remix/session'
import { take } from '../limits/limiter.ts'
import type { CreateLimiter } from '../limits/limiter.ts'
import { boundedMemory } from '../limits/memory-limiter.ts'
import { networkOf } from '../limits/network.ts'
import { Client } from './client-address.ts'
import { HttpError } from './http-error.ts'

// A whole office or campus may come from one network, but each browser begins a session only once.
const MOST_AN_HOUR = 1000

/**
 * Limits the sessions that one network begins: each stays in the store until it expires, so somebody
 * who sends forms without a cookie could fill any store. Who has a session is never counted.
 */
export function newSessionLimit(createLimiter: CreateLimiter = boundedMemory()): Middleware {
  const begun = createLimiter({
    keyPrefix: 'new-session',
    points: MOST_AN_HOUR,
    duration: 60 * 60,
  })
  return async (context, next) => {
    const isStored = getSessionState(context.get(Session)!).origin !== null
    if (context.request.method === 'POST' && !isStored) {
      const taken = await take(begun, networkOf(context.get(Client)!.address))
      if (typeof taken === 'number') {
        throw new HttpError(429, 'Too many new sessions from one network', {
          'Retry-After': String(Math.ceil(taken / 1000)),
        })
      }
    }
    return next()
  }
}
