import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'

import type { Database } from './connect.ts'
import {
  createPasswordReset,
  findPasswordReset,
  passwordResetMinutes,
  resetPassword,
} from './password-resets.ts'
import { insertTestUser, now, testDatabase, testDatabasePath } from './testing.ts'
import { raceProcesses } from './testing-race.ts'
import { findUserById, setPassword, updatePasswordHash } from './users.ts'

const later = (milliseconds: number) => new Date(now.getTime() + milliseconds)
const lifetime = passwordResetMinutes * 60_000

function use(db: Database, token: string, time: Date): number | undefined {
  return resetPassword(db, token, { passwordHash: 'new hash', now: time })
}

test('a token leads to its user, as often as it is looked up, and is taken once', () => {
  const db = testDatabase()
  const { id } = insertTestUser(db, 'ann@example.com')
  const token = createPasswordReset(db, id, now)
  assert.equal(findPasswordReset(db, token, now), id)
  assert.equal(findPasswordReset(db, token, now), id)
  assert.equal(use(db, token, now), id)
  assert.equal(use(db, token, now), undefined)
  assert.equal(findPasswordReset(db, token, now), undefined)
})

test('a token works for 30 minutes', () => {
  assert.equal(passwordResetMinutes, 30)
  const db = testDatabase()
  const { id } = insertTestUser(db, 'ann@example.com')
  const token = createPasswordReset(db, id, now)
  assert.equal(findPasswordReset(db, token, later(lifetime)), undefined)
  assert.equal(use(db, token, later(lifetime)), undefined)
  assert.equal(findPasswordReset(db, token, later(lifetime - 1)), id)
  assert.equal(use(db, token, later(lifetime - 1)), id)
})

test('each token of a user works until one is used, and those of nobody else end with it', () => {
  const db = testDatabase()
  const ann = insertTestUser(db, 'ann@example.com')
  const bob = insertTestUser(db, 'bob@example.com')
  const [older, bobs] = [createPasswordReset(db, ann.id, now), createPasswordReset(db, bob.id, now)]
  const newer = createPasswordReset(db, ann.id, later(1000))
  assert.equal(findPasswordReset(db, older, later(1000)), ann.id)
  assert.equal(use(db, older, later(1000)), ann.id)
  assert.equal(findUserById(db, ann.id)!.passwordHash, 'new hash')
  assert.equal(use(db, newer, later(1000)), undefined)
  assert.equal(use(db, bobs, now), bob.id)
})

test('a new password ends the tokens, a new hash of the same one does not', () => {
  const db = testDatabase()
  const { id } = insertTestUser(db, 'ann@example.com')
  const token = createPasswordReset(db, id, now)
  updatePasswordHash(db, id, 'another hash')
  assert.equal(findPasswordReset(db, token, now), id)
  setPassword(db, id, 'hash of a new one')
  assert.equal(findPasswordReset(db, token, now), undefined)
})

test('tokens that ran out are cleared away', () => {
  const db = testDatabase()
  const { id } = insertTestUser(db, 'ann@example.com')
  for (let time = 0; time < 5; time++) createPasswordReset(db, id, later(time * lifetime))
  const rows = db.$client.prepare('select count(*) from password_resets').pluck().get()
  assert.equal(rows, 1)
})

test('the token has 32 random bytes, and the database holds its SHA-256 only', () => {
  const db = testDatabase()
  const { id } = insertTestUser(db, 'ann@example.com')
  const token = createPasswordReset(db, id, now)
  assert.match(token, /^[\w-]{43}$/)
  assert.notEqual(createPasswordReset(db, id, now), token)

  const last = createPasswordReset(db, id, now)
  const row = db.$client.prepare('select * from password_resets').all().at(-1) as object
  assert.ok(!JSON.stringify(row).includes(last))
  assert.ok(Object.values(row).includes(createHash('sha256').update(last).digest('base64url')))
})

test('a wrong token, or the stored hash sent as one, leads to nobody', () => {
  const db = testDatabase()
  const { id } = insertTestUser(db, 'ann@example.com')
  const token = createPasswordReset(db, id, now)
  const hash = createHash('sha256').update(token).digest('base64url')
  for (const wrong of ['', 'x', `${token}x`, token.slice(1), hash]) {
    assert.equal(findPasswordReset(db, wrong, now), undefined)
    assert.equal(use(db, wrong, now), undefined)
  }
  assert.equal(use(db, token, now), id)
})

test('of those that use one token in several processes at once, one gets it', async () => {
  const database = testDatabasePath()
  const db = testDatabase(database)
  // Many tokens, one after the other: only the first call for each of them can go wrong.
  const ids = Array.from({ length: 500 }, (_, index) => {
    return insertTestUser(db, `ann-${index}@example.com`).id
  })
  const tokens = ids.map((id) => createPasswordReset(db, id, now))
  const results = await raceProcesses<number | undefined>(
    { call: ['./password-resets.ts', 'resetPassword'], database, processes: 4 },
    tokens.flatMap((token) => [1, 2, 3, 4].map(() => [token, { passwordHash: 'new hash', now }])),
  )
  assert.deepEqual(
    results.filter((userId) => userId !== undefined),
    ids,
  )
})
