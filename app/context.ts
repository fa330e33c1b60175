import type {
  ContextWithEntries,
  Middleware,
  NextFunction,
  RequestContext,
} from 'remix/fetch-router'
import type { Session } from 'remix/session'
import type { DeviceBindings } from 'remix/session/device-binding'
import type { Database } from '../db/database.ts'
import type { CurrentLogin } from './auth/current-login.ts'
import type { Device } from './auth/device.ts'
import type { DemoAccount } from './auth/login-page.ts'
import type { LoginThrottle } from './auth/login-throttle.ts'
import type { PasswordHasher } from './auth/passwords.ts'
import type { Config } from './config.ts'
import type { DeviceNotes } from './device-binding/bind-to-device.ts'
import type { CreateLimiter } from './limits/limiter.ts'
import type { Log } from './log/log.ts'
import type { Mail } from './mail/mail.ts'
import type { Client } from './middleware/client-address.ts'
import type { Sessions } from './session.ts'
import type { RenderPage } from './ui/page.ts'

/** What the controllers work with. Tests give their own. */
export interface Dependencies {
  db: Database
  config: Pick<
    Config,
    'production' | 'publicOrigin' | 'registration' | 'sessionMaxAge' | 'sessionSecrets'
  >
  /** For the few who look at cookies beside that of the request's own session. */
  sessions: Pick<Sessions, 'cookie' | 'storage'>
  page: RenderPage
  /** What another feature does for whoever logs in, in the same transaction; answers what to tell. */
  onSignIn?:
    | ((context: AppContext, tx: Database, userId: number) => Promise<string | undefined>)
    | undefined
  /** What ties logins to devices; `undefined` where that is off. */
  deviceBindings: DeviceBindings | undefined
  passwords: PasswordHasher
  throttle: LoginThrottle
  /** Makes what else counts; all servers share it. */
  createLimiter: CreateLimiter
  mail: Mail
  log: Log
  /** Shown beside the login form; empty in production. */
  demoAccounts: DemoAccount[]
  now(): number
}

/** What the middleware in router.ts puts into the context of every controller. */
export type AppContext = ContextWithEntries<
  RequestContext,
  [
    { key: typeof Session; value: Session },
    { key: typeof FormData; value: FormData },
    { key: typeof Client; value: Client },
    { key: typeof Device; value: Device },
    { key: typeof DeviceNotes; value: DeviceNotes },
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
