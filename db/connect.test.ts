import assert from 'node:assert/strict'
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

import SqliteDatabase from 'better-sqlite3'
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api'

import { listBooks } from './book-lists.ts'
import { updateBook } from './books.ts'
import { closeDatabase, openDatabase } from './connect.ts'
import { insertLogin } from './logins.ts'
import { readMigrations } from './migrations.ts'
import { findOrder } from './orders.ts'
import * as schema from './tables.ts'
import { logins } from './schema.ts'
import { applyMigrations } from './sqlite.ts'
import { now, rowsOf, sqliteOf, testDatabase, testDatabasePath } from './testing.ts'
import { raceProcesses } from './testing-race.ts'
import { findUserByEmail, insertUser } from './users.ts'

test('opening makes the folder and the tables, and opening again keeps the rows', async () => {
  const path = join(dirname(testDatabasePath()), 'not', 'there', 'yet.sqlite')
  const first = await openDatabase(path)
  await insertUser(first, { name: 'Ann', email: 'ann@example.com', passwordHash: 'hash', now })
  await closeDatabase(first)
  assert.ok(statSync(path).isFile())

  const second = await openDatabase(path)
  assert.equal((await findUserByEmail(second, 'ann@example.com'))?.name, 'Ann')
  await closeDatabase(second)
})

const noModes = process.platform === 'win32' && 'Windows has no modes of files'

test(
  'a new file is its owner’s alone, and one that is there keeps its mode',
  { skip: noModes },
  async () => {
    const path = testDatabasePath()
    const modes = () => ['', '-wal', '-shm'].map((end) => statSync(path + end).mode & 0o777)
    const first = await openDatabase(path)
    assert.deepEqual(modes(), [0o600, 0o600, 0o600])
    await closeDatabase(first)
    chmodSync(path, 0o640)
    const second = await openDatabase(path)
    assert.deepEqual(modes(), [0o640, 0o640, 0o640])
    await closeDatabase(second)

    const link = `${path}.link`
    symlinkSync(`${path}.elsewhere`, link)
    await closeDatabase(await openDatabase(link))
    assert.equal(statSync(`${path}.elsewhere`).mode & 0o777, 0o600)
  },
)

test('the connection keeps foreign keys, writes ahead and waits for locks', async () => {
  const db = await openDatabase(testDatabasePath())
  const pragma = (name: string) => sqliteOf(db).pragma(name, { simple: true })
  assert.equal(pragma('foreign_keys'), 1)
  assert.equal(pragma('journal_mode'), 'wal')
  assert.equal(pragma('synchronous'), 1)
  assert.equal(pragma('busy_timeout'), 5000)
  await closeDatabase(db)
})

test('a file that is no database is an error that names the path and DATABASE_URL', async () => {
  const path = testDatabasePath()
  writeFileSync(path, 'Dear diary, this is not a database, however long it goes on. '.repeat(50))
  await assert.rejects(
    openDatabase(path),
    (error: Error) => error.message.includes(path) && error.message.includes('DATABASE_URL'),
  )
})

test('a folder, or a path through a file, is an error that names it', async () => {
  const path = testDatabasePath()
  await assert.rejects(openDatabase(dirname(path)), { message: new RegExp(dirname(path)) })
  writeFileSync(path, '')
  const beneath = join(path, 'bookstore.sqlite')
  await assert.rejects(openDatabase(beneath), { message: new RegExp(beneath) })
})

test('a migration that is refused is an error that names its statement and the reason', async () => {
  const path = testDatabasePath()
  const other = new SqliteDatabase(path)
  other.exec('create table users (id integer)')
  await assert.rejects(openDatabase(path), {
    message: /table `users` already exists, at the migration's statement: CREATE TABLE `users`/,
  })
  assert.equal(other.prepare(`select count(*) from sqlite_master`).pluck().get(), 1)
  other.close()
})

test('the URL of another kind of database is refused without repeating the password in it, and leaves no folder behind', async () => {
  await assert.rejects(
    openDatabase('mysql://shop:s3cret@127.0.0.1/shop'),
    (error: Error) => error.message.includes('DATABASE_URL') && !error.message.includes('s3cret'),
  )
  assert.equal(existsSync('mysql:'), false)
  await assert.rejects(openDatabase('postgresql+asyncpg://s3cret@127.0.0.1/shop'), {
    message: /^DATABASE_URL has to be (?!.*s3cret)/,
  })
  assert.equal(existsSync('postgresql+asyncpg:'), false)
})

