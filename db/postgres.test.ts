import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api'
import { Client } from 'pg'
import { onOwnPostgres } from 'remix/session/testing/postgres-server'

import { listBooks, listGenres } from './book-lists.ts'
import { closeDatabase, openDatabase } from './connect.ts'
import * as postgresSchema from './tables-postgres.ts'
import * as sqliteSchema from './tables.ts'
import { insertTestBook, insertTestUser, rowsOf, testDatabase } from './testing.ts'
import { raceProcesses } from './testing-race.ts'
import { isDatabaseTrouble } from './trouble.ts'
import { patient } from './testing-patience.ts'

type Rows<Schema> = {
  [
    Name in keyof Schema as Schema[Name] extends { $inferSelect: object } ? Name : never
  ]: Schema[Name] extends {
    $inferSelect: infer Row
  }
    ? Omit<Row, 'rowid' | 'search'>
    : never
}
type Same<A, B> = [A, B] extends [B, A] ? true : never

// Fails to compile where a row of PostgreSQL is not one of SQLite.
true satisfies Same<Rows<typeof postgresSchema>, Rows<typeof sqliteSchema>>

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

function columnsOf(rows: Record<string, unknown>[]): string[] {
  return rows
    .filter(({ name }) => !/^(__drizzle|book_)/.test(String(name)))
    .map(({ name, nullable }) => `${String(name)} ${Boolean(nullable)}`)
}

onOwnPostgres('PostgreSQL', (newUrl, server) => {
  test('what is wrong with the address is one line, without the password', async () => {
    const url = new URL(await newUrl())
    url.password = 's3cret'
    const { href: good } = url
    const missing = good.replace(/\w+$/, 'nothing_here')
    const refused = good.replace(`:${server().port}`, ':1')
    const stranger = good.replace('shop:', 'stranger:')
    for (const [address, reason] of [
      [missing, /database "nothing_here" does not exist/],
      [refused, /ECONNREFUSED/],
      [stranger, /role "stranger" does not exist/],
      [good.replace('127.0.0.1', 'nowhere.invalid'), /ENOTFOUND|EAI_AGAIN/],
    ] as const) {
      await assert.rejects(openDatabase(address, patient), ({ message }: Error) => {
        assert.match(message, reason)
        assert.match(message, /^[^\n]*DATABASE_URL[^\n]*$/)
        return !message.includes('s3cret')
      })
    }
  })

  test('a right that is missing is one line', async () => {
    const url = await newUrl()
    await query(url, 'create role guest login')
    await query(url, 'revoke create on schema public from public')
    const asGuest = url.replace('shop@', 'guest@')
    await assert.rejects(
      openDatabase(asGuest, patient),
      /^Error: [^\n]*permission denied for schema public$/,
    )
  })

  test('a migration that is refused names its statement and the reason', async () => {
    const url = await newUrl()
    await query(url, 'create table users (id integer)')
    await assert.rejects(openDatabase(url, patient), {
      message:
        /relation "users" already exists, at the migration's statement: CREATE TABLE "users"/,
    })
  })

  test('servers may start on one empty database at once', async () => {
    const call: [string, string] = ['./testing-race.ts', 'openAndClose']
    const urls = await Array.fromAsync({ length: 5 }, () => newUrl())
    const calls = urls.flatMap((url) => [[url], [url], [url]])
    await raceProcesses({ call, processes: 3 }, calls)
  })

  test('the migrations make the tables that the schema describes', async () => {
    const folder = new URL('./migrations-postgres/meta/', import.meta.url)
    const readJson = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
    const { idx } = readJson('_journal.json').entries.at(-1)
    const migrated = readJson(`${String(idx).padStart(4, '0')}_snapshot.json`)
    const described = generateDrizzleJson(postgresSchema, migrated.id, undefined, 'snake_case')
    assert.deepEqual(await generateMigration(migrated, described), [])
  })

  test('the tables are those of SQLite, column by column', async () => {
    const postgres = await testDatabase(await newUrl())
    const sqlite = await testDatabase()
    const ofPostgres = await rowsOf(
      postgres,
      `select table_name || '.' || column_name as name, is_nullable = 'YES' as nullable
       from information_schema.columns
       where table_schema = 'public' and column_name not in ('rowid', 'search') order by 1`,
    )
    const ofSqlite = await rowsOf(
      sqlite,
      `select m.name || '.' || c.name as name, not (c."notnull" or c.pk) as nullable
       from sqlite_schema m, pragma_table_info(m.name) c where m.type = 'table'
       and m.name not like 'sqlite!_%' escape '!' order by 1`,
    )
    const tables = Object.values(sqliteSchema).length
    assert.ok(ofSqlite.length > tables)
    assert.deepEqual(columnsOf(ofPostgres), columnsOf(ofSqlite))
  })

  test('the language of the server does not change the order of books', async (t) => {
    const [{ version }] = (await query(
      server().url(),
      `select current_setting('server_version_num')::int as version`,
    )) as [{ version: number }]
    if (version < 150_000) return t.skip('before 15 a database has no language of ICU')
    const template = `template template0 locale_provider icu icu_locale 'en-US'`
    await query(server().url(), `create database in_english ${template}`)
    const english = await testDatabase(server().url('in_english'))
    const sqlite = await testDatabase()
    for (const db of [english, sqlite]) {
      for (const title of ['Zola', 'émile', 'apple', 'Banana', '_x', 'Über', 'ZZ', 'a-b', 'ab']) {
        await insertTestBook(db, { title, genre: title })
      }
    }
    const listed = async (db: typeof english) => [
      (await listBooks(db, { pageSize: 100 })).books.map(({ title }) => title),
      await listGenres(db),
    ]
    assert.deepEqual(await listed(english), await listed(sqlite))
  })

  test('a text with a character that PostgreSQL cannot keep is kept without it', async () => {
    const db = await testDatabase(await newUrl())
    const { title } = await insertTestBook(db, { title: 'a\0b' })
    assert.equal(title, 'a\ufffdb')
  })
})

onOwnPostgres(
  'a PostgreSQL that goes away',
  (newUrl, server) => {
    test('is trouble that passes, and all goes on when it is back', async () => {
      const db = await openDatabase(await newUrl(), patient)
      await insertTestUser(db, 'ann@example.com')
      for (const signal of ['SIGINT', 'SIGKILL'] as const) {
        await server().stop(signal)
        for (const ask of [
          () => listGenres(db),
          () => db.transaction(async (tx) => insertTestBook(tx)),
          () => db.engine.writeForTest(),
        ]) {
          await assert.rejects(ask, isDatabaseTrouble)
        }
        await server().start()
        await db.engine.writeForTest()
        await insertTestBook(db)
      }
      assert.equal((await listBooks(db, { pageSize: 1 })).total, 2)

      // While a transaction is under way.
      const failing = db.transaction(async (tx) => {
        await insertTestBook(tx)
        await server().stop()
        await insertTestBook(tx)
      })
      await assert.rejects(failing, isDatabaseTrouble)
      await server().start()
      assert.equal((await listBooks(db, { pageSize: 1 })).total, 2)
      await closeDatabase(db)
    })
  },
  { durable: true },
)
