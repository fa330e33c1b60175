import type { ContextWithEntries, RequestContext } from 'remix/fetch-router'
import type { Session } from 'remix/session'
import type { CurrentLogin } from './auth/current-login.ts'
import type { Client } from './middleware/client-address.ts'

/** What the middleware in router.ts puts into the context of every controller. */
export type AppContext = ContextWithEntries<
  RequestContext,
  [
    { key: typeof Session; value: Session },
    { key: typeof FormData; value: FormData },
    { key: typeof Client; value: Client },
    { key: typeof CurrentLogin; value: CurrentLogin | null },
  ]
>

declare module '@remix-run/fetch-router' {
  interface RouterTypes {
    context: AppContext
  }
}
