import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  findRegistration,
  insertRegistration,
  isFromBrowser,
  openAccount,
} from './registrations.ts'
import { insertTestUser, now, onEachDatabase } from './testing.ts'
import { findUserByEmail } from './users.ts'

const hours = (count: number) => new Date(now.getTime() + count * 60 * 60_000)
const wanted = { name: 'Ann', email: 'Ann@example.com', passwordHash: 'hash', browserToken: 'b' }

onEachDatabase(({ testDatabase }) => {
  test('an account is opened by the link, once, and its address is confirmed', async () => {
    const db = await testDatabase()
    const token = await insertRegistration(db, wanted, now)
    const other = await insertRegistration(db, { ...wanted, name: 'Eve' }, now)
    assert.equal(await findUserByEmail(db, 'ann@example.com'), undefined)
    const user = await openAccount(db, token, hours(1))
    assert.ok(user !== 'invalid')
    const { name, email, passwordHash, emailConfirmedAt } = user
    assert.deepEqual([name, email, passwordHash], ['Ann', 'ann@example.com', 'hash'])
    assert.deepEqual(emailConfirmedAt, hours(1))
    for (const used of [token, other]) assert.equal(await openAccount(db, used, now), 'invalid')
  })

  test('it works for a day, and knows the browser that asked', async () => {
    const db = await testDatabase()
    const token = await insertRegistration(db, wanted, now)
    assert.equal(await findRegistration(db, token, hours(24)), undefined)
    assert.equal(await openAccount(db, token, hours(24)), 'invalid')
    const found = (await findRegistration(db, token, hours(23)))!
    assert.equal(isFromBrowser(found, ['c', 'b']), true)
    for (const other of [['c'], [''], []]) assert.equal(isFromBrowser(found, other), false)
  })

  test('it opens nothing where there is an account by now, and one of two at once', async () => {
    const db = await testDatabase()
    const late = await insertRegistration(db, { ...wanted, email: 'bob@example.com' }, now)
    await insertTestUser(db, 'bob@example.com')
    assert.equal(await openAccount(db, late, now), 'invalid')
    const tokens = [
      await insertRegistration(db, wanted, now),
      await insertRegistration(db, { ...wanted, name: 'Eve' }, now),
    ]
    const opened = await Promise.all(tokens.map((token) => openAccount(db, token, now)))
    assert.equal(opened.filter((user) => user !== 'invalid').length, 1)
  })
})
