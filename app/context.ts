import type {
  ContextWithEntries,
  Middleware,
  NextFunction,
  RequestContext,
} from 'remix/fetch-router'
import type { Session } from 'remix/session'
import type { CurrentLogin } from './auth/current-login.ts'
import type { Device } from './auth/device.ts'
import type { Client } from './middleware/client-address.ts'

/** What the middleware in router.ts puts into the context of every controller. */
export type AppContext = ContextWithEntries<
  RequestContext,
  [
    { key: typeof Session; value: Session },
    { key: typeof FormData; value: FormData },
    { key: typeof Client; value: Client },
    { key: typeof Device; value: Device },
    { key: typeof CurrentLogin; value: CurrentLogin | null },
  ]
>

/** A middleware of controllers: it runs after those of router.ts. */
export function appMiddleware(
  run: (context: AppContext, next: NextFunction) => Response | Promise<Response>,
): Middleware {
  return (context, next) => run(context as unknown as AppContext, next)
}

declare module '@remix-run/fetch-router' {
  interface RouterTypes {
    context: AppContext
  }
}
