import { createContextKey } from 'remix/fetch-router'
import type { Middleware } from 'remix/fetch-router'
import type { DeviceBindings } from 'remix/session/device-binding'
import type { Login } from '../../db/schema.ts'
import { withHeaders } from '../middleware/response-headers.ts'
import { routes } from '../routes.ts'
import { bindingOf } from './device-bindings.ts'

/** What a request leaves for the headers of its answer. */
export interface DeviceNotes {
  /** Somebody has just logged in, and the browser may bind the login. */
  entered?: Login
  /** The login that the cookie names, and which is worth nothing without a proof of its device. */
  stale?: Login
}

/** Context key: empty at first. */
export const DeviceNotes = createContextKey<DeviceNotes>()

/**
 * Answers browsers that register or prove a key, and has them do so: by a header for who has just logged
 * in, and by taking away a cookie that does not count. No session is read for the former, so that a proof
 * neither renews nor ends one.
 */
export function bindToDevice(
  bindings: DeviceBindings | undefined,
): Middleware<{ key: typeof DeviceNotes; value: DeviceNotes }> {
  const path = routes.deviceBinding.href()
  return async (context, next) => {
    const notes: DeviceNotes = {}
    context.set(DeviceNotes, notes)
    if (!bindings) return next()
    if (context.method === 'POST' && context.url.pathname === path) {
      return bindings.answer(context.request)
    }
    const answer = await next()
    const binding = notes.stale && bindingOf(notes.stale)
    const removal = binding && bindings.removal(context.request.headers.get('Cookie'), binding)
    const offer =
      notes.entered && !bindingOf(notes.entered) ? bindings.offer(notes.entered.id) : undefined
    if (!removal && !offer) return answer
    return withHeaders(answer, (headers) => {
      if (removal) headers.append('Set-Cookie', removal)
      if (offer) headers.set('Secure-Session-Registration', offer)
    })
  }
}
