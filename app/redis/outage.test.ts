import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { skipWithoutRedis, startRedisServer } from 'remix/session/testing/redis-server'
import { insertTestBook } from '../../db/testing.ts'
import { openTestShop, reader } from '../testing/shop.ts'
import type { TestBrowser } from '../testing/browser.ts'

const CUSTOMERS = 12
// Redis is back only after the answers: whoever waits for that waits until here.
const timeout = 60_000

describe('an outage of Redis', { skip: skipWithoutRedis, timeout }, () => {
  it('is a 503 page while it lasts that leaves the cookie alone, and /healthz tells', async (t) => {
    const { server, shop } = await openShop(t)
    const browser = shop.browser()
    await browser.login(reader)
    await browser.get('/')
    const { cookieHeader } = browser

    const visits = ['/', '/cart', '/account', '/healthz', '/']
    const visitAll = async (): Promise<void> => {
      for (const path of visits) {
        const answer = await browser.get(path)
        assert.equal(answer.status, 503, path)
        assert.deepEqual(answer.setCookies, [])
      }
      // Without a cookie there is no session to read: it is the check that fails.
      assert.equal((await shop.browser().get('/healthz')).status, 503)
      const form = await browser.post('/cart/items', { bookId: 1 })
      assert.equal(form.status, 503)
      assert.equal(browser.cookieHeader, cookieHeader)
      assert.equal((await shop.browser().post('/login', { ...reader })).status, 503)
    }

    server.suspend()
    await visitAll()
    server.resume()
    await untilHealthy(browser)
    assert.equal((await browser.get('/')).signedIn, true, 'a hanging Redis loses nothing')

    await server.kill()
    await visitAll()
    await server.start()
    await untilHealthy(browser)
    assert.equal((await browser.get('/')).signedIn, true, 'it has its log of commands')
    assert.deepEqual(
      shop.log.filter(({ event }) => event.startsWith('redis')).map(({ event }) => event),
      ['redis away', 'redis back', 'redis away', 'redis back'],
    )
  })

  it('under load loses nothing that was confirmed, and mixes up nobody', async (t) => {
    const { server, shop } = await openShop(t)
    const closing = new AbortController()
    let confirmed = 0
    let refused = 0

    async function shopOnAndOn(name: string): Promise<void> {
      const book = await insertTestBook(shop.db, { title: `The Book of ${name}`, stock: 99 })
      const browser = shop.browser()
      // What the cart may hold: what was confirmed last, and what was refused since.
      let possible = [0]
      for (let quantity = 1; !closing.signal.aborted; quantity = (quantity % 99) + 1) {
        const { status, setCookies } = await browser.post('/cart', {
          [`quantity-${book.id}`]: quantity,
        })
        if (status === 303) {
          confirmed++
          possible = [quantity]
        } else {
          assert.equal(status, 503)
          assert.deepEqual(setCookies, [])
          refused++
          // Without a cookie, what was saved belongs to nobody.
          if (browser.cookieHeader !== '') possible.push(quantity)
          await wait(5)
        }
        const { cart, text, status: shown } = await browser.get('/cart')
        if (shown === 503) continue
        const items = Number(/\d+/.exec(cart!)![0])
        assert.ok(possible.includes(items), `${items} in the cart instead of ${possible.join('/')}`)
        const others = text.replaceAll(new RegExp(`The Book of ${name}\\b`, 'g'), '')
        assert.equal(others.includes('The Book of'), false, 'the cart of somebody else')
      }
    }

    const customers = Array.from({ length: CUSTOMERS }, (_, i) => shopOnAndOn(`Customer${i}`))
    const outages = async (): Promise<void> => {
      for (let outage = 0; outage < 3; outage++) {
        await wait(500)
        await server.kill()
        await wait(300)
        const confirmedBefore = confirmed
        await server.start()
        await untilHealthy(shop.browser())
        await until(() => confirmed > confirmedBefore + CUSTOMERS)
      }
    }
    await Promise.all([...customers, outages().finally(() => closing.abort())])
    assert.ok(refused > 3, 'there was load during the outages')
    t.diagnostic(`${confirmed} changes were confirmed, ${refused} refused`)
  })
})

async function openShop(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'redis-'))
  // What was answered is in the log of commands, also if Redis is killed right after the answer.
  const server = await startRedisServer(['--appendonly', 'yes', '--dir', directory])
  const shop = await openTestShop({ storage: 'redis', redisUrl: server.url, redisPatienceMs: 1000 })
  t.after(async () => {
    await server.kill()
    rmSync(directory, { recursive: true })
  })
  return { server, shop }
}

function untilHealthy(browser: TestBrowser): Promise<void> {
  return until(async () => (await browser.get('/healthz')).status === 200)
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await condition())) {
    assert.ok(Date.now() < end, 'it does not recover')
    await wait(20)
  }
}
