import type { Database } from '../db/database.ts'
import type { DemoAccount } from './auth/login-page.ts'
import type { LoginThrottle } from './auth/login-throttle.ts'
import type { PasswordHasher } from './auth/passwords.ts'
import type { Config } from './config.ts'
import type { Log } from './log/log.ts'
import type { Mailer } from './mail/mailer.ts'
import type { RenderPage } from './ui/page.ts'
import type { Sessions } from './session.ts'

/** What the controllers work with. Tests give their own. */
export interface Dependencies {
  db: Database
  config: Pick<Config, 'production' | 'publicOrigin' | 'sessionMaxAge'>
  /** For the few who look at cookies beside that of the request's own session. */
  sessions: Pick<Sessions, 'cookie' | 'storage'>
  page: RenderPage
  passwords: PasswordHasher
  throttle: LoginThrottle
  mailer: Mailer
  log: Log
  /** Shown beside the login form; empty in production. */
  demoAccounts: DemoAccount[]
  now(): number
}
