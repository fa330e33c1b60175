import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { Client } from 'pg'
import { createSqlSessionStorage } from 'remix/session/sql-storage'
import type { SqlDatabase } from 'remix/session/sql-storage'
import { onPostgres } from 'remix/session/testing/postgres-server'

import { listBooks } from './book-lists.ts'
import { closeDatabase, openDatabase } from './connect.ts'
import type { Database } from './database.ts'
import type { PostgresEngine } from './postgres.ts'
import { rowsOf } from './testing.ts'
import { patient } from './testing-patience.ts'

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

/** Fills the tables, not by the shop's own connections, which would not wait so long. */
async function fill(url: string): Promise<void> {
  const filling = new Client(url)
  await filling.connect()
  // Its triggers change the same words again and again, which grows slow within one transaction.
  for (let from = 1; from <= BOOKS; from += 1000) {
    await filling.query(
      `insert into books (slug, title, author, genre, description, year, pages, price_cents, stock,
       title_key, author_key, search_title, search_author, search_genre, search_description, created_at)
     select 'book-' || n, 'Book ' || n, 'Author ' || n % 5000, 'Genre ' || n % 20, repeat('About a book. ', 40) || n, 1900,
       100, 1000, 5, 'book ' || n, 'author ' || n % 5000, 'book word' || n % 2000, 'author' || n % 5000,
       'genre' || n % 20, 'about word' || n % 3000, 0
     from generate_series(${from}, ${Math.min(from + 999, BOOKS)}) n`,
    )
  }
  await filling.query(
    `insert into sessions (id, record, version, login, purge_at)
     select ${idOf('n')}, repeat('x', 400), 1,
       case when n % 10 = 0 then 'login ' || n end, ${EPOCH} + n * 1000::bigint
     from generate_series(1, ${SESSIONS}) n`,
  )
  await filling.query('analyze')
  await filling.end()
}

const EPOCH = 1_700_000_000_000
const idOf = (number: string): string => `encode(sha256((${number})::text::bytea), 'hex')`

onPostgres('PostgreSQL with many books and sessions', (newUrl) => {
  let url: string
  let db: Database

  before(async () => {
    url = await newUrl()
    db = await openDatabase(url, patient)
    await fill(url)
  })

  after(() => closeDatabase(db))

  const storageAt = (now: number, engine: SqlDatabase = db.engine) =>
    createSqlSessionStorage(engine, { loginKey: 'loginId', purgeInterval: 0, now: () => now })

  test('finds books and sessions by an index', async (t) => {
    const storage = storageAt(EPOCH + 100_000)
    const search = await planOf(db, () => listBooks(db, { q: 'word77', pageSize: 20 }))
    assert.match(search, /Bitmap Index Scan on books_search/)
    const plans = {
      'a mistyped word': await planOf(db, () => listBooks(db, { q: 'qword77x', pageSize: 20 })),
      read: await planOf(db, () => storage.read('f'.repeat(64))),
      'the end of a login': await planOf(db, () => storage.endSessionsOf('nobody')),
      purge: await planOf(db, () => storage.purge()),
    }
    for (const [name, plan] of Object.entries(plans)) {
      assert.match(plan, /Index (Only )?Scan using (sessions|book_words)_\w+/, name)
    }
    for (const plan of [search, ...Object.values(plans)]) {
      assert.doesNotMatch(plan, /Seq Scan on (books|book_words|sessions)\b/)
    }
    t.diagnostic(search)
    t.diagnostic(Object.values(plans).join('\n'))
  })

  test('purges half of the sessions in small batches, while their rows are written', async (t) => {
    const half = SESSIONS / 2
    const batches: { rows: number; ms: number }[] = []
    // A statement holds its locks as long as it takes.
    const watched: SqlDatabase = {
      dialect: 'postgres',
      async query(text, values) {
        const begun = performance.now()
        const rows = await db.engine.query(text, values)
        batches.push({ rows: rows.length, ms: performance.now() - begun })
        return rows
      },
    }
    const waits: number[] = []
    const over = new AbortController()
    const writing = (async () => {
      while (!over.signal.aborted) {
        const begun = performance.now()
        const some = `1 + (random() * ${half - 1})::int`
        await db.engine.query(
          `update sessions set version = version + 1 where id = (select ${idOf(some)}) returning id`,
          [],
        )
        waits.push(performance.now() - begun)
      }
    })()
    const now = EPOCH + half * 1000
    const purged = await Promise.all([storageAt(now, watched).purge(), storageAt(now).purge()])
    over.abort()
    await writing

    const [{ count }] = (await rowsOf(db, 'select count(*) from sessions')) as [{ count: number }]
    assert.equal(Number(count), half)
    t.diagnostic(`${purged.join(' and ')} purged`)
    t.diagnostic(
      summary(
        'batches',
        batches.map(({ ms }) => ms),
      ),
    )
    t.diagnostic(summary('writes of the same rows', waits))
    assert.ok(batches.every(({ rows }) => rows <= 1000))
  })
})

function summary(what: string, times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const [half, most, all] = [0.5, 0.99, 1].map((part) =>
    sorted[Math.ceil(part * sorted.length) - 1]!.toFixed(1),
  )
  return `${times.length} ${what}: ${half} ms, 99 in 100 within ${most} ms, all within ${all} ms`
}