test('a row that a write returns has been committed, or the write throws', async () => {
  const db = await testDatabase()
  const nobody = { userId: 4711, userAgent: '', remembered: false, createdAt: now, lastSeenAt: now }
  for (const write of [
    () =>
      db
        .insert(logins)
        .values({ id: 'a', ...nobody })
        .returning(),
    () => insertLogin(db, { ...nobody, now }),
  ]) {
    // Until the next commit references are checked there, after the row has been returned.
    sqliteOf(db).pragma('defer_foreign_keys = ON')
    await assert.rejects(write, { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' })
  }
})

test('processes may start on one new file at once', async () => {
  const path = testDatabasePath()
  const call: [string, string] = ['./testing-race.ts', 'openAndClose']
  const files = Array.from({ length: 20 }, (_, index) => `${path}-${index}`)
  const calls = files.flatMap((file) => [[file], [file], [file]])
  await raceProcesses({ call, processes: 3 }, calls)
})

test('the migrations make the tables that the schema describes', async () => {
  const folder = new URL('./migrations/meta/', import.meta.url)
  const readJson = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
  const { idx } = readJson('_journal.json').entries.at(-1)
  const migrated = readJson(`${String(idx).padStart(4, '0')}_snapshot.json`)
  const described = await generateSQLiteDrizzleJson(schema, migrated.id, 'snake_case')
  assert.deepEqual(await generateSQLiteMigration(migrated, described), [])

  // The snapshot is what the generator believes; the SQL beside it is what runs.
  const fresh = new SqliteDatabase(':memory:')
  const empty = await generateSQLiteDrizzleJson({})
  fresh.exec((await generateSQLiteMigration(empty, described)).join('\n'))
  assert.deepEqual(tablesOf(sqliteOf(await testDatabase())), tablesOf(fresh))
  fresh.close()
})

/** A database as it was before a column. */
function olderDatabase(path: string, column: string): SqliteDatabase.Database {
  const old = new SqliteDatabase(path)
  const migrations = readMigrations('migrations')
  const added = migrations.findIndex(({ statements }) => statements.join().includes(column))
  applyMigrations(old, migrations.slice(0, added))
  return old
}

test('who was a customer before addresses were confirmed goes on as one', async () => {
  const path = testDatabasePath()
  const old = olderDatabase(path, 'email_confirmed_at')
  old.exec(`insert into users (name, email, password_hash, created_at)
    values ('Ann', 'ann@example.com', '', 1000)`)
  old.close()
  const ann = await findUserByEmail(await testDatabase(path), 'ann@example.com')
  assert.deepEqual(ann?.emailConfirmedAt, new Date(1000))
})

test('orders from before guests could order keep their lines and their customers', async () => {
  const path = testDatabasePath()
  const old = olderDatabase(path, 'link_expires_at')
  old.exec(`insert into users (id, name, email, password_hash, created_at)
      values (3, 'Ann', 'ann@example.com', '', 0);
    insert into books (id, slug, title, author, genre, description, year, pages, price_cents, stock, created_at)
      values (5, 'emma', 'Emma', 'Jane Austen', 'Fiction', '', 1, 1, 999, 1, 0);
    insert into orders (id, user_id, checkout_key, total_cents, name, address, city, postcode, country,
      cart_id, cart_taken, created_at)
      values (7, 3, 'key', 999, 'Ann', 'Mill Lane 1', 'York', 'YO1', 'UK', 'cart', '{"5":1}', 1000),
        (8, 3, 'next', 0, 'Ann', 'Mill Lane 1', 'York', 'YO1', 'UK', null, null, 1000);
    insert into order_lines (order_id, book_id, title, price_cents, quantity)
      values (7, 5, 'Emma', 999, 1)`)
  const before = old.prepare('select * from orders').all() as object[]
  old.close()

  const db = await testDatabase(path)
  const noLink = { email: null, link_expires_at: null }
  assert.deepEqual(
    await rowsOf(db, 'select * from orders'),
    before.map((order) => ({ ...order, ...noLink })),
  )
  assert.deepEqual(
    (await findOrder(db, 7, 3))?.lines.map(({ title }) => title),
    ['Emma'],
  )
  assert.deepEqual(sqliteOf(db).pragma('foreign_key_check'), [])
  await rowsOf(db, 'delete from users')
  assert.deepEqual(await rowsOf(db, 'select * from order_lines'), [])
})

test('the books of an older database are sorted and found like new ones', async () => {
  const path = testDatabasePath()
  const old = olderDatabase(path, 'title_key')
  const insert = old.prepare(
    `insert into books (slug, title, author, genre, description, year, pages, price_cents, stock,
     search_text, created_at) values (?, ?, 'Émile Zola', 'Fiction', '', 1, 1, 1, 1, '', 0)`,
  )
  insert.run('the-b', 'The B')
  insert.run('a', 'A')
  old.close()

  const db = await testDatabase(path)
  const titles = async (q = '') => {
    const { books } = await listBooks(db, { q, pageSize: 9 })
    return books.map((book) => book.title)
  }
  assert.deepEqual(await titles(), ['A', 'The B'])
  assert.deepEqual(await titles('zola b'), ['The B'])
  await updateBook(db, 1, { title: 'The C' })
  assert.deepEqual(await titles('zola b'), [])
  assert.deepEqual(await titles('zola c'), ['The C'])
})

/** Each table with its columns, references, indexes and checks, in whatever order they were made. */
function tablesOf(client: SqliteDatabase.Database): unknown {
  const rows = (source: string, ...values: unknown[]) => client.prepare(source).all(...values)
  const tables = rows(
    `select name, sql from sqlite_schema where type = 'table'
     and name not like 'sqlite!_%' escape '!' and name not like '!_!_drizzle%' escape '!'
     and name not like 'book!_search%' escape '!' and name <> 'book_words' -- of the full-text search
     order by name`,
  ) as { name: string; sql: string }[]
  return tables.map(({ name, sql }) => ({
    name,
    columns: rows(
      'select name, type, "notnull", dflt_value, pk from pragma_table_info(?) order by name',
      name,
    ),
    references: rows(
      `select "from", "table", "to", on_update, on_delete from pragma_foreign_key_list(?)
       order by "from"`,
      name,
    ),
    indexes: rows(
      `select i.name, i."unique", i.origin, i.partial, s.sql
       from pragma_index_list(?) i left join sqlite_schema s on s.name = i.name order by i.name`,
      name,
    ),
    checks: sql.match(/\bcheck *\(.*\)/gi),
    counts: /\bautoincrement\b/i.test(sql),
  }))
}

test('every row of another table goes with its user', async () => {
  const db = await testDatabase()
  const cascades = sqliteOf(db)
    .prepare(
      `select m.name, f.on_delete from sqlite_schema m, pragma_foreign_key_list(m.name) f
       where f."table" = 'users'`,
    )
    .all() as { name: string; on_delete: string }[]
  assert.ok(cascades.length > 0)
  for (const { name, on_delete } of cascades) assert.equal(on_delete, 'CASCADE', name)
})
