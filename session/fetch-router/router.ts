import { createRouter as createStrictRouter } from '@remix-run/fetch-router'
import type {
  MiddlewareContext,
  RequestContext,
  Router,
  RouterOptions,
} from '@remix-run/fetch-router'

export * from '@remix-run/fetch-router'

type AnyContext = RequestContext<any, any>
type AnyMiddleware = NonNullable<RouterOptions['middleware']>[number]

/**
 * A router whose handlers may also end without a response, as the session documentation shows: the
 * session middleware answers 204 for them.
 */
export type LenientRouter<context extends AnyContext> = Router<context> & {
  map(
    route: Parameters<Router['get']>[0],
    handler: (context: context) => void | Promise<void>,
  ): void
}

/** Creates a router; see `@remix-run/fetch-router`. */
export const createRouter = createStrictRouter as <
  context extends AnyContext = RequestContext,
  const middleware extends readonly AnyMiddleware[] = readonly AnyMiddleware[],
>(
  options?: RouterOptions<context, middleware>,
) => LenientRouter<MiddlewareContext<middleware, context>>
