// Starts the shop as the environment and .env say: see .env.example.
//
//   npm start
//   npm run dev       starts it anew when a file changes

import { forgetOldAnswers } from '../db/answered-forms.ts'
import { closeDatabase, openDatabase } from '../db/connect.ts'
import { placeOf } from '../db/database-url.ts'
import { deleteExpiredEmailLinks } from '../db/email-links.ts'
import { forgetJoinedCarts } from '../db/guest-carts.ts'
import { forgetExpiredLinks } from '../db/guest-orders.ts'
import { deleteExpiredForms } from '../db/kept-forms.ts'
import { forgetOldChallenges } from '../db/passkeys.ts'
import { deleteExpiredResets } from '../db/password-resets.ts'
import { deleteExpiredPendingLogins } from '../db/pending-logins.ts'
import { deleteExpiredRegistrations } from '../db/registrations.ts'
import { forgetOldDevices } from '../db/remembered-devices.ts'
import { closeDemoAccounts, demoAccounts, seedDatabase } from '../db/seed.ts'
import { clearIdleLogins } from './auth/active-login.ts'
import { createLoginThrottle } from './auth/login-throttle.ts'
import { createSharedLimiter } from './limits/shared-limiter.ts'
import { createPasswordHasher } from './auth/passwords.ts'
import { ConfigError, loadConfig, type Config } from './config.ts'
import { clearRegularly } from './process/clearing.ts'
import { startHttpServer } from './process/http-server.ts'
import { endProcessWith } from './process/lifecycle.ts'
import { createJsonLog, outliveOutput } from './log/log.ts'
import { createMail } from './mail/mail.ts'
import { createMailWorker } from './mail/mail-worker.ts'
import { createSeal } from './mail/seal.ts'
import { createConsoleTransport, createMissingTransport } from './mail/transport.ts'
import type { Transport } from './mail/transport.ts'
import type { Redis } from './redis/redis.ts'
import { createBookstore } from './router.ts'
import { openSessions } from './session.ts'
import { clearSessionTable } from './session-table/clear-session-table.ts'
import { shop } from './ui/shop.ts'
import { plural } from './ui/words.ts'

outliveOutput()
const log = createJsonLog()

// From the beginning: as process 1 of a container nobody else would listen to SIGTERM.
let stop = async (_hurry: AbortSignal): Promise<void> => {}
endProcessWith({ log, stop: (hurry) => stop(hurry) })

try {
  await main(loadConfig())
} catch (error) {
  console.error(reasonFor(error))
  process.exit(1)
}

async function main(config: Config): Promise<void> {
  const passwords = createPasswordHasher()

  const redis = config.sessionStorage === 'redis' ? await openRedis(config) : undefined
  const db = await openDatabase(config.databaseUrl, { poolSize: config.databasePool })
  const stores = {
    redis,
    db,
  }
  const createLimiter = createSharedLimiter(config, stores)
  const isNew = await seedDatabase(db, {
    demoAccounts: !config.production,
    hashPassword: passwords.hash,
  })
  const closed = config.production ? await closeDemoAccounts(db, passwords.verify) : 0
  if (closed > 0) {
    const accounts = plural(closed, 'demo account')
    warn(`Closed ${accounts} of development: everybody knows the passwords. The orders stay`)
  }
  const sessions = openSessions(config, Date.now, stores)
  const seal = createSeal(config.sessionSecrets)
  const worker = createMailWorker({
    db,
    seal,
    transport: await openTransport(config),
    log,
    now: Date.now,
    keepContent: !config.production,
  })
  const mail = createMail({
    leaves: !config.production || config.mailUrl !== undefined,
    seal,
    publicOrigin: config.publicOrigin,
    now: Date.now,
    onWrite: worker.wake,
  })

  let stopping = false
  const bookstore = createBookstore({
    config,
    db,
    sessions,
    passwords,
    log,
    throttle: createLoginThrottle({ createLimiter }),
    createLimiter,
    mail,
    seal,
    demoAccounts: config.production ? [] : demoAccounts,
    now: Date.now,
    isStopping: () => stopping,
  })

  const server = await startHttpServer({
    ...config,
    fetch: (request) => bookstore.fetch(request),
    log,
  })
  const clearing = clearRegularly({
    log,
    now: Date.now,
    tasks: [
      (now) => deleteExpiredEmailLinks(db, now),
      (now) => deleteExpiredForms(db, now),
      (now) => deleteExpiredRegistrations(db, now),
      (now) => forgetExpiredLinks(db, now),
      (now) => clearIdleLogins(db, config, now),
      (now) => deleteExpiredPendingLogins(db, now),
      (now) => forgetOldDevices(db, now),
      (now) => forgetOldChallenges(db, now),
      (now) => forgetOldAnswers(db, now),
      (now) => deleteExpiredResets(db, now),
      (now) => clearSessionTable(db, now),
      (now) => forgetJoinedCarts(db, new Date(now.getTime() - config.sessionLifetime * 1000)),
    ],
  })
  stop = async (hurry) => {
    stopping = true
    await server.windDown(config.stopDelay * 1000, hurry)
    await server.stop()
    await worker.stop()
    await clearing.stop()
    await sessions.close()
    await redis?.close()
    await closeDatabase(db)
  }

  worker.wake()
  if (config.production) logStart(config, isNew)
  else console.log(describe(config, isNew).join('\n'))
}

