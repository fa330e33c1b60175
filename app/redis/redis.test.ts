import assert from 'node:assert/strict'
import dns from 'node:dns'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import {
  findFreePort,
  skipWithoutRedis,
  startRedisServer,
} from 'remix/session/testing/redis-server'
import type { LogEntry } from '../log/log.ts'
import { connectRedis } from './redis.ts'

// Redis is back only after the answers: whoever waits for that waits until here.
const timeout = 60_000

describe('connecting to Redis', () => {
  it('fails in one line that names the address without the password', async () => {
    const port = await findFreePort()
    await assert.rejects(
      connect(`redis://shop:my-password@127.0.0.1:${port}/1`),
      (error: Error) => {
        assert.equal(error.name, 'SessionStoreError')
        assert.match(
          error.message,
          new RegExp(
            `^Cannot use Redis at redis://127.0.0.1:${port}/1 \\(REDIS_URL\\): .*ECONNREFUSED.*$`,
          ),
        )
        return true
      },
    )
  })

  it('names the reason also where a host has several addresses', async (t) => {
    const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }))
    t.mock.method(dns, 'lookup', (_host: string, _options: object, done: Function) =>
      done(null, addresses),
    )
    const port = await findFreePort()
    await assert.rejects(connect(`redis://localhost:${port}`), /ECONNREFUSED.*ECONNREFUSED/)
  })

  it('is refused for an address that has no number for a database', async () => {
    await assert.rejects(connect('redis://:my-password@127.0.0.1/zero'), (error: Error) => {
      assert.match(error.message, /^Cannot use Redis at redis:\/\/127.0.0.1\/zero \(REDIS_URL\): /)
      return true
    })
  })

  it('stops the shop before it takes a request, with exit code 1', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'bookstore-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const { status, stderr } = spawnSync(process.execPath, ['app/server.ts'], {
      encoding: 'utf8',
      env: {
        ...process.env,
        PORT: `${await findFreePort()}`,
        DATABASE_URL: join(directory, 'bookstore.sqlite'),
        SESSION_STORAGE: 'redis',
        REDIS_URL: `redis://:my-password@127.0.0.1:${await findFreePort()}`,
      },
    })
    assert.equal(status, 1)
    assert.match(stderr, /^Cannot use Redis at redis:\/\/127.0.0.1:\d+ \(REDIS_URL\): .*\n$/)
  })
})

describe('a connection to Redis', { skip: skipWithoutRedis, timeout }, () => {
  it('logs in with the user and the password of the address', async (t) => {
    const acl = '--user shop on >my-p@ss ~session:* +@all --user default off'.split(' ')
    const server = await startServer(t, acl)
    const redis = await connect(
      `redis://shop:${encodeURIComponent('my-p@ss')}@127.0.0.1:${server.port}`,
    )
    await redis.check()
    await redis.close()
    await assert.rejects(connect(`redis://shop:wrong@127.0.0.1:${server.port}`), (error: Error) => {
      assert.match(error.message, /WRONGPASS/)
      assert.doesNotMatch(error.message, /shop:|wrong@/)
      return true
    })
    await assert.rejects(connect(server.url), /NOAUTH/)
  })

  it('is encrypted with rediss, and the certificate is checked', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'redis-tls-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')]
    const request =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 ' +
      '-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1'
    const openssl = spawnSync('openssl', [
      ...request.split(' '),
      '-keyout',
      key,
      '-out',
      certificate,
    ])
    if (openssl.status !== 0 && process.env.REQUIRE_REDIS !== '1') {
      return t.skip('openssl is not installed, which makes the certificate')
    }
    assert.equal(openssl.status, 0, 'openssl is not installed')
    const port = await findFreePort()
    const tls = `--tls-port ${port} --tls-auth-clients no`.split(' ')
    await startServer(t, [...tls, '--tls-cert-file', certificate, '--tls-key-file', key])
    const url = `rediss://127.0.0.1:${port}`
    await assert.rejects(connect(url), /self-signed certificate/)

    const module = new URL('redis.ts', import.meta.url).href
    const script = `
      const { connectRedis } = await import(${JSON.stringify(module)})
      const redis = await connectRedis(${JSON.stringify(url)}, console.log)
      console.log(await redis.client.set('key', 'value'))
      await redis.close()`
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate } },
    )
    assert.equal(stdout, 'OK\n')
  })

  it('fails at once while Redis is away, and works again when it is back', async (t) => {
    const server = await startServer(t)
    const log: LogEntry[] = []
    const redis = await connect(server.url, log)
    t.after(() => redis.close())
    for (let outage = 1; outage <= 2; outage++) {
      await server.kill()
      await until(async () => (await outcomeOf(redis.check())) === 'SessionStoreError')
      // All of them before Redis is back: none waits for that.
      const commands = Array.from({ length: 5000 }, () => outcomeOf(redis.client.get('key')))
      assert.deepEqual(new Set(await Promise.all(commands)), new Set(['Error']))
      await wait(700) // a few attempts to reconnect
      await server.start()
      await until(async () => (await outcomeOf(redis.check())) === 'answered')
      assert.deepEqual(
        log.map(({ event }) => event),
        Array.from({ length: outage }, () => ['redis away', 'redis back']).flat(),
      )
    }
  })

  it('fails while Redis hangs, without waiting for its end, and works again afterwards', async (t) => {
    const server = await startServer(t)
    const log: LogEntry[] = []
    const redis = await connect(server.url, log)
    t.after(() => redis.close())
    server.suspend()
    const end = performance.now() + 3000
    const outcomes = []
    // Under load: each write makes the connection look alive.
    while (performance.now() < end) {
      outcomes.push(outcomeOf(redis.client.get('key')))
      await wait(5)
    }
    assert.deepEqual(new Set(await Promise.all(outcomes)), new Set(['Error']))
    server.resume()
    await until(async () => (await outcomeOf(redis.check())) === 'answered')
    assert.equal(log.at(-1)!.event, 'redis back')
  })

  it('closes also while Redis is away or hangs, and lets the process end', async (t) => {
    const server = await startServer(t)
    const redis = await connect(server.url)
    const hanging = await connect(server.url)
    server.suspend()
    const answer = outcomeOf(hanging.client.get('key'))
    await hanging.close()
    assert.equal(await answer, 'Error')
    server.resume()
    await server.kill()
    await until(async () => (await outcomeOf(redis.check())) !== 'answered')
    await redis.close()
    await redis.close()
  })

  it('lets commands under way finish when it is closed', async (t) => {
    const server = await startServer(t)
    const redis = await connect(server.url)
    const answer = redis.client.set('key', 'value')
    await redis.close()
    assert.equal(await answer, 'OK')
  })
})

async function startServer(t: TestContext, args?: string[]) {
  const server = await startRedisServer(args)
  t.after(() => server.kill())
  return server
}

function connect(url: string, log: LogEntry[] = []) {
  return connectRedis(url, (entry) => log.push(entry))
}

async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'answered'
  } catch (error) {
    return (error as Error).name
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await condition())) {
    assert.ok(Date.now() < end, 'it did not happen within ten seconds')
    await wait(20)
  }
}
