import assert from 'node:assert/strict'
import { test } from 'node:test'

import { listBooks } from './book-lists.ts'
import { updateBook } from './books.ts'
import type { Database } from './database.ts'
import { insertTestBook, insertTestUser, onEachDatabase } from './testing.ts'
import { findUserByEmail, insertUser } from './users.ts'

const titles = async (db: Database) =>
  (await listBooks(db, { pageSize: 100 })).books.map(({ title }) => title)

onEachDatabase(({ testDatabase }) => {
  test('a transaction that throws leaves nothing, and what ran beside it stays', async () => {
    const db = await testDatabase()
    const failing = db.transaction(async (tx) => {
      await insertTestBook(tx, { title: 'Undone' })
      await insertTestBook(tx, { title: 'Undone as well' })
      throw new Error('on purpose')
    })
    // Begun at every point of the transaction, some of them in the midst of it.
    const beside = Array.from({ length: 20 }, async (_, turns) => {
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      await insertTestBook(db, { title: `Beside ${String(turns).padStart(2, '0')}` })
    })
    await assert.rejects(failing, /on purpose/)
    await Promise.all(beside)
    const left = await titles(db)
    assert.equal(left.length, 20)
    assert.ok(left.every((title) => title.startsWith('Beside')))
  })

  test('what is not committed is seen inside only', async () => {
    const db = await testDatabase()
    let seen: Promise<string[]> | undefined
    await db.transaction(async (tx) => {
      await insertTestBook(tx, { title: 'Not yet' })
      // Not waited for: in SQLite it has its turn after this one.
      seen = titles(db)
      assert.deepEqual(await titles(tx), ['Not yet'])
      if (tx.engine.dialect === 'postgres') assert.deepEqual(await seen, [])
    })
    await seen
    assert.deepEqual(await titles(db), ['Not yet'])
  })

  test('a transaction within another one is a part of it', async () => {
    const db = await testDatabase()
    const { id } = await insertTestBook(db, { title: 'Before' })
    const failing = db.transaction(async (tx) => {
      assert.equal((await updateBook(tx, id, { title: 'Undone' }))?.title, 'Undone')
      throw new Error('on purpose')
    })
    await assert.rejects(failing, /on purpose/)
    assert.deepEqual(await titles(db), ['Before'])
  })

  test('many transactions and queries at once all come to an end', async () => {
    const db = await testDatabase()
    const { id } = await insertTestBook(db, { stock: 0 })
    await Promise.all(
      Array.from({ length: 50 }, async (_, number) => {
        await db.transaction(async (tx) => {
          await updateBook(tx, id, { stock: number })
          await insertTestUser(tx, `reader-${number}@example.com`)
        })
        assert.ok(await findUserByEmail(db, `reader-${number}@example.com`))
      }),
    )
  })

  test('a query of a transaction that has ended is refused, and changes nothing', async () => {
    const db = await testDatabase()
    let kept: Database | undefined
    await db.transaction(async (tx) => {
      kept = tx
    })
    await assert.rejects(insertTestBook(kept!), /transaction/)
    assert.deepEqual(await titles(db), [])
  })

  test('no error tells the values of a statement', async () => {
    const db = await testDatabase()
    const user = {
      name: 'Ann',
      email: 'ann@example.com',
      passwordHash: 'hash of ann',
      now: new Date(),
    }
    const failing = insertUser(db, { ...user, name: null as never })
    await assert.rejects(failing, (error: Error) => {
      assert.match(error.message, /null/i)
      return !String(error.stack).includes('hash of ann') && !error.message.includes('ann@')
    })
  })
})
