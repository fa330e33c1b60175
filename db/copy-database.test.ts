import assert from 'node:assert/strict'
import { test } from 'node:test'

import { count, getTableColumns, getTableName } from '#drizzle-orm'
import { getTableConfig, type SQLiteColumn, type SQLiteTable } from '#drizzle-orm/sqlite-core'
import { onPostgres } from 'remix/session/testing/postgres-server'

import { listBooks } from './book-lists.ts'
import { type CopyProgress, copyDatabase } from './copy-database.ts'
import type { Database } from './database.ts'
import { findOrder } from './orders.ts'
import * as schema from './tables.ts'
import { seedDatabase } from './seed.ts'
import { breakInserts, insertTestBook, insertTestUser, rowsOf, testDatabase } from './testing.ts'

const tables: SQLiteTable[] = Object.values(schema)

/** What a column holds in the row of a number, the same as in the row that it refers to. */
function valueFor(column: SQLiteColumn, row: number): unknown {
  for (const key of getTableConfig(column.table as SQLiteTable).foreignKeys) {
    const { columns, foreignColumns } = key.reference()
    const place = columns.indexOf(column)
    if (place !== -1) return valueFor(foreignColumns[place]!, row)
  }
  if (row === 2 && !column.notNull) return null
  if (column.enumValues) return column.enumValues[row % 2]
  if (column.dataType === 'number') return row
  if (column.dataType === 'boolean') return row % 2 === 0
  if (column.dataType === 'date') return new Date(Date.UTC(2026, 2, 14) + row)
  if (column.dataType === 'json') return { [row]: row, "it's": '{"é": "\0"}' }
  return `${column.name} ${row}: "it's" \\ é 書 🙂\n`
}

/** Three rows in every table, of which the second has nothing where nothing may be. */
async function fillTables(db: Database): Promise<void> {
  await rowsOf(db, 'pragma foreign_keys = off')
  for (const table of tables) {
    for (const row of [1, 2, 3]) {
      const values = Object.entries(getTableColumns(table)).map(([name, column]) => {
        return [name, valueFor(column, row)]
      })
      await db.insert(table).values(Object.fromEntries(values))
    }
  }
  await rowsOf(db, 'pragma foreign_keys = on')
}

async function contentsOf(db: Database): Promise<Record<string, unknown[]>> {
  const contents = tables.map(async (table) => {
    const [first] = Object.values(getTableColumns(table))
    return [getTableName(table), await db.select().from(table).orderBy(first!)]
  })
  return Object.fromEntries(await Promise.all(contents))
}

async function countRows(db: Database): Promise<number> {
  let rows = 0
  for (const table of tables) {
    const [found] = await db.select({ rows: count() }).from(table)
    rows += found!.rows
  }
  return rows
}

function ignore(): void {}

