import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe } from 'node:test'
import { SessionStoreError } from 'remix/session'
import type { SessionStorage } from 'remix/session'
import { closeDatabase, openDatabase } from '../../db/connect.ts'
import { isPostgresUrl } from '../../db/database-url.ts'
import type { Database } from '../../db/database.ts'
import { demoAccounts, seedDatabase } from '../../db/seed.ts'
import { testCatalogue } from '../../db/testing-catalogue.ts'
import { sqliteOf } from '../../db/testing.ts'
import { patient } from '../../db/testing-patience.ts'
import { findUserByEmail, updatePasswordHash } from '../../db/users.ts'
import { createLoginThrottle } from '../auth/login-throttle.ts'
import { createSharedLimiter } from '../limits/shared-limiter.ts'
import { createPasswordHasher } from '../auth/passwords.ts'
import type { PasswordHasher } from '../auth/passwords.ts'
import type { Config } from '../config.ts'
import { sessionStorages } from '../environment/session-storages.ts'
import type { LogEntry } from '../log/log.ts'
import { createMail, readKeptMails } from '../mail/mail.ts'
import type { KeptMail } from '../mail/mail.ts'
import { createSeal } from '../mail/seal.ts'
import { connectRedis } from '../redis/redis.ts'
import { onRedis } from '../redis/testing-redis.ts'
import { createBookstore } from '../router.ts'
import { openSessions } from '../session.ts'
import type { Sessions } from '../session.ts'
import { TestBrowser } from './browser.ts'
import type { BrowserOptions } from './browser.ts'

export const reader = demoAccounts[0]!
export const admin = demoAccounts[1]!

type TestStorage = Config['sessionStorage']

// Separated by commas. The quick tests are content with one.
const testStorages = process.env.TEST_STORAGES?.split(',')

type Suite = (open: (options?: ShopOptions) => Promise<TestShop>, storage: TestStorage) => void

/**
 * Runs a suite on each session storage: what a customer sees must not depend on it. For what tries the
 * session itself, its locks and its loss, as at login, in the cart and at the checkout.
 */
export function onEachStorage(title: string, suite: Suite): void {
  onStorages(sessionStorages, title, suite)
}

/**
 * Runs a suite on the two kinds of session storages that a page could tell apart: one where a copy of
 * the cookie is a copy of the session, and one where it is another key to the same. With `EVERY_STORAGE=1`
 * on each of them.
 */
export function onBothKinds(title: string, suite: Suite): void {
  const isEach = process.env.EVERY_STORAGE === '1'
  onStorages(isEach ? sessionStorages : ['cookie', 'memory'], title, suite)
}

function onStorages(storages: readonly TestStorage[], title: string, suite: Suite): void {
  for (const storage of storages) {
    if (storage === 'redis') continue // which needs a server
    if (testStorages?.includes(storage) === false) continue
    describe(`${title}, with sessions in ${storage}`, () => {
      suite((options) => openTestShop({ storage, ...options }), storage)
    })
  }
  if (!storages.includes('redis')) return
  onRedis(`${title}, with sessions in redis`, (newPlace) => {
    suite((options) => openTestShop({ storage: 'redis', ...newPlace(), ...options }), 'redis')
  })
}

export interface ShopOptions extends Partial<
  Pick<Config, 'production' | 'publicOrigin' | 'registration'>
> {
  storage?: TestStorage
  redisUrl?: string
  redisPrefix?: string
  /** How long Redis is waited for: by default as long as a busy machine may take. */
  redisPatienceMs?: number
  /** A file, or the address of an empty database of PostgreSQL. */
  databaseUrl?: string
  sessionSecrets?: string[]
  passwords?: PasswordHasher
  /** Whether mail leaves the shop, as it does by default. */
  mailLeaves?: boolean
}

/** The whole shop as it is served, on a database and a session directory of its own. */
export interface TestShop {
  readonly config: Config
  readonly db: Database
  readonly sessions: Sessions
  /** What was written to be sent, the latest first. */
  mails(): Promise<KeptMail[]>
  readonly log: LogEntry[]
  fetch(request: Request): Promise<Response>
  browser(options?: BrowserOptions): TestBrowser
  /** Lets time pass, for sessions and whatever else has a limit. */
  pass(seconds: number): void
  /** What time it is there. */
  now(): number
  /** Tells the shop that it will end; it goes on meanwhile. */
  stop(): void
  /** Ends the shop and opens it again on the same files, perhaps with other settings. */
  restart(config?: Partial<Config>): Promise<void>
  /** What lies in the session directory; changes with every write to it. */
  sessionFiles(): string[]
  /** Grows with every row that is written to the database. */
  databaseWrites(): number
  /** Whether the store can be read and not written, like a full disk. */
  savesFail: boolean
  /** Whether it cannot be read. */
  readsFail: boolean
}

/** The cheapest there are. What a real hash costs is a matter of those who test that. */
export const passwords = createPasswordHasher({
  queue: 100,
  parameters: { memoryCost: 8, timeCost: 1, parallelism: 1 },
})

/** Hashes the demo accounts' passwords as a real shop does, for tests in which it has to take its time. */
export async function hashAtFullPrice({ db }: TestShop): Promise<void> {
  const { hash } = createPasswordHasher()
  for (const { email, password } of [reader, admin]) {
    await updatePasswordHash(db, (await findUserByEmail(db, email))!.id, await hash(password))
  }
}

