import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

import { findBooksByIds, retireBook, updateBook } from './books.ts'
import type { Database } from './database.ts'
import { cached } from './answer-cache.ts'
import { insertTestBook, onEachDatabase, sqliteOf } from './testing.ts'

/** The stock of a book, and how often it was asked. */
function stockOf(db: Database, id: number) {
  const told = { asked: 0, stock: async () => cached(db, `stock ${id}`, ask) }
  async function ask(): Promise<number> {
    told.asked += 1
    const [book] = await findBooksByIds(db, [id])
    return book!.stock
  }
  return told
}

function fromAnotherProcess(path: string, statement: string): void {
  const script = `new (require('better-sqlite3'))(process.argv[1]).exec(process.argv[2])`
  const args = ['--input-type=commonjs', '-e', script, path, statement]
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: import.meta.dirname })
  assert.equal(status, 0, String(stderr))
}

onEachDatabase(({ dialect, newUrl, testDatabase }) => {
  test('an answer is never older than the last commit, whoever made it', async () => {
    const path = await newUrl()
    const [db, other] = [await testDatabase(path), await testDatabase(path)]
    const { id } = await insertTestBook(db, { stock: 1 })
    const told = stockOf(db, id)
    assert.equal(await told.stock(), 1)

    await updateBook(db, id, { stock: 2 })
    assert.equal(await told.stock(), 2)
    await updateBook(other, id, { stock: 3 })
    assert.equal(await told.stock(), 3)
    await db.engine.query(`update books set stock = 4 where id = ${id}`, [])
    assert.equal(await told.stock(), 4)
    if (dialect === 'postgres') return

    fromAnotherProcess(path, `update books set stock = 5 where id = ${id}`)
    assert.equal(await told.stock(), 5)
    const aside = `${path}.aside`
    await sqliteOf(other).backup(aside)
    await updateBook(db, id, { stock: 6 })
    assert.equal(await told.stock(), 6)
    await sqliteOf(await testDatabase(aside)).backup(path)
    assert.equal(await told.stock(), 5, 'a backup that was restored while the shop runs')
  })

  test('what a transaction takes back is told to nobody', async () => {
    const db = await testDatabase()
    const { id } = await insertTestBook(db, { stock: 1 })
    const told = stockOf(db, id)
    const beside: Promise<number>[] = []
    for (const isKeptBefore of [false, true]) {
      if (isKeptBefore) assert.equal(await told.stock(), 1)
      const failing = db.transaction(async (tx) => {
        beside.push(told.stock())
        await updateBook(tx, id, { stock: 2 })
        beside.push(told.stock())
        assert.equal(await stockOf(tx, id).stock(), 2)
        throw new Error('on purpose')
      })
      await assert.rejects(failing, /on purpose/)
      assert.equal(await told.stock(), 1)
      assert.equal(await db.transaction((tx) => stockOf(tx, id).stock()), 1)
    }
    assert.deepEqual(new Set(await Promise.all(beside)), new Set([1]))
    await db.transaction(async (tx) => {
      await updateBook(tx, id, { stock: 3 })
      assert.equal(await stockOf(tx, id).stock(), 3)
    })
    assert.equal(await told.stock(), 3)
  })

  test('what is written while it is asked is not missed the next time', async () => {
    const db = await testDatabase()
    const { id } = await insertTestBook(db, { stock: 1 })
    const slowly = Promise.withResolvers<void>()
    const stock = (hasRead?: Promise<void>) =>
      cached(db, 'stock', async () => {
        const [book] = await findBooksByIds(db, [id])
        await hasRead
        return book!.stock
      })
    const meanwhile = stock(slowly.promise)
    await updateBook(db, id, { stock: 2 })
    assert.equal(await stock(), 2)
    slowly.resolve()
    assert.equal(await meanwhile, 1)
    assert.equal(await stock(), 2)
  })

  test('what was written and asked in any order is told as it is', async () => {
    const path = await newUrl()
    const [db, other] = [await testDatabase(path), await testDatabase(path)]
    const { id } = await insertTestBook(db, { stock: 0 })
    const told = stockOf(db, id)
    let stock = 0
    const steps = [
      () => updateBook(db, id, { stock: ++stock }),
      () => updateBook(other, id, { stock: ++stock }),
      () => retireBook(db, id, new Date(0)),
      () => db.transaction((tx) => updateBook(tx, id, { stock: ++stock })),
      () =>
        db
          .transaction(async (tx) => {
            await updateBook(tx, id, { stock: 99 })
            throw new Error('on purpose')
          })
          .catch(() => {}),
      () => stockOf(other, id).stock(),
      () => told.stock(),
    ]
    // Each of them after each of them.
    for (const first of steps) {
      for (const second of steps) {
        await first()
        await second()
        assert.equal(await told.stock(), stock)
      }
    }
  })

  if (dialect === 'postgres') return

  test('the same question is asked once, until something is written or pages are forgotten', async () => {
    const db = await testDatabase()
    const { id } = await insertTestBook(db)
    const told = stockOf(db, id)
    for (let i = 0; i < 3; i++) await told.stock()
    assert.equal(told.asked, 1)
    await insertTestBook(db, { title: 'Another' })
    for (let i = 0; i < 3; i++) await told.stock()
    assert.equal(told.asked, 2)
    db.engine.forgetPages()
    await told.stock()
    assert.equal(told.asked, 3)
  })

  test('what was asked for longest ago goes first where there is too much', async () => {
    const db = await testDatabase()
    const asked: number[] = []
    const ask = (i: number) => cached(db, `${i}`, async () => (asked.push(i), i))
    for (let i = 0; i < 1000; i++) {
      assert.equal(await ask(i), i)
      await ask(0)
    }
    assert.equal(asked.length, 1000, 'the first one was asked again and again')
    await ask(999)
    assert.equal(asked.length, 1000)
    await ask(1)
    assert.equal(asked.length, 1001)
  })

  test('an error and what is not there are not kept', async () => {
    const db = await testDatabase()
    await assert.rejects(cached(db, 'it', () => Promise.reject(new Error('broken'))))
    assert.equal(await cached(db, 'it', async () => undefined), undefined)
    assert.equal(await cached(db, 'it', async () => 1), 1)
    for (let i = 0; i < 1000; i++) await cached(db, `no ${i}`, async () => undefined)
    assert.equal(await cached(db, 'it', async () => 2), 1, 'there was room for it')
  })
})
