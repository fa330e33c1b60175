import { join, resolve } from 'node:path'
import * as v from 'valibot'
import { isDatabaseUrl, isNoPath, isPostgresUrl } from '../db/database-url.ts'
import { readDotEnv } from './environment/dot-env.ts'
import { shop } from './ui/shop.ts'
import {
  isHost,
  isOrigin,
  isUnprotected,
  localOrigins,
  wayInForOthers,
  withoutPassword,
} from './environment/origins.ts'
import { sessionStorageNames, sessionStorages } from './environment/session-storages.ts'
import { readSecrets } from './environment/session-secrets.ts'
import { readOrCreateLocalSecret } from './environment/local-secret.ts'

export interface Config {
  production: boolean
  host: string
  port: number
  /** Where customers reach the shop, such as `https://shop.example`: scheme, host and port. */
  publicOrigin: string
  /** Every origin under which the shop answers; outside production the local ones as well. */
  origins: readonly string[]
  sessionStorage: (typeof sessionStorages)[number]
  /** The first one seals, any of them opens. */
  sessionSecrets: readonly string[]
  /** An absolute path. */
  sessionDir: string
  /** Seconds without a visit after which a session ends. */
  sessionMaxAge: number
  /** Seconds after which a session ends however often it is used. */
  sessionLifetime: number
  /** The address of a PostgreSQL, an absolute path, or `:memory:`. */
  databaseUrl: string
  /** How many connections to PostgreSQL are kept at most. */
  databasePool: number
  /** Set when `sessionStorage` is `redis`. */
  redisUrl: string | undefined
  /** What the keys in Redis begin with. */
  redisPrefix: string
  /** Whether an account opens at once, or when a link is followed that was mailed to its address. */
  registration: 'direct' | 'confirm'
  /** The address of an SMTP server. Without it no mail leaves. */
  mailUrl: string | undefined
  /** From whom mail comes. */
  mailFrom: string
  /**
   * Seconds for which a browser's proof that it is on the device of a login is good. Without it none is
   * asked for.
   */
  deviceBindingMaxAge: number | undefined
  /** How many reverse proxies stand in front of the server. */
  trustProxy: number
  /** Seconds from SIGTERM until the port closes. */
  stopDelay: number
}

export type Environment = Record<string, string | undefined>

/** Everything that is wrong with the environment, a line a problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
    const lines = problems.map((problem) => `  ${problem}`).join('\n')
    super(`The configuration has ${count}:\n${lines}\nEach variable is explained in .env.example.`)
    this.problems = problems
  }
}

/** What relative paths are relative to, and where `.env` is, whatever the current directory. */
export const projectFolder = resolve(import.meta.dirname, '..')

const maxSecondsOfSession = 400 * 24 * 60 * 60 // Browsers keep no cookie for longer (RFC 6265bis).

