import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'

import {
  createPasswordReset,
  findPasswordReset,
  passwordResetMinutes,
  takePasswordReset,
} from './password-resets.ts'
import { insertTestUser, now, testDatabase, testDatabasePath } from './testing.ts'
import { raceProcesses } from './testing-race.ts'

const later = (milliseconds: number) => new Date(now.getTime() + milliseconds)
const lifetime = passwordResetMinutes * 60_000

test('a token leads to its user, as often as it is looked up, and is taken once', () => {
  const db = testDatabase()
  const { id } = insertTestUser(db, 'ann@example.com')
  const token = createPasswordReset(db, id, now)
  assert.equal(findPasswordReset(db, token, now), id)
  assert.equal(findPasswordReset(db, token, now), id)
  assert.equal(takePasswordReset(db, token, now), id)
  assert.equal(takePasswordReset(db, token, now), undefined)
  assert.equal(findPasswordReset(db, token, now), undefined)
})

test('a token works for 30 minutes', () => {
  assert.equal(passwordResetMinutes, 30)
  const db = testDatabase()
  const { id } = insertTestUser(db, 'ann@example.com')
  const token = createPasswordReset(db, id, now)
  assert.equal(findPasswordReset(db, token, later(lifetime)), undefined)
  assert.equal(takePasswordReset(db, token, later(lifetime)), undefined)
  assert.equal(findPasswordReset(db, token, later(lifetime - 1)), id)
  assert.equal(takePasswordReset(db, token, later(lifetime - 1)), id)
})

test('a new token ends the older one of the same user, and of nobody else', () => {
  const db = testDatabase()
  const ann = insertTestUser(db, 'ann@example.com')
  const bob = insertTestUser(db, 'bob@example.com')
  const [older, bobs] = [createPasswordReset(db, ann.id, now), createPasswordReset(db, bob.id, now)]
  const newer = createPasswordReset(db, ann.id, later(1000))
  assert.equal(takePasswordReset(db, older, later(1000)), undefined)
  assert.equal(takePasswordReset(db, newer, later(1000 + lifetime - 1)), ann.id)
  assert.equal(takePasswordReset(db, bobs, now), bob.id)
})

test('the token has 32 random bytes, and the database holds its SHA-256 only', () => {
  const db = testDatabase()
  const { id } = insertTestUser(db, 'ann@example.com')
  const token = createPasswordReset(db, id, now)
  assert.match(token, /^[\w-]{43}$/)
  assert.notEqual(createPasswordReset(db, id, now), token)

  const last = createPasswordReset(db, id, now)
  const [row] = db.$client.prepare('select * from password_resets').all() as [object]
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
    assert.equal(takePasswordReset(db, wrong, now), undefined)
  }
  assert.equal(takePasswordReset(db, token, now), id)
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
    { call: ['./password-resets.ts', 'takePasswordReset'], database, processes: 4 },
    tokens.flatMap((token) => [1, 2, 3, 4].map(() => [token, now])),
  )
  assert.deepEqual(
    results.filter((userId) => userId !== undefined),
    ids,
  )
})
