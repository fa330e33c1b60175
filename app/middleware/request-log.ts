import { randomUUID } from 'node:crypto'
import { createMultiMatcher } from '@remix-run/route-pattern/match'
import { createContextKey, type Middleware } from 'remix/fetch-router'
import type { RouteMap } from 'remix/fetch-router/routes'
import type { Log } from '../log/log.ts'
import { routesIn } from './methods.ts'
import { withHeaders } from './response-headers.ts'

/** Context key: names the request in the log and in its response. */
export const RequestId = createContextKey<string>()

interface RequestLogOptions {
  log: Log
  /** A path with a parameter `token` holds a secret: its parameters are logged as `***`. */
  routes?: RouteMap
}

/**
 * Logs each request once it is answered, with its id, which the response repeats as `X-Request-Id`.
 * Query strings, headers and bodies are never logged: they hold search texts, tokens and sessions.
 */
export function requestLog({
  log,
  routes = {},
}: RequestLogOptions): Middleware<{ key: typeof RequestId; value: string }> {
  const secretPaths = createMultiMatcher<undefined>()
  for (const { pattern } of routesIn(routes)) {
    if (/:token\b/.test(pattern.source)) secretPaths.add(pattern, undefined)
  }

  function loggedPath(url: URL): string {
    // With a slash at the end it is the same secret.
    const match =
      secretPaths.match(url) ??
      (url.pathname.endsWith('/') ? secretPaths.match(url.href.replace(/\/(?=$|[?#])/, '')) : null)
    // A path may be as long as a request's whole head, a line of the log should not.
    return match ? match.pattern.source.replaceAll(/:\w+/g, '***') : url.pathname.slice(0, 500)
  }

  return async (context, next) => {
    const start = performance.now()
    const requestId = randomUUID()
    context.set(RequestId, requestId)

    function logAnswer(status: number): void {
      log({
        event: 'request',
        requestId,
        method: context.request.method,
        path: loggedPath(context.url),
        status,
        ms: Math.round(performance.now() - start),
      })
    }

    try {
      const answer = await next()
      logAnswer(answer.status)
      return withHeaders(answer, (headers) => headers.set('X-Request-Id', requestId))
    } catch (error) {
      // 499 as in nginx: the client left before the answer.
      logAnswer(context.request.signal.aborted ? 499 : 500)
      throw error
    }
  }
}