const schema = v.object({
  NODE_ENV: v.optional(
    v.picklist(['development', 'production', 'test'], says('use development, production or test')),
  ),
  HOST: v.optional(
    v.pipe(v.string(), v.check(isHost, says('use a host name or an IP address'))),
    '127.0.0.1',
  ),
  PORT: integer(44100, 1, 65535),
  PUBLIC_URL: v.optional(
    v.pipe(
      v.string(),
      v.check(isOrigin, says('use an address without a path, such as https://shop.example')),
      v.transform((url) => new URL(url).origin),
    ),
  ),
  TRUST_PROXY: integer(0, 0, 10, 'the number of reverse proxies in front of the server'),
  STOP_DELAY: v.optional(integer(0, 0, 600, 'seconds')),
  SESSION_STORAGE: v.optional(
    v.picklist(sessionStorages, says(`use ${sessionStorageNames}`)),
    'fs',
  ),
  SESSION_SECRET: v.optional(v.string()),
  SESSION_DIR: v.optional(
    unshown((path) => !isNoPath(path), 'the path of a directory, without file: or ~ before it'),
    './sessions',
  ),
  SESSION_MAX_AGE: integer(604_800, 1, maxSecondsOfSession, 'seconds'),
  SESSION_LIFETIME: integer(2_592_000, 1, maxSecondsOfSession, 'seconds'),
  DEVICE_BINDING: v.optional(v.picklist(['on', 'off'], says('use on or off'))),
  DEVICE_BINDING_MAX_AGE: integer(600, 2, 86_400, 'seconds'),
  DATABASE_URL: v.optional(
    unshown(
      isDatabaseUrl,
      'an address such as postgres://user:password@localhost:5432/bookstore, the path of a SQLite file without file:, ~ or the like before it, or :memory:',
    ),
    './db/bookstore.sqlite',
  ),
  DATABASE_POOL: integer(10, 1, 1000, 'connections to PostgreSQL'),
  REDIS_URL: v.optional(
    unshown(
      (url) => /^rediss?:\/\//i.test(url) && URL.canParse(url),
      'an address such as redis://localhost:6379 (or rediss:// for TLS)',
    ),
  ),
  REDIS_PREFIX: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^[\w.:{}-]{0,100}$/,
        says('use letters, digits and - _ . : { }, 100 at most, such as shop:'),
      ),
    ),
    '',
  ),
  REGISTRATION: v.optional(v.picklist(['direct', 'confirm'], says('use direct or confirm'))),
  MAIL_URL: v.optional(
    unshown(
      (url) => /^smtps?:$/.test(URL.parse(url)?.protocol ?? '') && URL.parse(url)!.hostname !== '',
      'an address such as smtps://user:password@mail.example (or smtp:// for STARTTLS)',
    ),
  ),
  MAIL_FROM: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^(?:[^<>"\r\n]{1,100} <[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/,
        says('use an address such as shop@mail.example, or Our Shop <shop@mail.example>'),
      ),
    ),
  ),
})

/**
 * Reads the configuration of this process. What `.env` in `folder` gives and `env` lacks is added to
 * `env`.
 *
 * @throws {ConfigError} Naming every problem at once
 */
export function loadConfig(folder = projectFolder, env: Environment = process.env): Config {
  const { values, problems } = readDotEnv(join(folder, '.env'), Object.keys(schema.entries))
  // Without what could not be understood, the rest would be judged wrongly.
  if (problems.length > 0) throw new ConfigError(problems)
  for (const [name, value] of Object.entries(values)) env[name] ||= value
  return readConfig(env)
}

/**
 * Reads the configuration from environment variables. An empty variable counts as one not set.
 * Outside production a missing `SESSION_SECRET` is replaced by `localSecret()`.
 *
 * @throws {ConfigError} Naming every problem at once
 */
