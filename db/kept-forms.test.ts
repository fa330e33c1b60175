import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepForm } from './kept-forms.ts'
import { deleteUser, insertTestUser, onEachDatabase, rowsOf } from './testing.ts'

onEachDatabase(({ testDatabase }) => {
  test('nothing is kept for a user who is gone', async () => {
    const db = await testDatabase()
    const { id: userId } = await insertTestUser(db, 'ann@example.com')
    await deleteUser(db, userId)
    assert.equal(await keepForm(db, { userId, path: '/', fields: {} }, new Date()), undefined)
    assert.deepEqual(await rowsOf(db, 'select * from kept_forms'), [])
  })
})
