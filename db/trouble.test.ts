import assert from 'node:assert/strict'
import { copyFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'

import SqliteDatabase from 'better-sqlite3'

import { retireBook, updateBook } from './books.ts'
import type { Database } from './database.ts'
import { deleteAllLogins, findLoginWithUser, insertLogin, touchLogin } from './logins.ts'
import { placeOrder } from './orders.ts'
import { createPasswordReset, resetPassword } from './password-resets.ts'
import { mountTinyDisk } from './testing-disk.ts'
import { lockFromAnotherProcess } from './testing-lock.ts'
import {
  deleteUser,
  insertTestBook,
  insertTestUser,
  now,
  sqliteOf,
  testDatabase,
  testDatabasePath,
} from './testing.ts'
import { DatabaseUnavailableError, isDatabaseTrouble, writeIfPossible } from './trouble.ts'
import { updatePasswordHash } from './users.ts'

test('on a full disk every write throws and leaves all as it was, until there is room', async (t) => {
  const disk = mountTinyDisk(t)
  if (!disk) return
  const db = await testDatabase(join(disk.directory, 'bookstore.sqlite'))
  const { id: userId } = await insertTestUser(db, 'ann@example.com')
  const book = await insertTestBook(db, { title: 'Emma', priceCents: 999 })
  const login = await insertLogin(db, { userId, userAgent: '', remembered: false, now })
  const token = await createPasswordReset(db, userId, now)
  const order = {
    userId,
    checkoutKey: 'key',
    expectedTotalCents: 999,
    cart: { id: 'cart', quantities: new Map([[book.id, 1]]) },
    expectedLines: [{ bookId: book.id, priceCents: 999, quantity: 1 }],
    name: 'Ann',
    address: 'Mill Lane 1',
    city: 'York',
    postcode: 'YO1',
    country: 'UK',
    now,
  }
  const writes = [
    () => insertTestUser(db, 'bob@example.com'),
    () => insertLogin(db, { userId, userAgent: '', remembered: false, now }),
    () => insertTestBook(db, { title: 'Walden' }),
    () => updateBook(db, book.id, { stock: 99 }),
    () => retireBook(db, book.id, now),
    () => placeOrder(db, order),
    () => createPasswordReset(db, userId, now),
    () => resetPassword(db, token, { passwordHash: 'other', now }),
    () => updatePasswordHash(db, userId, 'other'),
    () => deleteAllLogins(db, userId),
    () => deleteUser(db, userId),
    () => db.engine.writeForTest(),
  ]
  const before = contentOf(db)

  disk.fill()
  for (const write of writes) {
    await assert.rejects(write, (error) => isDatabaseTrouble(error), String(write))
    assert.deepEqual(contentOf(db), before, String(write))
  }
  await touchLogin(db, login.id, new Date(1))
  assert.deepEqual((await findLoginWithUser(db, login.id))?.login.lastSeenAt, now)

  disk.free()
  await db.engine.writeForTest()
  assert.equal((await placeOrder(db, order)).outcome, 'placed')
  assert.equal(await resetPassword(db, token, { passwordHash: 'other', now }), userId)
})

test('what is wrong with the database is told from what is wrong with a statement', () => {
  const errors = {
    SQLITE_BUSY_SNAPSHOT: true,
    SQLITE_FULL: true,
    SQLITE_IOERR_WRITE: true,
    SQLITE_CORRUPT: true,
    SQLITE_READONLY_DBMOVED: true,
    SQLITE_CONSTRAINT_UNIQUE: false,
    SQLITE_ERROR: false,
  }
  for (const [code, isTrouble] of Object.entries(errors)) {
    const error = new SqliteDatabase.SqliteError('a test', code)
    assert.equal(isDatabaseTrouble(error), isTrouble, code)
  }
  const alike = Object.assign(new Error('a test'), { code: 'SQLITE_FULL' })
  assert.equal(isDatabaseTrouble(alike), false)
})

test('everybody who waits for a lock goes on when it is released', async () => {
  const path = testDatabasePath()
  const db = await testDatabase(path)
  db.engine.limitWaiting()
  await db.engine.untilWritable()
  // Of the same process, so that it is released in time however busy the machine is.
  const other = sqliteOf(await testDatabase(path))
  other.exec('begin immediate')
  let written = 0
  const waiters = [1, 2, 3].map(async () => {
    await db.engine.untilWritable()
    written++
  })
  await wait(0)
  assert.equal(written, 0)
  other.exec('rollback')
  await Promise.all(waiters)
})

test('SQLite waits in the event loop for a moment at most', async () => {
  const db = await testDatabase()
  db.engine.limitWaiting()
  assert.ok(Number(sqliteOf(db).pragma('busy_timeout', { simple: true })) <= 50)
})

test('a write that may be left out is, where it would have to wait, and hides no fault of ours', async () => {
  const path = testDatabasePath()
  const db = await testDatabase(path)
  const other = sqliteOf(await testDatabase(path))
  let writes = 0
  const write = async () => writes++
  other.exec('begin immediate')
  await writeIfPossible(db, write)
  assert.equal(writes, 0)
  other.exec('rollback')
  await writeIfPossible(db, write)
  assert.equal(writes, 1)
  await assert.rejects(
    writeIfPossible(db, async () => assert.fail('a fault of ours')),
    /a fault of ours/,
  )
})

test('a lock that is not released is an error, and no trouble afterwards', async () => {
  const path = testDatabasePath()
  const db = await testDatabase(path)
  db.engine.limitWaiting()
  const { id: userId } = await insertTestUser(db, 'ann@example.com')
  const login = await insertLogin(db, { userId, userAgent: '', remembered: false, now })
  const lock = await lockFromAnotherProcess(path)
  await assert.rejects(db.engine.untilWritable(), DatabaseUnavailableError)
  await assert.rejects(deleteAllLogins(db, userId), isDatabaseTrouble)
  await touchLogin(db, login.id, new Date(1))
  await lock.release()
  await db.engine.untilWritable()
  assert.equal((await deleteAllLogins(db, userId)).length, 1)
})

test('a database whose files are removed or replaced takes no writes until they are back', async () => {
  for (const file of ['', '-wal', '-shm']) {
    const path = testDatabasePath()
    const db = await testDatabase(path)
    const aside = `${path}.aside`
    renameSync(path + file, aside)
    await assert.rejects(db.engine.untilWritable(), DatabaseUnavailableError, `${file} removed`)
    copyFileSync(aside, path + file)
    await assert.rejects(db.engine.untilWritable(), DatabaseUnavailableError, `${file} replaced`)
    renameSync(aside, path + file)
    await db.engine.untilWritable()
    await insertTestUser(db, 'ann@example.com')
  }
})

test('a database whose folder is removed takes no writes', async () => {
  const path = join(testDatabasePath(), 'folder', 'bookstore.sqlite')
  const db = await testDatabase(path)
  rmSync(join(path, '..'), { recursive: true })
  await assert.rejects(db.engine.untilWritable(), DatabaseUnavailableError)
})

test('a database in memory is never missing', async () => {
  await (await testDatabase()).engine.untilWritable()
})

test('the write of a test is committed and changes nothing', async () => {
  const path = testDatabasePath()
  const db = await testDatabase(path)
  sqliteOf(db).pragma('user_version = 7')
  const before = contentOf(db)
  const observer = sqliteOf(await testDatabase(path))
  const seen = observer.pragma('data_version', { simple: true })
  await db.engine.writeForTest()
  assert.notEqual(observer.pragma('data_version', { simple: true }), seen)
  assert.equal(observer.pragma('user_version', { simple: true }), 7)
  assert.deepEqual(contentOf(db), before)
})

function contentOf(db: Database): unknown {
  const client = sqliteOf(db)
  const tables = client.prepare(`select name from sqlite_schema where type = 'table'`).pluck()
  return tables.all().map((name) => client.prepare(`select * from "${name}"`).all())
}
