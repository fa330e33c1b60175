import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { skipWithoutRedis } from 'remix/session/testing/redis-server'
import { servedBy } from './balancer.ts'
import { Customer } from './customer.ts'
import { Load } from './load.ts'
import { SERVERS, SeveralServers } from './several-servers.ts'
import { reader } from './accounts.ts'

const CUSTOMERS = 8

describe('three servers with one Redis behind a round-robin', { skip: skipWithoutRedis }, () => {
  let shop: SeveralServers

  before(async () => {
    shop = await SeveralServers.start()
  })

  after(() => shop.stop())

  it('logs in on one, fills the cart on another, logs out on the third', async () => {
    const customer = new Customer(shop.url)
    const login = await customer.post('/login', { ...reader })
    const cart = await customer.post('/cart/items', { bookId: '1' })
    const signedIn = customer.cookie
    const logout = await customer.post('/logout')

    const ports = [login, cart, logout].map(({ headers }) => servedBy(headers))
    assert.equal(new Set(ports).size, SERVERS)
    assert.equal(cart.status, 303)
    assert.equal(customer.cookie, '')
    for (let i = 0; i < SERVERS; i++) {
      const replay = new Customer(shop.url, signedIn)
      const account = await replay.get('/account')
      assert.match(
        account.headers.get('Location')!,
        /^\/login/,
        'the old cookie is dead everywhere',
      )
    }
  })

  it('are restarted one after the other under load, without an error or a lost session', async (t) => {
    const load = await Load.start(shop.url, CUSTOMERS)
    try {
      await shop.restartInTurn()
    } finally {
      await load.stop()
    }
    assertOnlyStoresWereSlow(load.errors, shop)
    assert.equal(load.lostSessions, 0)
    assert.ok(load.requests > CUSTOMERS)
    t.diagnostic(`${load.requests} requests were answered during the restarts`)
  })

  it('one is told to stop, and first answers the requests that it is at', async () => {
    const [server, ...others] = shop.servers
    for (const other of others) shop.balancer.remove(other)
    // Two passwords are hashed at once: the others still wait when the first is answered.
    const answers = Array.from({ length: 5 }, () =>
      new Customer(shop.url).post('/login', { ...reader }),
    )
    await Promise.race(answers)
    await server!.end('SIGTERM')
    const statuses = (await Promise.all(answers)).map(({ status }) => status)
    assert.deepEqual(statuses, Array(5).fill(303))
    await server!.start()
    for (const other of others) shop.balancer.add(other)
  })

  it('one is killed in mid-request, and the others go on with its sessions', async () => {
    const customer = new Customer(shop.url)
    await customer.post('/cart/items', { bookId: '2' })

    // Hashing keeps a request busy long enough to be caught in the middle.
    const wrong = { email: 'nobody@example.com', password: 'in mid-request' }
    const sent = shop.balancer.nextTo('POST /login')
    const caught = customer.post('/login', wrong)
    const port = await sent
    const killed = shop.servers.find((server) => server.port === port)!
    await killed.end('SIGKILL')
    assert.equal((await caught).status, 502)

    for (let i = 0; i < SERVERS; i++) {
      const cart = await customer.get('/cart')
      assert.equal(cart.status, 200)
      assert.match(await cart.text(), /Cart, 1 item/)
    }
    await killed.start()
  })
})

// After a silence Redis counts as away, until there is another connection.
const slowStore = /^SessionStoreError: .*Redis|Another process holds the lock/

/** On a busy machine a store may be slower than a server waits for it: that is 503, and stands in the log. */
function assertOnlyStoresWereSlow(errors: string[], { servers }: SeveralServers): void {
  const reasons = servers.flatMap(({ refusals }) => refusals)
  const others = reasons.filter((reason) => !slowStore.test(reason))
  const refused = errors.filter((error) => error.startsWith('503 '))
  const failed = errors.filter((error) => !error.startsWith('503 '))
  assert.deepEqual([...others, ...failed], [])
  assert.ok(refused.length <= reasons.length, `${refused.length} for ${reasons.length} reasons`)
}
