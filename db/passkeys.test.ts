import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { Database } from './database.ts'
import { CLOCK_SKEW_MS } from './lifetimes.ts'
import {
  CHALLENGE_LIVES_MS,
  deletePasskey,
  findPasskey,
  forgetOldChallenges,
  insertPasskey,
  listPasskeys,
  MOST_PASSKEYS,
  passkeyHandleOf,
  renamePasskey,
  takeChallenge,
  usePasskey,
} from './passkeys.ts'
import { insertTestUser, now, onEachDatabase, rowsOf } from './testing.ts'
import { detachUser, findUserById, setPassword } from './users.ts'

const namesOf = async (db: Database, userId: number) =>
  (await listPasskeys(db, userId)).map(({ name }) => name)
const later = (ms: number) => new Date(now.getTime() + ms)

onEachDatabase(({ testDatabase }) => {
  async function setup() {
    const db = await testDatabase()
    const ann = await insertTestUser(db, 'ann@example.com')
    const bob = await insertTestUser(db, 'bob@example.com')
    const insert = (id: string, userId = ann.id, counter = 0) =>
      insertPasskey(db, {
        id,
        userId,
        name: `Key ${id}`,
        publicKey: 'key',
        counter,
        backupEligible: true,
        backedUp: false,
        createdAt: now,
      })
    return { db, ann, bob, insert }
  }

  test('a user is known to authenticators by one random handle, also at once', async () => {
    const { db, ann, bob } = await setup()
    const asked = Array.from({ length: 5 }, () => passkeyHandleOf(db, ann.id))
    const handles = new Set(await Promise.all(asked))
    assert.equal(handles.size, 1)
    const [handle] = handles
    assert.match(handle!, /^[\w-]{43}$/)
    assert.notEqual(await passkeyHandleOf(db, bob.id), handle)
    assert.equal((await findUserById(db, ann.id))!.passkeyHandle, handle)
  })

  test('a challenge is taken once, also at once, and forgotten when it is too old', async () => {
    const { db } = await setup()
    const asked = Array.from({ length: 5 }, () => takeChallenge(db, 'one', now))
    assert.deepEqual((await Promise.all(asked)).filter(Boolean), [true])
    assert.equal(await takeChallenge(db, 'two', later(CHALLENGE_LIVES_MS)), true)
    assert.equal(await takeChallenge(db, 'one', later(CHALLENGE_LIVES_MS)), false)
    // It may be fresh from as long before its time as after it, and clocks are set back.
    const atLast = 2 * CHALLENGE_LIVES_MS + CLOCK_SKEW_MS
    await forgetOldChallenges(db, later(atLast))
    assert.equal(await takeChallenge(db, 'one', later(CHALLENGE_LIVES_MS)), false)
    await forgetOldChallenges(db, later(atLast + 1))
    const rows = await rowsOf(db, 'select challenge from used_challenges')
    assert.deepEqual(
      rows.map(({ challenge }) => challenge),
      ['two'],
    )
  })

  test('a challenge whose use came to nothing may be answered again', async () => {
    const { db } = await setup()
    const failed = db.transaction(async (tx) => {
      await takeChallenge(tx, 'one', now)
      throw new Error('came to nothing')
    })
    await assert.rejects(failed, /came to nothing/)
    assert.equal(await takeChallenge(db, 'one', now), true)
  })

  test('a passkey belongs to one user, and nobody has too many', async () => {
    const { db, ann, bob, insert } = await setup()
    assert.equal(await insert('a'), 'added')
    assert.equal(await insert('a'), 'known')
    assert.equal(await insert('a', bob.id), 'known')
    const found = await findPasskey(db, 'a')
    assert.deepEqual([found!.user.id, found!.passkey.lastUsedAt], [ann.id, null])
    const asked = Array.from({ length: MOST_PASSKEYS + 1 }, (_, index) => insert(`b${index}`))
    const answers = await Promise.all(asked)
    assert.equal(answers.filter((answer) => answer === 'too many').length, 2)
    assert.equal((await listPasskeys(db, ann.id)).length, MOST_PASSKEYS)
    assert.equal(await insert('c', bob.id), 'added')
  })

  test('a passkey counts on, or never counts', async () => {
    const { db, insert } = await setup()
    await insert('counts', undefined, 5)
    await insert('never')
    const use = (id: string, counter: number, backedUp = false) =>
      usePasskey(db, id, { counter, backedUp, now: later(1) })
    for (const [counter, expected] of [
      [5, false],
      [0, false],
      [6, true],
      [6, false],
      [1000, true],
      [999, false],
    ] as const) {
      assert.equal(await use('counts', counter), expected, String(counter))
    }
    assert.equal(await use('never', 0), true)
    assert.equal(await use('never', 0, true), true)
    const { backedUp, lastUsedAt } = (await findPasskey(db, 'never'))!.passkey
    assert.deepEqual([backedUp, lastUsedAt], [true, later(1)])
    assert.equal(await use('never', 1), true, 'it may begin to')
    assert.equal(await use('never', 0), false)
    assert.equal(await use('gone', 1), false)
    const at = Array.from({ length: 5 }, () => use('counts', 2000))
    assert.deepEqual((await Promise.all(at)).filter(Boolean), [true], 'of two one is the copy')
  })

  test('a passkey is renamed and removed by its user alone', async () => {
    const { db, ann, bob, insert } = await setup()
    await insert('a')
    await insert('b')
    assert.equal(await renamePasskey(db, bob.id, 'a', 'Mine'), false)
    assert.equal(await renamePasskey(db, ann.id, 'a', 'Phone'), true)
    assert.equal(await deletePasskey(db, bob.id, 'a'), false)
    assert.deepEqual(await namesOf(db, ann.id), ['Phone', 'Key b'])
    assert.equal(await deletePasskey(db, ann.id, 'a'), true)
    assert.equal(await deletePasskey(db, ann.id, 'a'), false)
    assert.deepEqual(await namesOf(db, ann.id), ['Key b'])
  })

  test('passkeys outlive a new password, and leave with an address that was a stranger’s', async () => {
    const { db, ann, insert } = await setup()
    await passkeyHandleOf(db, ann.id)
    await insert('a')
    await setPassword(db, ann.id, 'another hash')
    assert.deepEqual(await namesOf(db, ann.id), ['Key a'])
    await detachUser(db, ann.id)
    assert.deepEqual(await namesOf(db, ann.id), [])
    assert.equal((await findUserById(db, ann.id))!.passkeyHandle, null)
  })
})
