import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  deleteAllLogins,
  deleteIdleLogins,
  deleteLogin,
  deleteOtherLogins,
  findLoginWithUser,
  insertLogin,
  listLogins,
  MOST_LOGINS,
  replaceLogin,
  touchLogin,
} from './logins.ts'
import { insertTestUser, now, testDatabase } from './testing.ts'
import { deleteUser } from './users.ts'

const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)

function setup() {
  const db = testDatabase()
  const ann = insertTestUser(db, 'ann@example.com')
  const bob = insertTestUser(db, 'bob@example.com')
  const signIn = (user = ann, time = now) =>
    insertLogin(db, { userId: user.id, userAgent: 'Browser', remembered: true, now: time })
  return { db, ann, bob, signIn }
}

test('a login is found with its user, and without the password hash', () => {
  const { db, ann, signIn } = setup()
  const login = signIn()
  const { passwordHash: _, ...user } = ann
  assert.deepEqual(findLoginWithUser(db, login.id), { login, user })
  assert.deepEqual(login, {
    id: login.id,
    userId: ann.id,
    userAgent: 'Browser',
    remembered: true,
    createdAt: now,
    lastSeenAt: now,
  })
  assert.equal(findLoginWithUser(db, 'unknown'), undefined)
  assert.equal(findLoginWithUser(db, ''), undefined)
})

test('login ids are random, 128 bits long and fit for a URL', () => {
  const { signIn } = setup()
  const ids = Array.from({ length: 100 }, () => signIn().id)
  assert.equal(new Set(ids).size, 100)
  for (const id of ids) assert.match(id, /^[\w-]{22}$/)
})

test('a login ends with its user', () => {
  const { db, ann, signIn } = setup()
  const { id } = signIn()
  deleteUser(db, ann.id)
  assert.equal(findLoginWithUser(db, id), undefined)
})

test('logins are listed by their last use, those of the user only', () => {
  const { db, ann, bob, signIn } = setup()
  const [first, second] = [signIn(ann, now), signIn(ann, later(1))]
  signIn(bob)
  const ids = () => listLogins(db, ann.id).map((login) => login.id)
  assert.deepEqual(ids(), [second.id, first.id])
  touchLogin(db, first.id, later(2))
  assert.deepEqual(ids(), [first.id, second.id])
  assert.deepEqual(findLoginWithUser(db, first.id)?.login.lastSeenAt, later(2))
})

test('a login can be deleted by its own user only, and once', () => {
  const { db, ann, bob, signIn } = setup()
  const { id } = signIn(ann)
  assert.equal(deleteLogin(db, id, bob.id), false)
  assert.ok(findLoginWithUser(db, id))
  assert.equal(deleteLogin(db, id, ann.id), true)
  assert.equal(findLoginWithUser(db, id), undefined)
  assert.equal(deleteLogin(db, id, ann.id), false)
})

test('deleting the other logins keeps this one and those of other users', () => {
  const { db, ann, bob, signIn } = setup()
  const [kept, bobs] = [signIn(ann), signIn(bob)]
  signIn(ann)
  signIn(ann)
  assert.equal(deleteOtherLogins(db, ann.id, kept.id), 2)
  assert.deepEqual(listLogins(db, ann.id), [kept])
  assert.deepEqual(listLogins(db, bob.id), [bobs])
})

test('keeping the login of another user spares none of this one', () => {
  const { db, ann, bob, signIn } = setup()
  const bobs = signIn(bob)
  signIn(ann)
  assert.equal(deleteOtherLogins(db, ann.id, bobs.id), 1)
  assert.deepEqual(listLogins(db, bob.id), [bobs])
})

test('deleting all logins signs the user out everywhere', () => {
  const { db, ann, bob, signIn } = setup()
  signIn(ann)
  signIn(ann)
  signIn(bob)
  assert.equal(deleteAllLogins(db, ann.id), 2)
  assert.deepEqual(listLogins(db, ann.id), [])
  assert.equal(listLogins(db, bob.id).length, 1)
})

test('only logins that were last used before the given time are cleared away', () => {
  const { db, ann, signIn } = setup()
  signIn(ann, now)
  const [onTime, fresh] = [signIn(ann, later(10)), signIn(ann, later(20))]
  const time = later(10)
  assert.equal(deleteIdleLogins(db, { remembered: time, others: time }), 1)
  assert.deepEqual(listLogins(db, ann.id), [fresh, onTime])
})

test('a login without "remember me" is cleared away earlier', () => {
  const { db, ann, signIn } = setup()
  const remembered = signIn(ann, now)
  insertLogin(db, { userId: ann.id, userAgent: '', remembered: false, now })
  assert.equal(deleteIdleLogins(db, { remembered: now, others: later(1) }), 1)
  assert.deepEqual(listLogins(db, ann.id), [remembered])
})

test('a user has twenty logins at most: the one not used for longest goes, and nobody else’s', () => {
  const { db, ann, bob, signIn } = setup()
  const bobs = signIn(bob)
  const all = Array.from({ length: 500 }, (_, minute) => {
    const login = signIn(ann, later(minute))
    if (minute === 490) touchLogin(db, login.id, later(10_000))
    return login.id
  })
  const left = listLogins(db, ann.id).map(({ id }) => id)
  assert.equal(MOST_LOGINS, 20)
  assert.deepEqual(left.toSorted(), all.slice(-20).toSorted())
  assert.equal(left[0], all[490])
  signIn(ann, later(600))
  assert.ok(findLoginWithUser(db, all[490]!))
  assert.equal(findLoginWithUser(db, all[480]!), undefined)
  assert.deepEqual(listLogins(db, bob.id), [bobs])
})

test('of a user agent 512 characters are kept', () => {
  const { db, ann } = setup()
  const userAgent = 'x'.repeat(16_000)
  const { id } = insertLogin(db, { userId: ann.id, userAgent, remembered: false, now })
  assert.equal(findLoginWithUser(db, id)!.login.userAgent, 'x'.repeat(512))
})

test('a replaced login has another id and is the same otherwise', () => {
  const { db, ann, signIn } = setup()
  const { id, ...login } = signIn()
  const replaced = replaceLogin(db, id, later(3))!
  assert.notEqual(replaced.id, id)
  assert.deepEqual(replaced, { id: replaced.id, ...login, lastSeenAt: later(3) })
  assert.deepEqual(listLogins(db, ann.id), [replaced])
  assert.equal(replaceLogin(db, id, now), undefined)
})
