import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createClient } from 'redis'
import { skipWithoutRedis, startRedisServer } from 'remix/session/testing/redis-server'
import { openTestShop, reader } from '../testing/shop.ts'

describe('a Redis user with the rights that README.md lists', { skip: skipWithoutRedis }, () => {
  for (const [which, redisPrefix] of [
    ['a database of its own', ''],
    ['keys of its own', 'shop:'],
  ] as const) {
    it(`is enough for the shop, on ${which}`, async (t) => {
      const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
      const [rights] = /^ACL SETUSER shop on >password .*$/m.exec(readme)!
      const server = await startRedisServer()
      const operator = createClient({ url: `${server.url}/3` })
      await operator.connect()
      t.after(async () => {
        operator.destroy()
        await server.kill()
      })
      await operator.sendCommand(rights.replaceAll('~', `~${redisPrefix}`).split(' '))

      const redisUrl = `redis://shop:password@127.0.0.1:${server.port}/3`
      const shop = await openTestShop({ storage: 'redis', redisUrl, redisPrefix })
      const browser = shop.browser()
      assert.equal((await browser.get('/healthz')).status, 200)
      await browser.submit('/cart/items', { bookId: 1, quantity: 2 })
      for (let i = 0; i < 6; i++) {
        await browser.post('/login', { email: 'nobody@example.com', password: 'wrong' })
      }
      await browser.submit('/reset-password', { email: reader.email })
      assert.equal((await browser.login(reader)).signedIn, true)
      assert.equal((await browser.get('/cart')).cart, 'Cart, 2 items')
      const newPassword = 'an evening on the balcony'
      const fields = { currentPassword: reader.password, newPassword }
      assert.equal((await browser.submit('/account/password', fields)).signedIn, true)
      const keys = await operator.keys('*')
      assert.ok(keys.some((key) => key.startsWith(`${redisPrefix}session:`)))
      assert.ok(keys.some((key) => key.startsWith(`${redisPrefix}throttle:`)))
      assert.equal((await browser.submit('/logout')).signedIn, false)

      assert.deepEqual(await operator.sendCommand(['ACL', 'LOG']), [], 'something was refused')
      assert.deepEqual(
        shop.log.filter(({ event, status }) => event.startsWith('redis') || status === 503),
        [],
      )
      await operator.select(0)
      assert.equal(await operator.dbSize(), 0)
    })
  }
})
