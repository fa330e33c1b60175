import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createClient } from 'redis'
import { skipWithoutRedis, startRedisServer } from 'remix/session/testing/redis-server'
import { openTestShop, reader } from '../testing/shop.ts'

it('two shops on one Redis database share nothing', { skip: skipWithoutRedis }, async (t) => {
  const server = await startRedisServer()
  t.after(() => server.kill())
  const open = (redisPrefix: string) =>
    openTestShop({ storage: 'redis', redisUrl: server.url, redisPrefix })
  const [one, other] = [await open('one:'), await open('other:')]

  const browser = one.browser()
  await browser.submit('/cart/items', { bookId: 1, quantity: 2 })
  const visitor = other.browser()
  visitor.receive(browser.cookieHeader)
  assert.equal((await visitor.get('/')).cart, 'Cart, 0 items')
  assert.equal((await browser.get('/')).cart, 'Cart, 2 items')

  for (let i = 0; i < 30; i++) {
    await one.browser({ address: `10.0.${i}.1` }).post('/login', { ...reader, password: 'wrong' })
  }
  const refused = await one.browser({ address: '10.1.0.1' }).post('/login', { ...reader })
  assert.equal(refused.status, 429)
  assert.equal((await other.browser().login(reader)).signedIn, true)

  const client = createClient({ url: server.url })
  await client.connect()
  const keys = await client.keys('*')
  await client.close()
  assert.ok(keys.length > 3)
  for (const key of keys) assert.match(key, /^(one|other):/)
})
