import { openDatabase } from '../../db/connect.ts'
import { createLoginThrottle } from '../auth/login-throttle.ts'
import { createPasswordHasher } from '../auth/passwords.ts'
import type { Config } from '../config.ts'
import { boundedMemory } from '../limits/memory-limiter.ts'
import { createMail } from '../mail/mail.ts'
import { createSeal } from '../mail/seal.ts'
import { setSocketAddress } from '../middleware/client-address.ts'
import { createBookstore } from '../router.ts'
import { openSessions } from '../session.ts'

export interface CrashRequest {
  config: Config
  cookie: string
  body: string
}

// The shop of a process that gets a checkout form, commits the order and is killed before it has
// saved the session.
const { config, cookie, body } = JSON.parse(process.argv[2]!) as CrashRequest
const sessions = openSessions(config)
const seal = createSeal(config.sessionSecrets)
const bookstore = createBookstore({
  config,
  db: await openDatabase(config.databaseUrl),
  sessions: { ...sessions, storage: { ...sessions.storage, save: die } },
  passwords: createPasswordHasher(),
  throttle: createLoginThrottle(),
  createLimiter: boundedMemory(),
  mail: createMail({ seal, publicOrigin: config.publicOrigin, now: Date.now }),
  seal,
  log: () => {},
  demoAccounts: [],
  now: Date.now,
})
const request = new Request(`${config.publicOrigin}/checkout`, {
  method: 'POST',
  headers: {
    Host: new URL(config.publicOrigin).host,
    Origin: config.publicOrigin,
    Cookie: cookie,
    'User-Agent': 'curl/8',
  },
  body: new URLSearchParams(body),
})
setSocketAddress(request, '192.0.2.1')
await bookstore.fetch(request)

function die(): Promise<string> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => {})
}
