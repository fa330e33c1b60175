import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { closeDatabase, openDatabase } from '../../db/connect.ts'
import type { Database } from '../../db/database.ts'
import { onEachDatabase, rowsOf } from '../../db/testing.ts'
import { patient } from '../../db/testing-patience.ts'
import { createLoginThrottle } from '../auth/login-throttle.ts'
import { databaseLimiter, purge } from './database-limiter.ts'
import type { CreateLimiter, Limit } from './limiter.ts'
import { describeSharedLimiter } from './testing-shared-limiter.ts'

onEachDatabase(({ newUrl }) => {
  describe('login counters in the database', () => {
    let servers: Database[]
    let limiters: CreateLimiter[]

    before(async () => {
      const url = await newUrl()
      servers = [await openDatabase(url, patient), await openDatabase(url, patient)]
      limiters = servers.map(databaseLimiter)
    })

    after(async () => {
      for (const db of servers) await closeDatabase(db)
    })

    describeSharedLimiter(
      () => limiters,
      () => rowsOf(servers[0]!, `update throttle set expire = ${Date.now() + 60_000}`),
    )

    it('keep no address of a person, and are removed when they have run out', async () => {
      const [db] = servers as [Database]
      const keys = (await rowsOf(db, 'select key from throttle')).map(({ key }) => String(key))
      assert.ok(keys.length > 20)
      for (const key of keys) assert.doesNotMatch(key, /@|joe/)
      await rowsOf(db, `insert into throttle values ('later', 1, ${Date.now() + 9e8})`)
      await purge(db, [], Date.now() + 8e8)
      assert.deepEqual(await rowsOf(db, 'select key from throttle'), [{ key: 'later' }])
    })

    it('keep nobody out for longer than they can where the clock was set back', async (t) => {
      const [db] = servers as [Database]
      const limitsSeen: Limit[] = []
      const createLimiter: CreateLimiter = (limit) => (limitsSeen.push(limit), limiters[0]!(limit))
      const joe = createLoginThrottle({ createLimiter })
      const guess = () => joe.attempt('joe@example.com', '10.9.0.1', async () => false)
      const [begun, year] = [Date.now(), 365 * 24 * 60 * 60_000]
      t.mock.timers.enable({ apis: ['Date'], now: begun + year })
      for (let i = 0; i < 6; i++) await guess()
      assert.equal((await guess()).allowed, false)
      t.mock.timers.setTime(begun)
      assert.equal((await guess()).allowed, false)
      await purge(db, limitsSeen)
      assert.equal((await guess()).allowed, true)
    })

    it('are removed a few at a time, and others have a turn in between', async (t) => {
      const [db] = servers as [Database]
      const rows = Array.from({ length: 2000 }, (_, i) => `('of ${i}', 1, 1)`)
      await rowsOf(db, `insert into throttle values ${rows.join()}`)
      const removed: number[] = []
      const turns: number[] = []
      const query = db.engine.query.bind(db.engine)
      t.mock.method(db.engine, 'query', async (...args: Parameters<typeof query>) => {
        const batch = removed.length
        assert.equal(turns.length, batch)
        setImmediate(() => turns.push(batch))
        const gone = await query(...args)
        removed.push(gone.length)
        return gone
      })
      await purge(db, [], 2)
      assert.deepEqual(removed, [500, 500, 500, 500, 0])
    })

    it('do not look at the password while the database is away', async (t) => {
      const [, db] = servers as [Database, Database]
      const throttle = createLoginThrottle({ createLimiter: limiters[1]! })
      const verify = t.mock.fn(async () => false)
      await closeDatabase(db)
      await assert.rejects(throttle.attempt('jim', '10.4.0.1', verify))
      servers.pop()
      assert.equal(verify.mock.callCount(), 0)
    })
  })
})
