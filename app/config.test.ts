import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { ConfigError, loadConfig, projectFolder, readConfig, type Environment } from './config.ts'
import { readOrCreateLocalSecret } from './environment/local-secret.ts'
import { shop as words } from './ui/shop.ts'

const secret = randomBytes(32).toString('base64url')
const otherSecret = randomBytes(32).toString('base64url')
const production = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://shop.example',
  SESSION_SECRET: secret,
}

function read(env: Environment) {
  return readConfig(env, () => secret)
}

function problemsOf(env: Environment): readonly string[] {
  try {
    read(env)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  return []
}

describe('readConfig', () => {
  it('has a default for everything in development', () => {
    assert.deepEqual(read({}), {
      production: false,
      host: '127.0.0.1',
      port: 44100,
      publicOrigin: 'http://localhost:44100',
      origins: ['http://localhost:44100', 'http://127.0.0.1:44100'],
      sessionStorage: 'fs',
      sessionSecrets: [secret],
      sessionDir: join(projectFolder, 'sessions'),
      sessionMaxAge: 604_800,
      sessionLifetime: 2_592_000,
      deviceBindingMaxAge: undefined,
      databaseUrl: join(projectFolder, 'db/bookstore.sqlite'),
      databasePool: 10,
      redisUrl: undefined,
      redisPrefix: '',
      registration: 'direct',
      mailUrl: undefined,
      mailFrom: `${words.name} <no-reply@localhost>`,
      trustProxy: 0,
      stopDelay: 0,
    })
  })

  it('takes paths from the folder of the project, wherever it is started', () => {
    const env = { SESSION_DIR: '../kept/sessions', DATABASE_URL: '/var/shop.sqlite' }
    assert.equal(read(env).sessionDir, join(projectFolder, '../kept/sessions'))
    assert.equal(read(env).databaseUrl, '/var/shop.sqlite')
    assert.equal(read({ DATABASE_URL: ':memory:' }).databaseUrl, ':memory:')
    const postgres = 'postgres://shop:hunter2@db/shop'
    assert.equal(read({ DATABASE_URL: postgres }).databaseUrl, postgres)
  })

  it('takes no address for a path, where a new shop would be filled beside the old one', () => {
    for (const address of [
      '~/shop.sqlite',
      'file:/data/shop.sqlite',
      'file:./db/shop.sqlite',
      'file:///data/shop.sqlite',
      'sqlite:/data/shop.sqlite',
      'SQLite3:shop.sqlite',
      'mysql:hunter2',
      'postgresql+asyncpg://shop:hunter2@db/shop',
      'postgres:hunter2@db/shop',
    ]) {
      const [problem, ...others] = problemsOf({ DATABASE_URL: address })
      assert.match(problem ?? '', /^DATABASE_URL must be .*without file:, ~ /, address)
      assert.doesNotMatch(problem!, /hunter2/)
      assert.deepEqual(others, [])
    }
    for (const DATABASE_URL of [':memory', ':Memory:']) {
      assert.equal(problemsOf({ DATABASE_URL }).length, 1, DATABASE_URL)
    }
    for (const SESSION_DIR of ['file:/data/sessions', 'redis://:hunter2@redis', '~/sessions']) {
      assert.deepEqual(problemsOf({ SESSION_DIR }), [
        'SESSION_DIR must be the path of a directory, without file: or ~ before it',
      ])
    }
    for (const path of ['C:\\shop\\shop.sqlite', './shop:new.sqlite', 'shop.sqlite']) {
      assert.deepEqual(problemsOf({ DATABASE_URL: path, SESSION_DIR: path }), [], path)
    }
  })

  it('binds logins to devices over https alone, unless that is off', () => {
    const https = { NODE_ENV: 'development', PUBLIC_URL: 'https://shop.example' }
    assert.equal(read(https).deviceBindingMaxAge, 600)
    assert.equal(read({ ...https, DEVICE_BINDING_MAX_AGE: '300' }).deviceBindingMaxAge, 300)
    assert.equal(read({ ...https, DEVICE_BINDING: 'off' }).deviceBindingMaxAge, undefined)
    assert.equal(read({ DEVICE_BINDING_MAX_AGE: '300' }).deviceBindingMaxAge, undefined)
    assert.deepEqual(problemsOf({ DEVICE_BINDING: 'on' }), [
      'DEVICE_BINDING is on: browsers bind a login to their device over https only, so PUBLIC_URL has to begin with https',
    ])
    assert.deepEqual(problemsOf({ DEVICE_BINDING: 'yes', DEVICE_BINDING_MAX_AGE: '1' }), [
      'DEVICE_BINDING is "yes": use on or off',
      'DEVICE_BINDING_MAX_AGE is "1": use a whole number from 2 to 86400 (seconds)',
    ])
  })

  it('opens nothing of development to others unless it was asked for by name', () => {
    const ways = [
      { PUBLIC_URL: 'https://shop.example' },
      { PUBLIC_URL: 'https://localhost' },
      { PUBLIC_URL: 'http://192.168.1.5:8000' },
      { HOST: '0.0.0.0' },
      { HOST: '::' },
      { HOST: 'shop.internal' },
      // A proxy stands there for others, and may name this server as it does itself.
      { TRUST_PROXY: '1' },
    ]
    for (const env of ways) {
      const [name, value] = Object.entries(env)[0]!
      const [problem, ...others] = problemsOf(env)
      assert.ok(problem!.startsWith('NODE_ENV is missing: '), `${name}=${value}`)
      assert.ok(problem!.includes(`by ${name}=${value},`))
      assert.deepEqual(others, [])
      for (const NODE_ENV of ['development', 'test']) {
        assert.deepEqual(problemsOf({ ...env, NODE_ENV }), [])
      }
    }
    for (const env of [
      { HOST: 'localhost' },
      { HOST: '127.0.0.2' },
      { HOST: '::1', PUBLIC_URL: 'http://[::1]:44100' },
      { PUBLIC_URL: 'http://localhost:8080' },
    ]) {
      assert.deepEqual(problemsOf(env), [])
    }
  })

  it('leaves a balancer five seconds in production, unless told otherwise', () => {
    assert.equal(read(production).stopDelay, 5)
    assert.equal(read({ ...production, STOP_DELAY: '0' }).stopDelay, 0)
  })

  it('has accounts confirmed in production where mail can be sent, unless told otherwise', () => {
    const MAIL_URL = 'smtps://shop:hunter2@mail.example'
    for (const [env, registration] of [
      [{ ...production, MAIL_URL }, 'confirm'],
      [{ ...production, MAIL_URL, REGISTRATION: 'direct' }, 'direct'],
      [production, 'direct'],
      [{ MAIL_URL }, 'direct'],
      [{ REGISTRATION: 'confirm' }, 'confirm'],
    ] as const) {
      assert.equal(read(env).registration, registration)
    }
    assert.deepEqual(problemsOf({ ...production, REGISTRATION: 'confirm' }), [
      'MAIL_URL is missing: REGISTRATION=confirm needs an SMTP server, or nobody can open an account',
    ])
  })

  it('sends mail by SMTP alone, and from one address', () => {
    for (const MAIL_URL of [
      'smtp://localhost:25',
      'smtps://a:b%40c@mail.example?requireTLS=true',
    ]) {
      assert.equal(read({ MAIL_URL }).mailUrl, MAIL_URL)
    }
    for (const MAIL_URL of ['mail.example:25', 'https://mail.example', 'smtp://']) {
      assert.equal(problemsOf({ MAIL_URL }).length, 1, MAIL_URL)
    }
    for (const MAIL_FROM of ['shop@mail.example', 'Our Shop <shop@mail.example>']) {
      assert.equal(read({ MAIL_FROM }).mailFrom, MAIL_FROM)
    }
    for (const MAIL_FROM of ['shop', 'a@b.example, c@d.example', 'Shop <a@b.example> c', '<@>']) {
      assert.equal(problemsOf({ MAIL_FROM }).length, 1, MAIL_FROM)
    }
    assert.equal(read(production).mailFrom, `${words.name} <no-reply@shop.example>`)
  })

  it('takes an empty variable for one that is not set', () => {
    assert.deepEqual(read({ PORT: '', SESSION_SECRET: ' ', SESSION_STORAGE: '' }), read({}))
  })

  it('reports every problem at once, each with its variable, its value and a way out', () => {
    const env = {
      NODE_ENV: 'staging',
      PORT: '80a',
      PUBLIC_URL: 'shop.example',
      SESSION_STORAGE: 'disk',
      SESSION_SECRET: 'short',
      SESSION_MAX_AGE: '-1',
      DATABASE_URL: 'mongodb://shop:hunter2@db/shop',
      TRUST_PROXY: 'true',
      MAIL_URL: 'mail.example',
      MAIL_FROM: 'shop',
    }
    assert.deepEqual(problemsOf(env), [
      'NODE_ENV is "staging": use development, production or test',
      'PORT is "80a": use a whole number from 1 to 65535',
      'PUBLIC_URL is "shop.example": use an address without a path, such as https://shop.example',
      'TRUST_PROXY is "true": use a whole number from 0 to 10 (the number of reverse proxies in front of the server)',
      'SESSION_STORAGE is "disk": use cookie, fs, memory, redis or database',
      'SESSION_MAX_AGE is "-1": use a whole number from 1 to 34560000 (seconds)',
      'DATABASE_URL must be an address such as postgres://user:password@localhost:5432/bookstore, the path of a SQLite file without file:, ~ or the like before it, or :memory:',
      'MAIL_URL must be an address such as smtps://user:password@mail.example (or smtp:// for STARTTLS)',
      'MAIL_FROM is "shop": use an address such as shop@mail.example, or Our Shop <shop@mail.example>',
      'SESSION_SECRET has 5 characters: use 32 random ones or more, for example from: openssl rand -base64 32',
    ])
    assert.throws(() => read(env), /The configuration has 10 problems:\n {2}NODE_ENV is /)
  })

  it('never prints a secret or a password', () => {
    const env = {
      SESSION_SECRET: 'too-short-but-secret',
      DATABASE_URL: 'mysql://shop:hunter2@db/shop',
      REDIS_URL: 'http://:hunter2@redis',
      MAIL_URL: 'http://shop:hunter2@mail',
      PUBLIC_URL: 'http://shop:hunter2@shop.example',
      SESSION_STORAGE: 'redis://:hunter2@redis',
      REDIS_PREFIX: 'redis://:hunter2/@redis',
    }
    const problems = [env, { ...env, NODE_ENV: 'production' }].flatMap(problemsOf)
    const text = problems.join('\n')
    assert.match(text, /^NODE_ENV is missing: .* PUBLIC_URL=http:\/\/…@shop\.example,/m)
    assert.match(text, /^PUBLIC_URL is "http:\/\/…@shop\.example": use https,/m)
    assert.match(text, /SESSION_SECRET.*\n?/)
    assert.doesNotMatch(text, /too-short-but-secret|hunter2/)
  })

  it('takes a host name or an IP address to listen on', () => {
    for (const HOST of ['0.0.0.0', '::1', 'shop.internal']) {
      assert.deepEqual(problemsOf({ HOST, NODE_ENV: 'development' }), [], HOST)
    }
    for (const HOST of [
      'http://localhost',
      'a:b',
      'local host',
      '[::1]',
      '1.2.3.400',
      'fe80::1%eth0',
    ]) {
      assert.equal(problemsOf({ HOST, NODE_ENV: 'development' }).length, 1, HOST)
    }
  })

  it('takes only plain decimal numbers', () => {
    for (const PORT of ['1e3', '0x10', '+80', '80.5', '0', '65536', '99999999999']) {
      assert.equal(problemsOf({ PORT }).length, 1, PORT)
    }
    assert.equal(read({ PORT: '8080' }).port, 8080)
  })

  it('takes several secrets, the newest first', () => {
    const config = read({ SESSION_SECRET: `${secret}, ${otherSecret}` })
    assert.deepEqual(config.sessionSecrets, [secret, otherSecret])
  })

  it('refuses short, repeated, empty and placeholder secrets by their position', () => {
    const list = [
      secret,
      secret,
      '',
      'please-change-me-please-change-me-please',
      'REPLACE-WITH-A-SECRET-OF-32-CHARACTERS',
      'your-secret-of-thirty-two-characters',
      'placeholder-1234567890-abcdefghijkl',
      'abcabcabcabcabcabcabcabcabcabcabcabc',
    ]
    const problems = problemsOf({ SESSION_SECRET: list.join(',') })
    assert.deepEqual(
      problems.map((problem) => /number (\d)/.exec(problem)?.[1]),
      ['2', '3', '4', '5', '6', '7', '8'],
    )
  })

  it('demands a secret and a public address in production, and makes none up', () => {
    let made = 0
    assert.throws(
      () => readConfig({ NODE_ENV: 'production' }, () => `${(made += 1)}`),
      (error: ConfigError) =>
        /SESSION_SECRET is missing/.test(error.message) &&
        /PUBLIC_URL is missing/.test(error.message),
    )
    assert.equal(made, 0)
  })

  it('answers in production under the public address alone', () => {
    const config = read({ ...production, PUBLIC_URL: 'https://shop.example:443/' })
    assert.equal(config.publicOrigin, 'https://shop.example')
    assert.deepEqual(config.origins, ['https://shop.example'])
  })

  it('answers in development under the local addresses too', () => {
    const config = read({
      NODE_ENV: 'development',
      PUBLIC_URL: 'http://192.168.1.5:8000',
      HOST: '::',
      PORT: '8000',
    })
    assert.equal(config.publicOrigin, 'http://192.168.1.5:8000')
    assert.deepEqual(config.origins, [
      'http://192.168.1.5:8000',
      'http://localhost:8000',
      'http://127.0.0.1:8000',
      'http://[::]:8000',
    ])
  })

  it('demands https in production, except on the machine itself', () => {
    assert.match(problemsOf({ ...production, PUBLIC_URL: 'http://shop.example' })[0]!, /use https/)
    for (const host of ['localhost:44100', '127.0.0.1', '[::1]:8080']) {
      assert.deepEqual(problemsOf({ ...production, PUBLIC_URL: `http://${host}` }), [])
    }
  })

  it('refuses a public address that is more than an origin', () => {
    for (const PUBLIC_URL of [
      'https://shop.example/shop',
      'https://shop.example/?a',
      'https://shop.example/#a',
      'https://me@shop.example',
      'ftp://shop.example',
    ]) {
      assert.equal(problemsOf({ PUBLIC_URL, NODE_ENV: 'development' }).length, 1, PUBLIC_URL)
    }
  })

  it('takes a prefix for keys in Redis, without what has a meaning in patterns', () => {
    assert.equal(read({}).redisPrefix, '')
    for (const prefix of ['shop:', '{shop-a}:', 'shop_a.b:']) {
      assert.equal(read({ REDIS_PREFIX: prefix }).redisPrefix, prefix)
    }
    for (const prefix of ['shop *', 'a?', '[a]', 'ä', 'x'.repeat(101)]) {
      assert.match(problemsOf({ REDIS_PREFIX: prefix })[0]!, /REDIS_PREFIX is "/, prefix)
    }
  })

  it('demands REDIS_URL for redis sessions, and only for them', () => {
    assert.match(problemsOf({ SESSION_STORAGE: 'redis' })[0]!, /REDIS_URL is missing/)
    for (const SESSION_STORAGE of ['cookie', 'fs', 'memory']) {
      assert.deepEqual(problemsOf({ SESSION_STORAGE }), [], SESSION_STORAGE)
    }
    const env = { SESSION_STORAGE: 'redis', REDIS_URL: 'rediss://user:secret@redis.example:6380/1' }
    assert.equal(read(env).redisUrl, env.REDIS_URL)
    // Without its two strokes it names no server, and the client would ask that of this machine.
    for (const REDIS_URL of ['redis:redis.example', 'redis:3', 'redis:/redis.example']) {
      assert.equal(problemsOf({ REDIS_URL }).length, 1, REDIS_URL)
    }
  })

  it('refuses an idle limit longer than the absolute one', () => {
    const env = { SESSION_MAX_AGE: '3600', SESSION_LIFETIME: '1800' }
    assert.match(problemsOf(env)[0]!, /SESSION_MAX_AGE \(3600\) is longer than SESSION_LIFETIME/)
  })
})

describe('loadConfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  after(() => rmSync(folder, { recursive: true }))

  it('adds what .env gives to what is set, where that is empty as well', () => {
    writeFileSync(join(folder, '.env'), `PORT=1\nSESSION_SECRET="${secret}"\nSTOP_DELAY=1\n`)
    const env: Environment = { PORT: '2', STOP_DELAY: '', DATABASE_URL: ':memory:' }
    const config = loadConfig(folder, env)
    assert.equal(config.port, 2)
    assert.equal(config.stopDelay, 1)
    assert.deepEqual(config.sessionSecrets, [secret])
    assert.equal(env.SESSION_SECRET, secret)
  })

  it('takes nothing from a .env that has a problem', () => {
    const env: Environment = {}
    writeFileSync(join(folder, '.env'), 'NODE_EVN=production\n')
    assert.throws(() => loadConfig(folder, env), /gives NODE_EVN: did you mean NODE_ENV\?/)
    writeFileSync(join(folder, '.env'), 'NODE_ENV=production\nPORT: 80\n')
    assert.throws(() => loadConfig(folder, env), /\.env, line 2, is not NAME=value/)
    assert.deepEqual(env, {})
  })
})

describe('.env.example', () => {
  const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')

  it('is a valid development configuration when it is copied as it is', () => {
    const set = example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    assert.deepEqual(set, [])
  })

  it('shows the default of every variable', () => {
    const shown = Object.fromEntries(
      [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    )
    assert.deepEqual(read(shown), read({}))
    assert.deepEqual(Object.keys(shown).sort(), [
      'DATABASE_POOL',
      'DATABASE_URL',
      'DEVICE_BINDING',
      'DEVICE_BINDING_MAX_AGE',
      'HOST',
      'MAIL_FROM',
      'MAIL_URL',
      'NODE_ENV',
      'PORT',
      'PUBLIC_URL',
      'REDIS_PREFIX',
      'REDIS_URL',
      'REGISTRATION',
      'SESSION_DIR',
      'SESSION_LIFETIME',
      'SESSION_MAX_AGE',
      'SESSION_SECRET',
      'SESSION_STORAGE',
      'STOP_DELAY',
      'TRUST_PROXY',
    ])
  })
})

describe('readOrCreateLocalSecret', () => {
  const directory = mkdtempSync(join(tmpdir(), 'local-secret-'))
  after(() => rmSync(directory, { recursive: true }))

  it('makes a secret once, readable by its owner alone', () => {
    const file = join(directory, 'secret')
    const first = readOrCreateLocalSecret(file)
    assert.match(first, /^[\w-]{43}$/)
    assert.equal(readOrCreateLocalSecret(file), first)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.equal(existsSync(`${file}.${process.pid}`), false)
  })
})
