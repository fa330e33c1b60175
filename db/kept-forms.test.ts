import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findKeptForm, keepForm, useUpKeptForm } from './kept-forms.ts'
import { deleteUser, insertTestUser, onEachDatabase, rowsOf } from './testing.ts'

const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second))

onEachDatabase(({ testDatabase }) => {
  test('nothing is kept for a user who is gone', async () => {
    const db = await testDatabase()
    const { id: userId } = await insertTestUser(db, 'ann@example.com')
    await deleteUser(db, userId)
    assert.equal(await keepForm(db, { userId, path: '/', fields: {} }, new Date()), undefined)
    assert.deepEqual(await rowsOf(db, 'select * from kept_forms'), [])
  })

  test('one is used up once, by its user and at its page, and those beside it stay', async () => {
    const db = await testDatabase()
    const { id: userId } = await insertTestUser(db, 'ann@example.com')
    const form = { userId, path: '/cart', fields: {} }
    const [id, other] = [await keepForm(db, form, time(0)), await keepForm(db, form, time(1))]
    const usedUp = async (id: string) => (await findKeptForm(db, id, time(5)))!.carriedOnAt
    await useUpKeptForm(db, { ...form, id: id!, path: '/checkout' }, time(2))
    await useUpKeptForm(db, { ...form, id: id!, userId: userId + 1 }, time(2))
    assert.equal(await usedUp(id!), null)
    for (const second of [3, 4]) await useUpKeptForm(db, { ...form, id: id! }, time(second))
    assert.deepEqual(await usedUp(id!), time(3))
    assert.equal(await usedUp(other!), null)
  })

  test('of the last three those that were sent make room before one that waits', async () => {
    const db = await testDatabase()
    const { id: userId } = await insertTestUser(db, 'ann@example.com')
    const form = { userId, path: '/cart', fields: {} }
    const waiting = await keepForm(db, form, time(0))
    for (const second of [1, 2, 3, 4]) {
      const id = await keepForm(db, form, time(second))
      await useUpKeptForm(db, { ...form, id: id! }, time(second))
    }
    assert.ok(await findKeptForm(db, waiting!, time(5)))
    for (const second of [6, 7]) await keepForm(db, form, time(second))
    assert.ok(await findKeptForm(db, waiting!, time(8)))
    await keepForm(db, form, time(9))
    assert.equal(await findKeptForm(db, waiting!, time(10)), undefined)
  })
})
