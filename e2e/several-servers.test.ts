import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  findFreePort,
  skipWithoutRedis,
  startRedisServer,
} from '../session/fault-tests/redis-server.ts'
import type { RedisServer } from '../session/fault-tests/redis-server.ts'
import { Balancer } from './balancer.ts'

const SERVERS = 3
const CUSTOMERS = 8

describe('three servers with one Redis behind a round-robin', { skip: skipWithoutRedis }, () => {
  let redis: RedisServer
  let balancer: Balancer
  let folder: string
  const servers: Shop[] = []

  before(async () => {
    redis = await startRedisServer()
    balancer = await Balancer.start()
    folder = await mkdtemp(path.join(tmpdir(), 'bookstores-'))
    for (let i = 0; i < SERVERS; i++) {
      const shop = new Shop(await findFreePort(), {
        PUBLIC_URL: balancer.url,
        SESSION_STORAGE: 'redis',
        REDIS_URL: redis.url,
        DATABASE_URL: path.join(folder, 'bookstore.sqlite'),
      })
      await shop.start()
      servers.push(shop)
      balancer.add(shop.port)
    }
  })

  after(async () => {
    await Promise.all(servers.map((shop) => shop.end('SIGKILL')))
    await balancer.stop()
    await redis.kill()
    await rm(folder, { recursive: true, force: true })
  })

  it('signs in on one, fills the cart on another, signs out on the third', async () => {
    const browser = new Browser(balancer.url)
    const login = await browser.post('/login', {
      email: 'reader@example.com',
      password: 'reader-demo-password',
    })
    const cart = await browser.post('/cart/items', { bookId: '1' })
    const signedIn = browser.cookie
    const logout = await browser.post('/logout')

    const servedBy = [login, cart, logout].map((answer) => answer.headers.get('x-served-by'))
    assert.equal(new Set(servedBy).size, SERVERS)
    assert.equal(cart.status, 303)
    assert.equal(browser.cookie, '')
    for (let i = 0; i < SERVERS; i++) {
      const replay = new Browser(balancer.url, signedIn)
      const account = await replay.get('/account')
      assert.match(
        account.headers.get('Location')!,
        /^\/login/,
        'the old cookie is dead everywhere',
      )
    }
  })

  it('are restarted one after the other under load, without an error or a lost session', async (t) => {
    const shopping = new AbortController()
    let answered = 0
    async function shopOnAndOn(): Promise<void> {
      const browser = new Browser(balancer.url)
      for (let quantity = 1; !shopping.signal.aborted; quantity = (quantity % 5) + 1) {
        const change = await browser.post('/cart/items/1', { quantity: String(quantity) })
        assert.equal(change.status, 303)
        const cart = await browser.get('/cart')
        assert.equal(cart.status, 200)
        assert.match(await cart.text(), new RegExp(`Cart, ${quantity} item`))
        answered += 2
      }
    }

    const customers = Array.from({ length: CUSTOMERS }, shopOnAndOn)
    await Promise.all([
      ...customers,
      restartInTurn(servers, balancer).finally(() => shopping.abort()),
    ])
    assert.ok(answered > CUSTOMERS)
    t.diagnostic(`${answered} requests were answered during the restarts`)
  })

  it('one is killed in mid-request, and the others go on with its sessions', async () => {
    const browser = new Browser(balancer.url)
    await browser.post('/cart/items', { bookId: '2' })

    // Hashing keeps a request busy long enough to be caught in the middle.
    const caught = servers.map((shop) =>
      fetch(`http://127.0.0.1:${shop.port}/login`, {
        method: 'POST',
        redirect: 'manual',
        headers: { Host: new URL(balancer.url).host, Cookie: browser.cookie },
        body: new URLSearchParams({ email: 'nobody@example.com', password: 'in mid-request' }),
      }).catch(() => null),
    )
    await servers[0]!.end('SIGKILL')
    await Promise.all(caught)

    for (let i = 0; i < SERVERS; i++) {
      const cart = await browser.get('/cart')
      assert.equal(cart.status, 200)
      assert.match(await cart.text(), /Cart, 1 item/)
    }
    await servers[0]!.start()
  })
})

async function restartInTurn(servers: Shop[], balancer: Balancer): Promise<void> {
  for (const shop of servers) {
    // As an operator does: out of the balancer first, then the signal.
    balancer.remove(shop.port)
    await shop.end('SIGTERM')
    await shop.start()
    balancer.add(shop.port)
    await wait(200)
  }
}

class Shop {
  readonly port: number
  readonly #settings: Record<string, string>
  #process: ChildProcess | undefined

  constructor(port: number, settings: Record<string, string>) {
    this.port = port
    this.#settings = settings
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, ['app/server.ts'], {
      cwd: path.join(import.meta.dirname, '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        PORT: String(this.port),
        SESSION_SECRET: 'three servers share one secret: 4711',
        ...this.#settings,
      },
    })
    this.#process = child
    const died = once(child, 'exit').then(() => Promise.reject(new Error('It did not start')))
    // It tells its address when it listens.
    await Promise.race([once(child.stdout, 'data'), died])
    died.catch(() => {}) // ended later, as it should
    child.stdout.resume()
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
}

class Browser {
  readonly #origin: string
  cookie: string

  constructor(origin: string, cookie = '') {
    this.#origin = origin
    this.cookie = cookie
  }

  get(path: string): Promise<Response> {
    return this.#send(path, {})
  }

  post(path: string, fields: Record<string, string> = {}): Promise<Response> {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(fields) })
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(this.cookie === '' ? {} : { Cookie: this.cookie })
    const response = await fetch(this.#origin + path, { ...init, headers, redirect: 'manual' })
    for (const header of response.headers.getSetCookie()) {
      this.cookie = header.includes('Max-Age=0') ? '' : header.split(';')[0]!
    }
    return response
  }
}
