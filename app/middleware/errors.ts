import type { Middleware, RequestContext } from 'remix/fetch-router'
import { isDatabaseTrouble } from '../../db/trouble.ts'
import type { Log } from '../log/log.ts'
import { HttpError } from './http-error.ts'
import { RequestId } from './request-log.ts'

interface ErrorPagesOptions {
  log: Log
  /** The shop's page for a status, with that status. */
  renderError: (
    status: number,
    context: RequestContext<any>,
    error: unknown,
  ) => Response | Promise<Response>
}

/**
 * Answers what a handler or another middleware throws.
 *
 * An `HttpError`, and any error with a `status` of 400 to 499 or 503, is a refusal and gets the page
 * for its status, with `Retry-After` where it has a `retryAfter` in seconds. A session store or a
 * database in trouble is 503. Everything else is a fault of ours: a 500 page that tells nothing of
 * the inside, and the log tells the rest.
 */
export function errorPages({ log, renderError }: ErrorPagesOptions): Middleware {
  return async (context, next) => {
    try {
      return await next()
    } catch (error) {
      // The client has left: there is nobody to answer.
      if (context.request.signal.aborted) throw error

      const { status, headers = {} } = toRefusal(error)
      // That a client asked for what nobody offers is no fault of ours.
      if (status >= 500 && status !== 501) {
        // One that is meant needs no stack: a flood of requests has many of them.
        const isMeant = status === 503 && error instanceof Error && 'retryAfter' in error
        const told = isMeant ? String(error) : error
        log({ event: 'error', requestId: context.get(RequestId), status, error: told })
      }
      const response = await render(status, context, error)
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
      if (!response.headers.has('Cache-Control')) response.headers.set('Cache-Control', 'no-store')
      return response
    }
  }

  async function render(
    status: number,
    context: RequestContext<any>,
    cause: unknown,
  ): Promise<Response> {
    try {
      return await renderError(status, context, cause)
    } catch (error) {
      // What broke the request may have broken the page as well: the database, for one.
      log({ event: 'error', requestId: context.get(RequestId), status, error })
      return new Response('Something went wrong. Please try again later.\n', {
        status,
        headers: { 'Content-Type': 'text/plain; charset=utf-8' },
      })
    }
  }
}

interface Refusal {
  status: number
  headers?: Record<string, string>
}

function toRefusal(error: unknown): Refusal {
  if (error instanceof HttpError) return error
  if (!(error instanceof Error)) return { status: 500 }
  // By name: somebody's own session storage may come with its own class.
  if (error.name === 'SessionStoreError' || isDatabaseTrouble(error)) {
    return { status: 503, headers: { 'Retry-After': '5' } }
  }

  const { status, retryAfter } = error as { status?: unknown; retryAfter?: unknown }
  if (typeof status !== 'number' || !((status >= 400 && status < 500) || status === 503)) {
    return { status: 500 }
  }
  return typeof retryAfter === 'number'
    ? { status, headers: { 'Retry-After': String(retryAfter) } }
    : { status }
}
