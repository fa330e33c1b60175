import assert from 'node:assert/strict'
import { test } from 'node:test'

import { insertLogin, listLogins } from './logins.ts'
import { findOrder, placeOrder } from './orders.ts'
import { createPasswordReset, findPasswordReset } from './password-resets.ts'
import { findPendingLogin, insertPendingLogin } from './pending-logins.ts'
import { listRememberedDevices, rememberDevice } from './remembered-devices.ts'
import type { User } from './schema.ts'
import { deleteUser, insertTestBook, insertTestUser, now, onEachDatabase } from './testing.ts'
import { raceProcesses } from './testing-race.ts'
import {
  findUserByEmail,
  findUserById,
  insertUser,
  normalizeEmail,
  setRole,
  updatePasswordHash,
} from './users.ts'

const ann = { name: 'Ann', email: 'ann@example.com', passwordHash: 'hash', now }

onEachDatabase(({ testDatabase, newUrl }) => {
  test('a user is found by id and by e-mail address, however that is typed', async () => {
    const db = await testDatabase()
    const user = (await insertUser(db, { ...ann, email: ' Ann@Example.COM ' })) as User
    assert.equal(user.email, 'ann@example.com')
    assert.equal(user.role, 'reader')
    assert.deepEqual(user.createdAt, now)
    assert.deepEqual(await findUserById(db, user.id), user)
    for (const email of ['ann@example.com', 'ANN@EXAMPLE.COM', '\tann@example.com ']) {
      assert.deepEqual(await findUserByEmail(db, email), user)
    }
    assert.equal(await findUserByEmail(db, 'ann@example.co_'), undefined)
    assert.equal(await findUserById(db, user.id + 1), undefined)
  })

  test('a domain that is longer than any stays as it is', () => {
    const long = '\u4e00\u4e01'.repeat(127)
    assert.equal(normalizeEmail(`A@${long}`), `a@${long}`)
    assert.equal(normalizeEmail('A@m\u00fcnchen.de'), 'a@xn--mnchen-3ya.de')
  })

  test('an address that is taken is an answer, and the first user stays as it was', async () => {
    const db = await testDatabase()
    const first = (await insertUser(db, ann)) as User
    assert.equal(
      await insertUser(db, { ...ann, name: 'Eve', email: 'ANN@example.com' }),
      'email-taken',
    )
    assert.deepEqual(await findUserByEmail(db, 'ann@example.com'), first)
  })

  test('of registrations of one address in several processes at once, one succeeds', async () => {
    const database = await newUrl()
    // Many addresses, one after the other: only the first call for each of them can go wrong.
    const emails = Array.from({ length: 500 }, (_, index) => `ann-${index}@example.com`)
    const calls = emails.flatMap((email) => {
      return [1, 2, 3, 4].map((process) => [{ ...ann, email, name: `Ann ${process}` }])
    })
    const results = await raceProcesses<User | 'email-taken'>(
      { call: ['./users.ts', 'insertUser'], database, processes: 4 },
      calls,
    )
    const registered = results.filter((result) => result !== 'email-taken')
    assert.deepEqual(
      registered.map((user) => user.email),
      emails,
    )
    const db = await testDatabase(database)
    for (const user of registered) assert.deepEqual(await findUserByEmail(db, user.email), user)
  })

  test('a new password hash is the one of that user only', async () => {
    const db = await testDatabase()
    const [first, second] = [
      await insertTestUser(db, 'a@example.com'),
      await insertTestUser(db, 'b@example.com'),
    ]
    await updatePasswordHash(db, first.id, 'new hash')
    assert.equal((await findUserById(db, first.id))?.passwordHash, 'new hash')
    assert.equal((await findUserById(db, second.id))?.passwordHash, 'hash')
  })

  test('other rights end the logins of before, begun ones as well, of that user only', async () => {
    const db = await testDatabase()
    const both = [
      await insertTestUser(db, 'a@example.com'),
      await insertTestUser(db, 'b@example.com'),
    ]
    const [{ id }, other] = both as [User, User]
    const pending: string[] = []
    for (const { id: userId } of both) {
      await insertLogin(db, { userId, userAgent: '', remembered: false, now })
      await rememberDevice(db, { userId, deviceId: 'a browser', userAgent: '', now })
      pending.push(
        (await insertPendingLogin(db, { userId, remembered: false, known: false, now })).id,
      )
    }
    assert.equal(await setRole(db, id, 'reader'), false)
    assert.equal((await listLogins(db, id)).length, 1)

    assert.equal(await setRole(db, id, 'admin'), true)
    assert.equal((await findUserById(db, id))!.role, 'admin')
    assert.deepEqual(await listLogins(db, id), [])
    assert.deepEqual(await listRememberedDevices(db, id, now), [])
    assert.equal(await findPendingLogin(db, pending[0]!, now), undefined)

    assert.deepEqual(await findUserById(db, other.id), other)
    assert.equal((await listLogins(db, other.id)).length, 1)
    assert.equal((await listRememberedDevices(db, other.id, now)).length, 1)
    assert.ok(await findPendingLogin(db, pending[1]!, now))

    await insertLogin(db, { userId: id, userAgent: '', remembered: false, now })
    assert.equal(await setRole(db, id, 'reader'), true)
    assert.deepEqual(await listLogins(db, id), [])
    assert.equal(await setRole(db, 12_345, 'admin'), false)
  })

  test('a deleted user takes logins, orders and reset tokens along', async () => {
    const db = await testDatabase()
    const { id: userId } = await insertTestUser(db, 'a@example.com')
    const book = await insertTestBook(db, { priceCents: 1000 })
    await insertLogin(db, { userId, userAgent: '', remembered: false, now })
    const token = await createPasswordReset(db, userId, now)
    const result = await placeOrder(db, {
      userId,
      checkoutKey: 'key',
      expectedTotalCents: 1000,
      name: 'A',
      address: 'B',
      city: 'C',
      postcode: 'D',
      country: 'E',
      cart: { id: 'cart', quantities: new Map([[book.id, 1]]) },
      expectedLines: [{ bookId: book.id, priceCents: 1000, quantity: 1 }],
      now,
    })
    assert.ok(result.outcome === 'placed')

    assert.equal(await deleteUser(db, userId), true)
    assert.deepEqual(await listLogins(db, userId), [])
    assert.equal(await findOrder(db, result.order.id, userId), undefined)
    assert.equal(await findPasswordReset(db, token, now), undefined)
    assert.equal(await deleteUser(db, userId), false)
  })
})