async function openTransport({ mailUrl, mailFrom, production }: Config): Promise<Transport> {
  if (mailUrl === undefined) return production ? createMissingTransport() : createConsoleTransport()
  // Only here, as it takes its time to load.
  const { createSmtpTransport } = await import('./mail/smtp-transport.ts')
  return createSmtpTransport({ url: mailUrl, from: mailFrom })
}

/** Loads the client only where it is used, as it is a fifth of the start. */
async function openRedis(config: Config): Promise<Redis> {
  const { connectRedis } = await import('./redis/redis.ts')
  return connectRedis(config.redisUrl!, log, { prefix: config.redisPrefix })
}

/** What somebody who has just started the shop wants to know, for a terminal. */
function describe(config: Config, isNew: boolean): string[] {
  const place = placeOf(config.databaseUrl)
  return [
    `${shop.name} is open at ${config.publicOrigin}`,
    `Sessions are kept ${whereSessionsAre(config)} (SESSION_STORAGE=${config.sessionStorage})`,
    isNew
      ? `The database is ${place}, new and filled with the seed`
      : `The database is ${place}, that of before: stop the shop, and npm run db:reset puts it aside`,
    ...demoAccounts.map(({ email, password }) => `Demo account: ${email} / ${password}`),
    ...warningsOf(config),
  ]
}

/** The same for the log, of which every line is JSON. */
function logStart(config: Config, isNew: boolean): void {
  const database = placeOf(config.databaseUrl)
  log({
    event: 'started',
    address: config.publicOrigin,
    sessions: whereSessionsAre(config),
    sessionStorage: config.sessionStorage,
    database,
    newDatabase: isNew,
  })
  if (isInMemory(config)) {
    warn('The database is in memory: accounts and orders do not survive a restart')
  } else if (isNew) {
    warn(`The database ${database} is new: if the shop has had orders, they are in another one`)
  }
  for (const reason of warningsOf(config)) warn(reason)
}

function warn(reason: string): void {
  log({ event: 'warning', reason })
}

function warningsOf(config: Config): string[] {
  const warnings: string[] = []
  if (config.production && config.mailUrl === undefined) {
    warnings.push(
      'MAIL_URL is missing, so no mail is sent: who has forgotten a password stays out, nobody can confirm or change an address, and nobody hears of a new login or an order',
    )
  }
  if (config.publicOrigin.startsWith('https:') && config.trustProxy === 0) {
    warnings.push(
      'TRUST_PROXY is 0: if a proxy is in front, every visitor seems to come from its address',
    )
  }
  return warnings
}

function whereSessionsAre(config: Config): string {
  switch (config.sessionStorage) {
    case 'cookie':
      return 'in encrypted cookies and survive a restart'
    case 'fs':
      return `as files in ${config.sessionDir} and survive a restart`
    case 'memory':
      return 'in memory: they do not survive a restart'
    case 'redis':
      return 'in Redis and survive a restart'
    case 'database':
      return isInMemory(config)
        ? 'in the database in memory: they do not survive a restart'
        : 'in the database and survive a restart'
  }
}

function isInMemory({ databaseUrl }: Config): boolean {
  return databaseUrl === ':memory:'
}

/** One clear line for what an operator can mend; the stack for what only a developer can. */
function reasonFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, port, address } = error as NodeJS.ErrnoException & {
    port?: number
    address?: string
  }
  if (code === 'EADDRINUSE') {
    return `Port ${port} of ${address} is taken: end what runs there, or set PORT to a free one`
  }
  if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND') {
    return `Cannot listen there, check HOST and PORT: ${error.message}`
  }
  const isExplained = error instanceof ConfigError || error.cause !== undefined
  return isExplained || error.name === 'SessionStoreError'
    ? error.message
    : (error.stack ?? error.message)
}
