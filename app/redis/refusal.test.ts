import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createClient } from 'redis'
import { skipWithoutRedis, startRedisServer } from 'remix/session/testing/redis-server'
import type { RedisServer } from 'remix/session/testing/redis-server'
import { command, until } from 'remix/session/testing/redis-topologies'
import { openTestShop, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

describe('a Redis that takes nothing that is written', { skip: skipWithoutRedis }, () => {
  const refusals: Record<string, { args?: string[]; begin: string[][]; end: string[][] }> = {
    OOM: {
      begin: [['CONFIG', 'SET', 'maxmemory', '1']],
      end: [['CONFIG', 'SET', 'maxmemory', '0']],
    },
    READONLY: {
      begin: [['REPLICAOF', '127.0.0.1', '1']],
      end: [['REPLICAOF', 'NO', 'ONE']],
    },
    NOREPLICAS: {
      begin: [['CONFIG', 'SET', 'min-replicas-to-write', '1']],
      end: [['CONFIG', 'SET', 'min-replicas-to-write', '0']],
    },
    NOPERM: {
      begin: [['ACL', 'SETUSER', 'default', '-@write', '+@read']],
      end: [['ACL', 'SETUSER', 'default', '+@all']],
    },
  }

  for (const [code, { begin, end }] of Object.entries(refusals)) {
    it(`is told by /healthz and the log: ${code}`, async (t) => {
      const server = await startServer(t)
      const shop = await openShop(server.url)
      await assertRefusalIsTold(t, { server, shop, code, begin, end })
    })
  }

  it('is told by /healthz and the log: MISCONF', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'redis-'))
    const server = await startServer(t, ['--dir', directory])
    const shop = await openShop(server.url)
    rmSync(directory, { recursive: true }) // now no snapshot can be written
    const begin = [['CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'yes']]
    const end = [['CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no']]
    for (const each of [...end, ['CONFIG', 'SET', 'save', '3600 1'], ['BGSAVE']]) {
      await command(server, each)
    }
    await until(async () => String(await command(server, ['INFO'])).includes('bgsave_status:err'))
    await assertRefusalIsTold(t, { server, shop, code: 'MISCONF', begin, end })
  })

  for (const code of ['OOM', 'READONLY']) {
    it(`still gives the pages that only read: ${code}`, async (t) => {
      const { begin, end } = refusals[code]!
      const server = await startServer(t)
      const shop = await openShop(server.url)
      const browser = shop.browser()
      await browser.login(reader)
      await browser.get('/')
      await browser.post('/cart/items', { bookId: 1 })
      const { cookieHeader } = browser
      for (const each of begin) await command(server, each)
      shop.pass(30 * 60) // renewing it is due
      for (const path of ['/cart', '/', '/books', '/account', '/orders']) {
        const page = await browser.get(path)
        assert.equal(page.status, 200, path)
        assert.equal(page.signedIn, true, path)
        assert.equal(page.cart, 'Cart, 1 item', path)
        assert.deepEqual(page.setCookies, [], path)
      }
      assert.equal(browser.cookieHeader, cookieHeader)
      for (const each of end) await command(server, each)
      await untilHealthy(shop)
      assert.equal(
        (await browser.get('/cart')).notices.length,
        1,
        'nobody could note that it was read',
      )
      assert.equal((await browser.get('/cart')).notices.length, 0)
    })
  }

  it('still lets customers log out where it deletes', async (t) => {
    const server = await startServer(t)
    const shop = await openShop(server.url)
    const browser = shop.browser()
    await browser.login(reader)
    const copy = browser.copy()
    await command(server, ['CONFIG', 'SET', 'maxmemory', '1'])
    assert.equal((await browser.post('/logout')).status, 303)
    assert.equal(browser.sessionCookie, '')
    assert.equal((await copy.get('/')).signedIn, false)
    assert.deepEqual(await command(server, ['KEYS', 'session:*']), [])
  })

  it('is found out also where nobody asks for /healthz', async (t) => {
    const server = await startServer(t)
    const shop = await openShop(server.url)
    await command(server, ['CONFIG', 'SET', 'maxmemory', '1'])
    const browser = shop.browser()
    assert.equal((await browser.post('/cart/items', { bookId: 1 })).status, 503)
    await until(() => redisEvents(shop).length === 1)
    await command(server, ['CONFIG', 'SET', 'maxmemory', '0'])
    await until(() => redisEvents(shop).length === 2)
    assert.deepEqual(redisEvents(shop), ['redis away', 'redis back'])
    assert.equal((await browser.post('/cart/items', { bookId: 1 })).status, 303)
  })

  it('is found out also where nobody saves anything', async (t) => {
    const server = await startServer(t)
    const shop = await openShop(server.url)
    await untilHealthy(shop)
    await command(server, ['CONFIG', 'SET', 'maxmemory', '1'])
    await until(async () => (await shop.browser().get('/healthz')).status === 503)
    assert.deepEqual(redisEvents(shop), ['redis away'])
  })

  it('is not left where it takes writes again by the time that another connection has taken one', async (t) => {
    const server = await startServer(t)
    const name = await startName(t, server)
    const shop = await openShop(`redis://127.0.0.1:${name.port}`)
    await untilHealthy(shop)
    name.holdsNew()
    await command(server, ['CONFIG', 'SET', 'maxmemory', '1'])
    assert.equal((await shop.browser().post('/cart/items', { bookId: 1 })).status, 503)
    await until(() => name.connections() === 2) // it looks whether the name leads to another one
    await command(server, ['CONFIG', 'SET', 'maxmemory', '0'])
    await untilHealthy(shop)
    name.goesOn()
    await until(() => name.connections() === 1)
    // Else there is a moment without a connection.
    assert.equal((await shop.browser().post('/cart/items', { bookId: 1 })).status, 303)
    await wait(100)
    assert.equal(name.accepted(), 2)
  })

  it('does not stop the shop from opening', async (t) => {
    const server = await startServer(t)
    await command(server, ['CONFIG', 'SET', 'maxmemory', '1'])
    const shop = await openShop(server.url)
    assert.deepEqual(redisEvents(shop), ['redis away'])
    assert.equal((await shop.browser().get('/')).status, 200)
    await command(server, ['CONFIG', 'SET', 'maxmemory', '0'])
    await untilHealthy(shop)
    assert.deepEqual(redisEvents(shop), ['redis away', 'redis back'])
  })

  it('is left for the new master after a failover behind one name', async (t) => {
    const promptly = ['--repl-diskless-sync-delay', '0']
    const old = await startServer(t, promptly)
    const replica = await startServer(t, promptly)
    await command(replica, ['REPLICAOF', '127.0.0.1', `${old.port}`])
    const name = await startName(t, old)
    const shop = await openShop(`redis://127.0.0.1:${name.port}`)
    const browser = shop.browser()
    await browser.login(reader)
    await browser.get('/')
    for (let turn = 0; turn < 2; turn++) {
      const [from, to] = turn === 0 ? [old, replica] : [replica, old]
      await untilInStep(from)
      await command(to, ['REPLICAOF', 'NO', 'ONE'])
      await command(from, ['REPLICAOF', '127.0.0.1', `${to.port}`])
      const cart = await browser.post('/cart/items', { bookId: 1 })
      assert.equal(cart.status, 503)
      assert.equal((await shop.browser().get('/healthz')).status, 503)
      // The name leads to the old master for a while, as a cached address does: nothing is worse for it.
      for (const end = Date.now() + 1000; Date.now() < end; await wait(20)) {
        assert.equal((await browser.get('/')).signedIn, true)
      }
      name.leadsTo(to)
      await untilHealthy(shop)
      assert.equal((await browser.post('/cart/items', { bookId: 1 })).status, 303)
      assert.equal((await browser.get('/')).signedIn, true)
    }
    assert.deepEqual(redisEvents(shop), ['redis away', 'redis back', 'redis away', 'redis back'])
  })
})

