import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'

import { Client } from 'pg'
import { onPostgres } from 'remix/session/testing/postgres-server'

import { updateBook } from './books.ts'
import { closeDatabase, openDatabase } from './connect.ts'
import { copyDatabase } from './copy-database.ts'
import { openPostgres } from './postgres.ts'
import type { PostgresLimits } from './postgres-connections.ts'
import { insertTestBook, rowsOf, testDatabase } from './testing.ts'
import { isDatabaseTrouble } from './trouble.ts'

const limit = { timeout: 240_000 }

onPostgres('PostgreSQL', (newUrl) => {
  /** A shop with a book, and somebody who looks at the server and may lock things. */
  async function setup(limits: PostgresLimits) {
    const url = await newUrl()
    // Without limits, as a slow machine may need a second for it.
    const first = await openPostgres(url)
    const { id } = await insertTestBook(first)
    await closeDatabase(first)
    const db = await openPostgres(url, { poolSize: 3, ...limits })
    after(() => closeDatabase(db))
    const other = new Client(url)
    await other.connect()
    after(() => other.end())
    async function count(condition: string): Promise<number> {
      const { rows } = await other.query(`select pg_stat_clear_snapshot(), count(*)::int as backends
        from pg_stat_activity where application_name = 'bookstore'
        and datname = current_database() and ${condition}`)
      return rows[0].backends
    }
    return {
      url,
      db,
      other,
      count,
      update: () => updateBook(db, id, { stock: 5 }),
      lockBooks: () => other.query('begin; update books set stock = stock'),
    }
  }

  test('what waits for a lock for too long ends on the server as well', limit, async () => {
    const { other, count, update, lockBooks } = await setup({ answerWithinMs: 2000 })
    await lockBooks()
    for (let round = 0; round < 3; round++) {
      const updates = [1, 2, 3].map(() => assert.rejects(update, isDatabaseTrouble))
      await Promise.all(updates)
      while ((await count(`wait_event_type = 'Lock'`)) > 0) await wait(5)
    }
    while ((await count('true')) > 3) await wait(5)
    await other.query('rollback')
    await update()
  })

  test('what takes too long by itself ends there as well', limit, async () => {
    const { db, count } = await setup({ answerWithinMs: 1000 })
    await assert.rejects(rowsOf(db, 'select pg_sleep(1000)'), isDatabaseTrouble)
    while ((await count(`wait_event = 'PgSleep'`)) > 0) await wait(5)
  })

  test('a transaction that is heard of no more lets go of its locks', limit, async () => {
    const { db, other } = await setup({ idleInTransactionMs: 1000 })
    const abandoned = db.transaction(async (tx) => {
      await rowsOf(tx, 'update books set stock = 3')
      await other.query('update books set stock = 4')
      await rowsOf(tx, 'select 1')
    })
    await assert.rejects(abandoned, isDatabaseTrouble)
    assert.deepEqual(await rowsOf(db, 'select stock from books'), [{ stock: 4 }])
  })

  test(
    'a start does not wait for another one for ever, and says for what it waited',
    limit,
    async () => {
      const { url, other } = await setup({})
      await other.query('begin; select pg_advisory_xact_lock(4410001)')
      await assert.rejects(openPostgres(url, { migrationLockMs: 50 }), {
        message:
          /^Cannot use the database [^\n]*another server has been bringing its tables up to date/,
      })
      await other.query('rollback')
      await closeDatabase(await openPostgres(url))
    },
  )

  test('nor for a table', limit, async () => {
    const { url, other } = await setup({})
    await other.query('begin; lock table __drizzle_migrations')
    await assert.rejects(openPostgres(url, { migrationLockMs: 50 }), /due to lock timeout/)
  })

  test('a copy may read for longer than a transaction may be idle', limit, async () => {
    const source = await testDatabase()
    await insertTestBook(source)
    const target = await openPostgres(await newUrl(), { idleInTransactionMs: 2000 })
    after(() => closeDatabase(target))
    await copyDatabase(source, target, ({ table }) => {
      if (table === 'books') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500)
    })
    assert.equal((await rowsOf(target, 'select id from books')).length, 1)
  })

  test('a server that lets nobody in is trouble that passes', limit, async () => {
    const [url, elsewhere] = [await newUrl(), await newUrl()]
    const name = new URL(url).pathname.slice(1)
    const role = `guest_of_${name}`
    const other = new Client(elsewhere)
    await other.connect()
    after(() => other.end())
    await other.query(`create role ${role} superuser login`)
    const db = await openDatabase(url.replace('shop@', `${role}@`))
    after(() => closeDatabase(db))
    const asks = [
      () => rowsOf(db, 'select 1'),
      () => db.transaction((tx) => rowsOf(tx, 'select 1')),
      () => db.engine.query('select 1', []),
      () => db.engine.writeForTest(),
    ]
    for (const [shut, open] of [
      [
        `alter database ${name} allow_connections false`,
        `alter database ${name} allow_connections true`,
      ],
      [
        `alter database ${name} rename to ${name}_old`,
        `alter database ${name}_old rename to ${name}`,
      ],
      [`alter role ${role} nologin`, `alter role ${role} login`],
    ] as const) {
      await other.query(
        `select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = '${role}'`,
      )
      await other.query(shut)
      for (const ask of asks) await assert.rejects(ask, isDatabaseTrouble, shut)
      await other.query(open)
      for (const ask of asks) await ask()
    }
  })

  test('a limit that cannot be set is trouble as well', limit, async () => {
    const { update } = await setup({ idleInTransactionMs: -1 })
    await assert.rejects(update, isDatabaseTrouble)
  })

  test(
    'what goes on to collide with others, or is ended by the server, passes',
    limit,
    async () => {
      const { db } = await setup({})
      let attempts = 0
      for (const code of ['40001', '40P01', '25P03', '55P03', '57014']) {
        const fail = `do $$ begin raise exception 'no' using errcode = '${code}'; end $$`
        await assert.rejects(rowsOf(db, fail), isDatabaseTrouble, code)
        await assert.rejects(db.engine.query(fail, []), (error: Error & { code?: string }) => {
          // Who can runs it again, as the storage of sessions does.
          if (code.startsWith('40')) assert.equal(error.code, code)
          return isDatabaseTrouble(error)
        })
        const failing = db.transaction((tx) => (attempts++, rowsOf(tx, fail)))
        await assert.rejects(failing, isDatabaseTrouble, code)
      }
      assert.equal(attempts, 2 * 5 + 3)
      await assert.rejects(rowsOf(db, 'select nothing'), (error) => !isDatabaseTrouble(error))
    },
  )

  test('the limits hold on every connection', limit, async () => {
    const db = await openDatabase(await newUrl())
    after(() => closeDatabase(db))
    const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']
    const limits = names.map((name) => `current_setting('${name}')`).join(` || ' ' || `)
    const ask = `select pg_backend_pid() as connection, ${limits} as limits`
    const found = (await Promise.all([1, 2, 3].map(() => rowsOf(db, ask)))).flat()
    assert.equal(new Set(found.map(({ connection }) => connection)).size, 3)
    for (const row of found) assert.equal(row.limits, '9s 8s 10s')
  })
})