let seededFile: Buffer | undefined

/** The database of a new shop. It takes long to fill, so all shops of a test file begin with a copy. */
async function seedFile(): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), 'bookstore-seed-'))
  const file = join(directory, 'bookstore.sqlite')
  await seedAt(file)
  const content = readFileSync(file)
  rmSync(directory, { recursive: true })
  return content
}

async function seedAt(databaseUrl: string): Promise<void> {
  const db = await openDatabase(databaseUrl, patient)
  const { hash: hashPassword } = passwords
  await seedDatabase(db, {
    demoAccounts: true,
    books: testCatalogue(),
    hashPassword,
  })
  await closeDatabase(db)
}

export async function openTestShop(options: ShopOptions = {}): Promise<TestShop> {
  const directory = mkdtempSync(join(tmpdir(), 'bookstore-'))
  const publicOrigin = options.publicOrigin ?? 'http://localhost:44100'
  const config: Config = {
    production: options.production ?? false,
    host: '127.0.0.1',
    port: 44100,
    publicOrigin,
    origins: [publicOrigin],
    sessionStorage: options.storage ?? 'memory',
    sessionSecrets: options.sessionSecrets ?? ['a secret of the tests, thirty-two or more'],
    sessionDir: join(directory, 'sessions'),
    sessionMaxAge: 604_800,
    sessionLifetime: 2_592_000,
    deviceBindingMaxAge: publicOrigin.startsWith('https:') ? 600 : undefined,
    databaseUrl: options.databaseUrl ?? join(directory, 'bookstore.sqlite'),
    databasePool: 5,
    redisUrl: options.redisUrl,
    redisPrefix: options.redisPrefix ?? '',
    registration: options.registration ?? 'direct',
    mailUrl: undefined,
    mailFrom: 'shop@example.com',
    trustProxy: 0,
    stopDelay: 0,
  }
  let timePassed = 0
  let stopping = false
  const now = () => Date.now() + timePassed
  const log: LogEntry[] = []
  const seal = createSeal(config.sessionSecrets)

  async function open(config: Config) {
    const redis =
      config.sessionStorage === 'redis'
        ? await connectRedis(config.redisUrl!, (entry) => log.push(entry), {
            prefix: config.redisPrefix,
            answerWithinMs: options.redisPatienceMs ?? 60_000,
          })
        : undefined
    const db = await openDatabase(config.databaseUrl, patient)
    const stores = {
      redis,
      db,
    }
    const createLimiter = createSharedLimiter(config, stores)
    const sessions = openSessions(config, now, stores)
    const save: SessionStorage['save'] = (session) =>
      shop.savesFail
        ? Promise.reject(new SessionStoreError('The store is full'))
        : sessions.storage.save(session)
    const read: SessionStorage['read'] = (value, readOptions) =>
      shop.readsFail
        ? Promise.reject(new SessionStoreError('The store is away'))
        : sessions.storage.read(value, readOptions)
    const bookstore = createBookstore({
      config,
      db,
      sessions: { ...sessions, storage: { ...sessions.storage, read, save } },
      passwords: options.passwords ?? passwords,
      throttle: createLoginThrottle({ createLimiter }),
      createLimiter,
      mail: createMail({ seal, publicOrigin, now, leaves: options.mailLeaves ?? true }),
      seal,
      log: (entry) => log.push(entry),
      demoAccounts: config.production ? [] : demoAccounts,
      now,
      isStopping: () => stopping,
    })
    async function close() {
      await sessions.close()
      await redis?.close()
      await closeDatabase(db)
    }
    return { config, db, sessions, bookstore, close }
  }

  if (isPostgresUrl(config.databaseUrl)) await seedAt(config.databaseUrl)
  else {
    // Not a promise that tests share: where one is awaited, Node takes what follows for a part of the
    // test that made it, such as the `after` below.
    seededFile ??= await seedFile()
    writeFileSync(config.databaseUrl, seededFile)
  }
  let running = await open(config)
  after(async () => {
    await running.close()
    rmSync(directory, { recursive: true })
  })

  const shop: TestShop = {
    get config() {
      return running.config
    },
    get db() {
      return running.db
    },
    get sessions() {
      return running.sessions
    },
    mails: () => readKeptMails(running.db, seal, 100),
    log,
    fetch: (request) => running.bookstore.fetch(request),
    browser: (options) => new TestBrowser(shop, now, options),
    pass: (seconds) => void (timePassed += seconds * 1000),
    now,
    stop: () => void (stopping = true),
    async restart(changes) {
      await running.close()
      running = await open({ ...running.config, ...changes })
    },
    sessionFiles() {
      if (config.sessionStorage !== 'fs') return []
      return readdirSync(config.sessionDir).map((name) => {
        const { mtimeNs, size } = statSync(join(config.sessionDir, name), { bigint: true })
        return `${name} ${size} ${mtimeNs}`
      })
    },
    databaseWrites: () =>
      Number(sqliteOf(running.db).prepare('select total_changes()').pluck().get()),
    savesFail: false,
    readsFail: false,
  }
  return shop
}