it('a flood of requests for /healthz is one write a second and leaves nothing', async (t) => {
  if (skipWithoutRedis) return t.skip(skipWithoutRedis)
  const server = await startServer(t)
  const shop = await openShop(server.url)
  await command(server, ['CONFIG', 'RESETSTAT'])
  const start = performance.now()
  for (let i = 0; i < 20; i++) {
    const browsers = Array.from({ length: 50 }, () => shop.browser().get('/healthz'))
    for (const { status } of await Promise.all(browsers)) assert.equal(status, 200)
  }
  const seconds = (performance.now() - start) / 1000
  const statistics = String(await command(server, ['INFO', 'commandstats']))
  const writes = Number(/cmdstat_set:calls=(\d+)/.exec(statistics)?.[1])
  assert.ok(writes >= 1 && writes <= 1 + seconds, `${writes} writes in ${seconds} s`)
  assert.deepEqual(await command(server, ['KEYS', '*']), [])
})

interface Refusal {
  server: RedisServer
  shop: TestShop
  code: string
  begin: string[][]
  end: string[][]
}

async function assertRefusalIsTold(t: TestContext, refusal: Refusal): Promise<void> {
  const { server, shop, code, begin, end } = refusal
  // Before: a user without writes may not end that.
  const operator = await connect(server)
  t.after(() => operator.destroy())
  const browser = shop.browser()
  assert.equal((await browser.get('/healthz')).status, 200)
  for (const each of begin) await operator.sendCommand(each)
  assert.equal((await browser.post('/cart/items', { bookId: 1 })).status, 503)
  assert.equal((await browser.get('/healthz')).status, 503)
  await wait(700) // it is looked at again, and not told again
  assert.equal((await browser.get('/')).status, 200)
  const [entry, ...others] = shop.log.filter(({ event }) => event.startsWith('redis'))
  assert.equal(entry!.event, 'redis away')
  assert.match(String(entry!.reason), new RegExp(`\\b${code}\\b`))
  assert.deepEqual(others, [])
  for (const each of end) await operator.sendCommand(each)
  await untilHealthy(shop)
  assert.equal((await browser.post('/cart/items', { bookId: 1 })).status, 303)
  assert.deepEqual(redisEvents(shop), ['redis away', 'redis back'])
}

