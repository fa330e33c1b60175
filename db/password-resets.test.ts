import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'

import type { Database } from './database.ts'
import {
  createPasswordReset,
  findPasswordReset,
  passwordResetMinutes,
  resetPassword,
} from './password-resets.ts'
import { insertTestUser, rowsOf, now, onEachDatabase } from './testing.ts'
import { raceProcesses } from './testing-race.ts'
import { findUserById, setPassword, updatePasswordHash } from './users.ts'

const later = (milliseconds: number) => new Date(now.getTime() + milliseconds)
const lifetime = passwordResetMinutes * 60_000

async function use(db: Database, token: string, time: Date): Promise<number | undefined> {
  return resetPassword(db, token, { passwordHash: 'new hash', now: time })
}

onEachDatabase(({ testDatabase, newUrl }) => {
  test('a token leads to its user, as often as it is looked up, and is taken once', async () => {
    const db = await testDatabase()
    const { id } = await insertTestUser(db, 'ann@example.com')
    const token = await createPasswordReset(db, id, now)
    assert.equal(await findPasswordReset(db, token, now), id)
    assert.equal(await findPasswordReset(db, token, now), id)
    assert.equal(await use(db, token, now), id)
    assert.equal(await use(db, token, now), undefined)
    assert.equal(await findPasswordReset(db, token, now), undefined)
  })

  test('a token works for 30 minutes', async () => {
    assert.equal(passwordResetMinutes, 30)
    const db = await testDatabase()
    const { id } = await insertTestUser(db, 'ann@example.com')
    const token = await createPasswordReset(db, id, now)
    assert.equal(await findPasswordReset(db, token, later(lifetime)), undefined)
    assert.equal(await use(db, token, later(lifetime)), undefined)
    assert.equal(await findPasswordReset(db, token, later(lifetime - 1)), id)
    assert.equal(await use(db, token, later(lifetime - 1)), id)
  })

  test('each token of a user works until one is used, and those of nobody else end with it', async () => {
    const db = await testDatabase()
    const ann = await insertTestUser(db, 'ann@example.com')
    const bob = await insertTestUser(db, 'bob@example.com')
    const [older, bobs] = [
      await createPasswordReset(db, ann.id, now),
      await createPasswordReset(db, bob.id, now),
    ]
    const newer = await createPasswordReset(db, ann.id, later(1000))
    assert.equal(await findPasswordReset(db, older, later(1000)), ann.id)
    assert.equal(await use(db, older, later(1000)), ann.id)
    assert.equal((await findUserById(db, ann.id))!.passwordHash, 'new hash')
    assert.equal(await use(db, newer, later(1000)), undefined)
    assert.equal(await use(db, bobs, now), bob.id)
  })

  test('a new password ends the tokens, a new hash of the same one does not', async () => {
    const db = await testDatabase()
    const { id } = await insertTestUser(db, 'ann@example.com')
    const token = await createPasswordReset(db, id, now)
    await updatePasswordHash(db, id, 'another hash')
    assert.equal(await findPasswordReset(db, token, now), id)
    await setPassword(db, id, 'hash of a new one')
    assert.equal(await findPasswordReset(db, token, now), undefined)
  })

  test('the token has 32 random bytes, and the database holds its SHA-256 only', async () => {
    const db = await testDatabase()
    const { id } = await insertTestUser(db, 'ann@example.com')
    const token = await createPasswordReset(db, id, now)
    assert.match(token, /^[\w-]{43}$/)
    assert.notEqual(await createPasswordReset(db, id, now), token)

    const last = await createPasswordReset(db, id, now)
    const row = (await rowsOf(db, 'select * from password_resets')).at(-1)!
    assert.ok(!JSON.stringify(row).includes(last))
    assert.ok(Object.values(row).includes(createHash('sha256').update(last).digest('base64url')))
  })

  test('a wrong token, or the stored hash sent as one, leads to nobody', async () => {
    const db = await testDatabase()
    const { id } = await insertTestUser(db, 'ann@example.com')
    const token = await createPasswordReset(db, id, now)
    const hash = createHash('sha256').update(token).digest('base64url')
    for (const wrong of ['', 'x', `${token}x`, token.slice(1), hash]) {
      assert.equal(await findPasswordReset(db, wrong, now), undefined)
      assert.equal(await use(db, wrong, now), undefined)
    }
    assert.equal(await use(db, token, now), id)
  })

  test('of those that use one token in several processes at once, one gets it', async () => {
    const database = await newUrl()
    const db = await testDatabase(database)
    // Many tokens, one after the other: only the first call for each of them can go wrong.
    const ids = await Array.fromAsync({ length: 500 }, async (_, index) => {
      return (await insertTestUser(db, `ann-${index}@example.com`)).id
    })
    const tokens = await Array.fromAsync(ids, (id) => createPasswordReset(db, id, now))
    const results = await raceProcesses<number | undefined>(
      { call: ['./password-resets.ts', 'resetPassword'], database, processes: 4 },
      tokens.flatMap((token) => [1, 2, 3, 4].map(() => [token, { passwordHash: 'new hash', now }])),
    )
    assert.deepEqual(
      results.filter((userId) => userId !== undefined),
      ids,
    )
  })
})
