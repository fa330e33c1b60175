import { createMultiMatcher } from '@remix-run/route-pattern/match'
import { isRequestMethod, type Middleware, type RequestMethod } from 'remix/fetch-router'
import { Route, type RouteMap } from 'remix/fetch-router/routes'
import { HttpError } from './http-error.ts'

/**
 * Gives every GET route its HEAD and OPTIONS, and answers a wrong method on a known path with 405
 * and `Allow`, where the router alone would answer 404.
 */
export function methodRouting(routes: RouteMap): Middleware {
  const known = createMultiMatcher<RequestMethod | 'ANY'>()
  for (const route of routesIn(routes)) known.add(route.pattern, route.method)

  return async (context, next) => {
    if (!isRequestMethod(context.method)) {
      throw new HttpError(501, `The method ${context.method} is not supported`)
    }

    const methods = new Set(known.matchAll(context.url).map((match) => match.data))
    if (methods.size === 0 || methods.has('ANY') || methods.has(context.method)) return next()

    if (context.method === 'HEAD' && methods.has('GET')) {
      // The router matches by this property; `context.request.method` still says HEAD.
      context.method = 'GET'
      const response = await next()
      await response.body?.cancel()
      return new Response(null, response)
    }

    const allow = allowed(methods)
    if (context.method === 'OPTIONS') {
      return new Response(null, { status: 204, headers: { Allow: allow } })
    }
    throw new HttpError(405, `${context.method} is not allowed here`, { Allow: allow })
  }
}

function routesIn(routes: RouteMap): Route[] {
  return Object.values(routes).flatMap((entry) =>
    entry instanceof Route ? entry : routesIn(entry),
  )
}

function allowed(methods: Set<RequestMethod | 'ANY'>): string {
  const all = new Set<string>([...methods, 'OPTIONS'])
  if (methods.has('GET')) all.add('HEAD')
  return [...all].sort().join(', ')
}
