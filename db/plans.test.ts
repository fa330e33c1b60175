import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Client } from 'pg'
import { createSqlSessionStorage } from 'remix/session/sql-storage'
import { onPostgres } from 'remix/session/testing/postgres-server'

import { listBooks } from './book-lists.ts'
import type { Database } from './database.ts'
import type { PostgresEngine } from './postgres.ts'
import { testDatabase } from './testing.ts'

// `BOOKS=100000 SESSIONS=1000000` for the size of a large shop.
const BOOKS = Number(process.env.BOOKS ?? 8000)
const SESSIONS = Number(process.env.SESSIONS ?? 20_000)

/** How PostgreSQL, left to its own choice, answers what is asked. */
async function planOf({ engine }: Database, ask: () => Promise<unknown>): Promise<string> {
  const { pool } = engine as PostgresEngine
  const asked: { text: string; values: unknown[] }[] = []
  const query = pool.query.bind(pool)
  pool.query = ((statement: { text: string; values: unknown[] }) => {
    asked.push(statement)
    return query(statement)
  }) as typeof pool.query
  await ask()
  pool.query = query
  const plans: string[] = []
  for (const { text, values } of asked) {
    const { rows } = await pool.query({
      text: `explain (analyze, buffers) ${text}`,
      values,
      rowMode: 'array',
    })
    plans.push(...rows.flat())
  }
  return plans.join('\n')
}

onPostgres('PostgreSQL with many books and sessions', (newUrl) => {
  test('finds books and sessions by an index', async (t) => {
    const url = await newUrl()
    const db = await testDatabase(url)
    // Not by the shop's own connections, which would not wait so long.
    const filling = new Client(url)
    await filling.connect()
    await filling.query(
      `insert into books (slug, title, author, genre, description, year, pages, price_cents, stock,
         title_key, author_key, search_title, search_author, search_genre, search_description, created_at)
       select 'book-' || n, 'Book ' || n, 'Author ' || n % 5000, 'Genre ' || n % 20, repeat('About a book. ', 40) || n, 1900,
         100, 1000, 5, 'book ' || n, 'author ' || n % 5000, 'book word' || n % 2000, 'author' || n % 5000,
         'genre' || n % 20, 'about word' || n % 3000, 0
       from generate_series(1, ${BOOKS}) n`,
    )
    await filling.query(
      `insert into sessions (id, record, version, login, purge_at)
       select encode(sha256(n::text::bytea), 'hex'), repeat('x', 400), 1,
         case when n % 10 = 0 then 'login ' || n end, 1700000000000 + n * 1000::bigint
       from generate_series(1, ${SESSIONS}) n`,
    )
    await filling.query('analyze')
    await filling.end()

    const now = 1_700_000_100_000
    const options = { loginKey: 'loginId', purgeInterval: 0, now: () => now }
    const storage = createSqlSessionStorage(db.engine, options)
    const search = await planOf(db, () => listBooks(db, { q: 'word77', pageSize: 20 }))
    assert.match(search, /Bitmap Index Scan on books_search/)
    const plans = {
      read: await planOf(db, () => storage.read('f'.repeat(64))),
      'the end of a login': await planOf(db, () => storage.endSessionsOf('nobody')),
      purge: await planOf(db, () => storage.purge()),
    }
    for (const [name, plan] of Object.entries(plans)) {
      assert.match(plan, /Index Scan using sessions_\w+/, name)
    }
    for (const plan of [search, ...Object.values(plans)]) {
      assert.doesNotMatch(plan, /Seq Scan on (books|sessions)\b/)
    }
    t.diagnostic(search)
    t.diagnostic(Object.values(plans).join('\n'))
  })
})
