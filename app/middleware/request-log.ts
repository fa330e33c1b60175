import { randomUUID } from 'node:crypto'
import { createContextKey, type Middleware } from 'remix/fetch-router'
import type { RouteMap } from 'remix/fetch-router/routes'
import type { Log } from '../log/log.ts'
import { routesIn } from './methods.ts'
import { withHeaders } from './response-headers.ts'

/** Context key: names the request in the log and in its response. */
export const RequestId = createContextKey<string>()

interface RequestLogOptions {
  log: Log
  /**
   * A path with a parameter `token` holds a secret: it is logged as `***` from there on. So is what looks
   * like a token in any other path.
   */
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
  const secretPlaces = routesIn(routes).flatMap(({ pattern: { source } }) => {
    const [place, secret] = source.split(/:token\b/)
    return secret === undefined ? [] : [place!]
  })

  function loggedPath({ pathname }: URL): string {
    // Also where a mail program or a hand has changed the link, and it leads to no page.
    const plain = decoded(pathname).replaceAll(/\/+/g, '/').toLowerCase()
    const place = secretPlaces.find((place) => plain.startsWith(place))
    // A path may be as long as a request's whole head, a line of the log should not.
    return place === undefined ? maskTokens(pathname).slice(0, 500) : `${place}***`
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

/** A link that was damaged may have its token anywhere, with some of its characters escaped. */
function maskTokens(pathname: string): string {
  return pathname
    .split('/')
    .map((part) => {
      const plain = unescaped(part)
      const masked = plain.replaceAll(/(?:[\w\-=\s]|%[\da-f]{2})+/gi, maskToken)
      return masked === plain ? part : masked
    })
    .join('/')
}

/** Without escapes of ASCII, also where they were escaped again on the way. */
function unescaped(part: string): string {
  let plain = part
  for (let round = 0; round < 5 && plain.includes('%'); round++) {
    plain = plain.replaceAll(/%([0-7][\da-f])/gi, (_escape, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
  }
  return plain
}

/**
 * Half of a token's 43 characters is too much to tell, whatever a mail program has put between them. The
 * name of a book may be as long, but has no capitals, and one that a hand has typed with some no digits.
 */
function maskToken(run: string): string {
  const letters = run.replaceAll(/=[\da-f]{2}/gi, '_').replaceAll(/%[\da-f]{2}|[=\s]/gi, '')
  const isToken = letters.length >= 40 || (letters.length >= 24 && /\d/.test(letters))
  return isToken && /[A-Z]/.test(letters) ? '***' : run
}

function decoded(pathname: string): string {
  if (!pathname.includes('%')) return pathname
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}