onPostgres('copying an SQLite database into a PostgreSQL', (newUrl) => {
  test('copies every row of every table, and tells of each', async () => {
    const from = await testDatabase()
    const to = await testDatabase(await newUrl())
    await fillTables(from)
    const told: CopyProgress[] = []
    await copyDatabase(from, to, (progress) => told.push(progress))

    const contents = await contentsOf(to)
    assert.deepEqual(contents, await contentsOf(from))
    for (const table of tables) assert.equal(contents[getTableName(table)]!.length, 3)
    const done = told.filter(({ checksum }) => checksum !== undefined)
    assert.deepEqual(new Set(done.map(({ table }) => table)), new Set(tables.map(getTableName)))
    for (const { copied, total, checksum } of done) {
      assert.deepEqual([copied, total], [3, 3])
      assert.match(checksum!, /^[\da-f]{16}$/)
    }
  })

  test('keeps what is more than is read at once, and what PostgreSQL has no place for', async () => {
    const from = await testDatabase()
    const to = await testDatabase(await newUrl())
    await rowsOf(
      from,
      `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 1234)
       insert into throttle (key, points) select 'key ' || n, n from numbers`,
    )
    await insertTestUser(from, 'ann@example.com', { name: 'An\0n' })
    const told: number[] = []
    await copyDatabase(from, to, ({ table, copied }) => {
      if (table === 'throttle') told.push(copied)
    })
    assert.deepEqual(told, [500, 1000, 1234, 1234])
    const [{ sum } = {}] = await rowsOf(to, 'select sum(points) from throttle')
    assert.equal(Number(sum), (1234 * 1235) / 2)
    assert.deepEqual(await rowsOf(to, 'select name from users'), [{ name: 'An\ufffdn' }])
  })

  test('books are found as before, and the lines of orders stand as they stood', async () => {
    const from = await testDatabase()
    const to = await testDatabase(await newUrl())
    for (const title of ['The Moonstone', 'Salt', 'Moonlight'])
      await insertTestBook(from, { title })
    const { id: userId } = await insertTestUser(from, 'ann@example.com')
    await rowsOf(
      from,
      `insert into orders
         (id, user_id, checkout_key, total_cents, name, address, city, postcode, country, created_at)
       values (7, ${userId}, 'k', 3, '', '', '', '', '', 0)`,
    )
    for (const id of [3, 1, 2]) {
      await rowsOf(from, `insert into order_lines values (7, ${id}, 'Book ${id}', 1, 1)`)
    }
    await copyDatabase(from, to, ignore)
    for (const db of [from, to]) {
      const { books } = await listBooks(db, { q: 'moon', pageSize: 9 })
      assert.deepEqual(books.map(({ title }) => title).sort(), ['Moonlight', 'The Moonstone'])
      const order = await findOrder(db, 7, userId)
      assert.deepEqual(
        order!.lines.map(({ bookId }) => bookId),
        [3, 1, 2],
      )
    }
    const words = 'select term, doc from book_words order by term'
    assert.deepEqual(await rowsOf(to, words), await rowsOf(from, words))
  })

  test('ids go on from where they were, and that of a row that is gone is not given again', async () => {
    const from = await testDatabase()
    const to = await testDatabase(await newUrl())
    await fillTables(from)
    const { id } = await insertTestUser(from, 'gone@example.com')
    await rowsOf(from, `delete from users where id = ${id}`)
    await copyDatabase(from, to, ignore)
    assert.equal((await insertTestUser(to, 'new@example.com')).id, id + 1)
    assert.equal((await insertTestBook(to)).id, 4)
  })

  test('a failure in the midst leaves nothing behind, and it can be run again', async () => {
    const from = await testDatabase()
    const to = await testDatabase(await newUrl())
    await fillTables(from)
    await breakInserts(to, 'order_lines')
    const told = new Set<string>()
    await assert.rejects(
      copyDatabase(from, to, ({ table }) => told.add(table)),
      { message: 'Nothing was copied: order_lines is broken (order_lines)' },
    )
    assert.ok(told.has('users') && told.has('books'))
    assert.equal(await countRows(to), 0)
    assert.deepEqual(await rowsOf(to, 'select * from book_words'), [])

    await rowsOf(to, 'drop trigger broken on order_lines')
    await copyDatabase(from, to, ignore)
    assert.deepEqual(await contentsOf(to), await contentsOf(from))
  })

  test('what was written and is not what was read undoes all', async () => {
    const from = await testDatabase()
    const to = await testDatabase(await newUrl())
    await fillTables(from)
    const changes = [`new.country := 'Elba'; return new`, 'return null', 'return new']
    const [wrong, none, right] = changes.map(
      (change) => `create or replace function change() returns trigger language plpgsql
        as $$ begin ${change}; end $$`,
    )
    await rowsOf(to, right!)
    const each = 'for each row execute function change()'
    await rowsOf(to, `create trigger change before insert on orders ${each}`)
    for (const change of [wrong!, none!]) {
      await rowsOf(to, change)
      await assert.rejects(copyDatabase(from, to, ignore), /not what was written: .* \(orders\)$/)
      assert.equal(await countRows(to), 0)
    }
    await rowsOf(to, right!)
    await copyDatabase(from, to, ignore)
  })

  test('a database that has something in any table is left alone', async () => {
    const from = await testDatabase()
    const to = await testDatabase(await newUrl())
    await fillTables(from)
    await rowsOf(to, `insert into throttle (key, points) values ('k', 1)`)
    await assert.rejects(copyDatabase(from, to, ignore), {
      message:
        'Nothing was copied: the database to copy into is not empty, it has rows in throttle',
    })
    assert.equal(await countRows(to), 1)
  })

  test('a server that starts meanwhile does not fill what it finds empty', async () => {
    const from = await testDatabase()
    const url = await newUrl()
    const to = await testDatabase(url)
    const server = await testDatabase(url)
    await fillTables(from)
    let seeded: Promise<boolean> | undefined
    await copyDatabase(from, to, () => {
      seeded ??= seedDatabase(server, { demoAccounts: false, hashPassword: async () => 'hash' })
    })
    assert.equal(await seeded, false)
    assert.deepEqual(await contentsOf(to), await contentsOf(from))
  })
})