export function readConfig(
  env: Environment,
  localSecret = () => readOrCreateLocalSecret(join(projectFolder, '.session-secret')),
): Config {
  const given = Object.fromEntries(
    Object.keys(schema.entries).map((name) => [name, env[name]?.trim() || undefined]),
  )
  const parsed = v.safeParse(schema, given)
  const problems = parsed.issues?.map((issue) => `${v.getDotPath(issue)} ${issue.message}`) ?? []

  // What depends on several variables is checked even where one of them is malformed, so that one
  // start tells everything.
  const values = parsed.output as v.InferOutput<typeof schema>
  const production = values.NODE_ENV === 'production'

  const wayIn = wayInForOthers(values)
  if (values.NODE_ENV === undefined && wayIn !== undefined) {
    problems.push(
      `NODE_ENV is missing: others can reach the shop by ${wayIn}, so say production, or else development, where everybody knows the passwords and may read every mail`,
    )
  }

  const secrets = readSecrets(values.SESSION_SECRET)
  problems.push(...secrets.problems)
  if (production && values.SESSION_SECRET === undefined) {
    problems.push(
      'SESSION_SECRET is missing: production needs 32 random characters or more, for example from: openssl rand -base64 32',
    )
  }
  if (production && values.PUBLIC_URL === undefined) {
    problems.push(
      'PUBLIC_URL is missing: production needs the address of the shop, such as https://shop.example',
    )
  }
  if (production && isUnprotected(values.PUBLIC_URL)) {
    problems.push(
      `PUBLIC_URL is "${withoutPassword(values.PUBLIC_URL!)}": use https, without which session cookies can be stolen on the way`,
    )
  }
  if (values.SESSION_STORAGE === 'redis' && values.REDIS_URL === undefined) {
    problems.push(
      'REDIS_URL is missing: SESSION_STORAGE=redis needs an address such as redis://localhost:6379',
    )
  }
  if (production && values.REGISTRATION === 'confirm' && values.MAIL_URL === undefined) {
    problems.push(
      'MAIL_URL is missing: REGISTRATION=confirm needs an SMTP server, or nobody can open an account',
    )
  }
  if (values.SESSION_MAX_AGE > values.SESSION_LIFETIME) {
    problems.push(
      `SESSION_MAX_AGE (${values.SESSION_MAX_AGE}) is longer than SESSION_LIFETIME (${values.SESSION_LIFETIME}): lower the one or raise the other`,
    )
  }
  const isHttps = values.PUBLIC_URL?.startsWith('https:') === true
  if (values.DEVICE_BINDING === 'on' && !isHttps) {
    problems.push(
      'DEVICE_BINDING is on: browsers bind a login to their device over https only, so PUBLIC_URL has to begin with https',
    )
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)

  const local = localOrigins(values.HOST, values.PORT)
  const publicOrigin = values.PUBLIC_URL ?? local[0]!
  return {
    production,
    host: values.HOST,
    port: values.PORT,
    publicOrigin,
    origins: production ? [publicOrigin] : [...new Set([publicOrigin, ...local])],
    sessionStorage: values.SESSION_STORAGE,
    sessionSecrets: secrets.list ?? [localSecret()],
    sessionDir: resolve(projectFolder, values.SESSION_DIR),
    sessionMaxAge: values.SESSION_MAX_AGE,
    sessionLifetime: values.SESSION_LIFETIME,
    deviceBindingMaxAge:
      isHttps && values.DEVICE_BINDING !== 'off' ? values.DEVICE_BINDING_MAX_AGE : undefined,
    databaseUrl: resolveDatabase(values.DATABASE_URL),
    databasePool: values.DATABASE_POOL,
    redisUrl: values.REDIS_URL,
    redisPrefix: values.REDIS_PREFIX,
    registration: values.REGISTRATION ?? (production && values.MAIL_URL ? 'confirm' : 'direct'),
    mailUrl: values.MAIL_URL,
    mailFrom: values.MAIL_FROM ?? `${shop.name} <no-reply@${new URL(publicOrigin).hostname}>`,
    trustProxy: values.TRUST_PROXY,
    stopDelay: values.STOP_DELAY ?? (production ? 5 : 0),
  }
}

function resolveDatabase(url: string): string {
  return url === ':memory:' || isPostgresUrl(url) ? url : resolve(projectFolder, url)
}

/** The message for a value that may be shown: what it is and what to do. */
function says(wayOut: string): (issue: v.BaseIssue<unknown>) => string {
  return (issue) => `is "${withoutPassword(String(issue.input))}": ${wayOut}`
}

/** For a value that is not shown where it is wrong, as it may hold a password. */
function unshown(isRight: (value: string) => boolean, wayOut: string) {
  return v.pipe(
    v.string(),
    v.check(isRight, () => `must be ${wayOut}`),
  )
}

function integer(fallback: number, min: number, max: number, unit = '') {
  const wayOut = says(`use a whole number from ${min} to ${max}${unit && ` (${unit})`}`)
  return v.optional(
    v.pipe(
      v.string(),
      // Written out, because Number() also takes 1e3, 0x10 and blanks.
      v.regex(/^\d{1,9}$/, wayOut),
      v.transform(Number),
      v.minValue(min, wayOut),
      v.maxValue(max, wayOut),
    ),
    String(fallback),
  )
}
