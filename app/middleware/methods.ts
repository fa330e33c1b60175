import { createMultiMatcher } from '@remix-run/route-pattern/match'
import {
  isRequestMethod,
  type Middleware,
  type RequestContext,
  type RequestMethod,
} from 'remix/fetch-router'
import { Route, type RouteMap } from 'remix/fetch-router/routes'
import { HttpError } from './http-error.ts'

type Methods = ReadonlySet<RequestMethod | 'ANY'>

/**
 * Gives every GET route its HEAD and OPTIONS, answers a wrong method on a known path with 405 and
 * `Allow`, where the router alone would answer 404, and leads from a page's path with a slash at its
 * end to the page.
 */
export function methodRouting(routes: RouteMap): Middleware {
  const known = createMultiMatcher<RequestMethod | 'ANY'>()
  for (const route of routesIn(routes)) known.add(route.pattern, route.method)
  // Most pages have one address: what there is at it is told once.
  const knownAt = new Map<string, Methods>()
  for (const { pattern } of routesIn(routes)) {
    const path = pattern.source
    if (!/^[\w/.-]+$/.test(path)) continue
    knownAt.set(path, methodsAt(new URL(path, 'http://shop.invalid')))
  }

  function methodsAt(url: URL): Methods {
    return new Set(known.matchAll(url).map((match) => match.data))
  }

  return async (context, next) => {
    if (!isRequestMethod(context.method)) {
      throw new HttpError(501, `The method ${context.method} is not supported`)
    }

    const methods = knownAt.get(context.url.pathname) ?? methodsAt(context.url)
    if (methods.size === 0) return redirectWithoutSlash(context) ?? next()
    if (methods.has('ANY') || methods.has(context.method)) return next()

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

  // Only to the path of a page: never to one that begins with two slashes, which is another host.
  function redirectWithoutSlash({ method, url }: RequestContext<any, any>): Response | undefined {
    if (method !== 'GET' && method !== 'HEAD') return undefined
    if (!url.pathname.endsWith('/') || url.pathname.startsWith('//')) return undefined
    const path = url.pathname.slice(0, -1)
    const isPage = known.matchAll(new URL(path, url)).some(({ data }) => data === 'GET')
    return isPage
      ? new Response(null, { status: 308, headers: { Location: path + url.search } })
      : undefined
  }
}

export function routesIn(routes: RouteMap): Route[] {
  return Object.values(routes).flatMap((entry) =>
    entry instanceof Route ? entry : routesIn(entry),
  )
}

function allowed(methods: Methods): string {
  const all = new Set<string>([...methods, 'OPTIONS'])
  if (methods.has('GET')) all.add('HEAD')
  return [...all].sort().join(', ')
}