/** A name for Redis servers, as a DNS entry or a proxy is: what is connected stays where it is. */
async function startName(t: TestContext, first: RedisServer) {
  let { port } = first
  let accepted = 0
  let gate = Promise.withResolvers<void>()
  gate.resolve()
  const sockets = new Set<net.Socket>()
  const proxy = net.createServer(async (socket) => {
    accepted++
    const upstream = net.connect(port, '127.0.0.1')
    for (const each of [socket, upstream]) {
      sockets.add(each.on('error', () => {}).on('close', () => sockets.delete(each)))
    }
    await gate.promise
    socket.pipe(upstream).pipe(socket)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.after(() => {
    proxy.close()
    for (const socket of sockets) socket.destroy()
  })
  return {
    port: (proxy.address() as AddressInfo).port,
    leadsTo: (server: RedisServer) => void ({ port } = server),
    /** Those that are made from now on get no answer until it goes on. */
    holdsNew: () => void (gate = Promise.withResolvers()),
    goesOn: () => gate.resolve(),
    connections: () => sockets.size / 2,
    /** How many there ever were. */
    accepted: () => accepted,
  }
}

function openShop(redisUrl: string): Promise<TestShop> {
  return openTestShop({ storage: 'redis', redisUrl, redisPatienceMs: 10_000 })
}

async function startServer(t: TestContext, args?: string[]): Promise<RedisServer> {
  const server = await startRedisServer(args)
  t.after(() => server.kill())
  return server
}

async function connect({ url }: RedisServer) {
  return createClient({ url })
    .on('error', () => {})
    .connect()
}

/** Waits until a replica has all that its master has. */
async function untilInStep(master: RedisServer): Promise<void> {
  const client = await connect(master)
  await client.set('step', 'taken')
  await until(async () => (await client.wait(1, 100)) === 1)
  client.destroy()
}

function redisEvents(shop: TestShop): string[] {
  return shop.log.map(({ event }) => event).filter((event) => event.startsWith('redis'))
}

function untilHealthy(shop: TestShop): Promise<void> {
  return until(async () => (await shop.browser().get('/healthz')).status === 200)
}
