import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { onOwnPostgres } from 'remix/session/testing/postgres-server'
import { createPasswordHasher } from '../app/auth/passwords.ts'
import { closeDatabase, openDatabase } from '../db/connect.ts'
import type { Database } from '../db/database.ts'
import { insertTestBook, rowsOf } from '../db/testing.ts'
import { insertUser } from '../db/users.ts'
import { Buyer } from './buyer.ts'
import { SERVERS, SeveralServers } from './several-servers.ts'
import type { ShopProcess } from './shop-process.ts'

// `CHECKOUTS=1000` for a long look.
const CHECKOUTS = Number(process.env.CHECKOUTS ?? 60)
const BUYERS = 50
const AT_ONCE = 8
const password = 'a password of many buyers'

/** A server that is started while PostgreSQL is away says so and ends, and is started again. */
async function startAsSupervisor(server: ShopProcess): Promise<void> {
  for (let attemptsLeft = 20; ; attemptsLeft--) {
    try {
      return await server.start()
    } catch (error) {
      if (attemptsLeft === 0) throw error
      await wait(200)
    }
  }
}

onOwnPostgres(
  'three servers that share a PostgreSQL and nothing else',
  (newUrl, postgres) => {
    let shop: SeveralServers
    let db: Database
    let buyers: Buyer[]

    before(async () => {
      const url = await newUrl()
      shop = await SeveralServers.startOnPostgres(url)
      db = await openDatabase(url)
      const passwordHash = await createPasswordHasher().hash(password)
      buyers = await Promise.all(
        Array.from({ length: BUYERS }, async (_, n) => {
          const email = `buyer${n}@example.com`
          await insertUser(db, { name: email, email, passwordHash, now: new Date() })
          return new Buyer(shop.url)
        }),
      )
      for (let from = 0; from < BUYERS; from += 2) {
        await Promise.all(
          [from, from + 1].map((n) => buyers[n]!.logIn(`buyer${n}@example.com`, password)),
        )
      }
    })

    after(async () => {
      await closeDatabase(db)
      await shop.stop()
    })

    async function countOf(what: string): Promise<number> {
      const [row] = await rowsOf(db, `select count(*) as count from ${what}`)
      return Number(row!.count)
    }

    async function stockOf(id: number): Promise<number> {
      return Number((await rowsOf(db, `select stock from books where id = ${id}`))[0]!.stock)
    }

    it('sell the last copy to one of 50 who order it at once, and tell the others', async () => {
      const { id } = await insertTestBook(db, { stock: 1 })
      const forms = await Promise.all(buyers.map((buyer) => buyer.fillForm(id)))
      const places = await Promise.all(buyers.map((buyer, n) => buyer.order(forms[n]!)))
      assert.equal(places.filter((place) => /^\/orders\/\d+$/.test(place)).length, 1)
      assert.equal(places.filter((place) => place === '/cart').length, BUYERS - 1)
      assert.equal(await countOf(`order_lines where book_id = ${id}`), 1)
      assert.equal(await stockOf(id), 0)
      const told = await buyers[places.indexOf('/cart')]!.customer.get('/cart')
      assert.match(await told.text(), /sold out|no longer|out of stock/i)
    })

    it('make one order of one form that all of them get', async () => {
      const { id } = await insertTestBook(db, { stock: 100 })
      const buyer = buyers[0]!
      const form = await buyer.fillForm(id)
      const places = await Promise.all(Array.from({ length: 4 * SERVERS }, () => buyer.order(form)))
      assert.equal(new Set(places).size, 1)
      assert.match(places[0]!, /^\/orders\/\d+$/)
      assert.equal(await stockOf(id), 99)
    })

    it('lose and double no order when they are killed and PostgreSQL is restarted', async (t) => {
      const { id } = await insertTestBook(db, { stock: 3 * CHECKOUTS })
      const confirmed: string[] = []
      let begun = 0
      let sold = 0
      const stopped = new AbortController()

      const killing = (async () => {
        for (let n = 0; !stopped.signal.aborted; n++) {
          const server = shop.servers[n % SERVERS]!
          await server.end('SIGKILL')
          await Promise.all([startAsSupervisor(server), wait(1000)])
        }
      })()
      const restarting = (async () => {
        for (const part of [1 / 3, 2 / 3]) {
          while (confirmed.length < CHECKOUTS * part && !stopped.signal.aborted) await wait(20)
          await postgres().stop()
          await wait(500)
          await postgres().start()
        }
      })()
      try {
        await Promise.all(
          buyers.slice(0, AT_ONCE).map(async (buyer) => {
            while (begun < CHECKOUTS) {
              const quantity = 1 + (begun++ % 2)
              confirmed.push(await buyer.order(await buyer.fillForm(id, quantity)))
              sold += quantity
            }
          }),
        )
        await restarting
      } finally {
        stopped.abort()
        await killing
      }

      assert.equal(confirmed.length, CHECKOUTS)
      for (const place of confirmed) assert.match(place, /^\/orders\/\d+$/)
      assert.equal(new Set(confirmed).size, CHECKOUTS)
      assert.equal(await countOf(`order_lines where book_id = ${id}`), CHECKOUTS)
      assert.equal(await stockOf(id), 3 * CHECKOUTS - sold)
      assert.equal(
        buyers.reduce((sum, { loggedOut }) => sum + loggedOut, 0),
        0,
      )
      const repeated = buyers.reduce((sum, buyer) => sum + buyer.repeated, 0)
      t.diagnostic(`${CHECKOUTS} orders; ${repeated} requests had to be sent again`)
    })
  },
  { durable: true },
)
