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
  nameOfLogin,
  replaceLogin,
  touchLogin,
} from './logins.ts'
import { deleteUser, insertTestUser, now, onEachDatabase } from './testing.ts'

const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000)

onEachDatabase(({ testDatabase }) => {
  async function setup() {
    const db = await testDatabase()
    const ann = await insertTestUser(db, 'ann@example.com')
    const bob = await insertTestUser(db, 'bob@example.com')
    const signIn = (user = ann, time = now) =>
      insertLogin(db, {
        userId: user.id,
        userAgent: 'Browser',
        network: '203.0.113.0/24',
        remembered: true,
        now: time,
      })
    return { db, ann, bob, signIn }
  }

  test('a login is found with its user, and without what only the check of a login needs', async () => {
    const { db, ann, signIn } = await setup()
    const login = await signIn()
    const { passwordHash: _, totpSecret: _secret, totpStep: _step, ...rest } = ann
    const { passkeyHandle: _handle, ...user } = rest
    assert.deepEqual(await findLoginWithUser(db, login.id), { login, user })
    assert.deepEqual(login, {
      id: login.id,
      userId: ann.id,
      userAgent: 'Browser',
      network: '203.0.113.0/24',
      remembered: true,
      createdAt: now,
      lastSeenAt: now,
      confirmedAt: now,
      bindingId: null,
      bindingKey: null,
      boundAt: null,
      provedAt: null,
    })
    assert.equal(await findLoginWithUser(db, 'unknown'), undefined)
    assert.equal(await findLoginWithUser(db, ''), undefined)
  })

  test('login ids are random, 128 bits long and fit for a URL', async () => {
    const { signIn } = await setup()
    const ids = await Array.fromAsync({ length: 100 }, async () => (await signIn()).id)
    assert.equal(new Set(ids).size, 100)
    for (const id of ids) assert.match(id, /^[\w-]{22}$/)
  })

  test('a login ends with its user', async () => {
    const { db, ann, signIn } = await setup()
    const { id } = await signIn()
    await deleteUser(db, ann.id)
    assert.equal(await findLoginWithUser(db, id), undefined)
  })

  test('logins are listed by their last use, those of the user only', async () => {
    const { db, ann, bob, signIn } = await setup()
    const [first, second] = [await signIn(ann, now), await signIn(ann, later(1))]
    await signIn(bob)
    const ids = async () => (await listLogins(db, ann.id)).map((login) => login.id)
    assert.deepEqual(await ids(), [second.id, first.id])
    await touchLogin(db, first.id, later(2))
    assert.deepEqual(await ids(), [first.id, second.id])
    assert.deepEqual((await findLoginWithUser(db, first.id))?.login.lastSeenAt, later(2))
  })

  test('a login can be deleted by its own user only, and once', async () => {
    const { db, ann, bob, signIn } = await setup()
    const { id } = await signIn(ann)
    assert.equal(await deleteLogin(db, id, bob.id), undefined)
    assert.ok(await findLoginWithUser(db, id))
    assert.equal((await deleteLogin(db, id, ann.id))!.id, id)
    assert.equal(await findLoginWithUser(db, id), undefined)
    assert.equal(await deleteLogin(db, id, ann.id), undefined)
  })

  test('deleting the other logins keeps this one and those of other users', async () => {
    const { db, ann, bob, signIn } = await setup()
    const [kept, bobs] = [await signIn(ann), await signIn(bob)]
    await signIn(ann)
    await signIn(ann)
    assert.equal((await deleteOtherLogins(db, ann.id, kept.id)).length, 2)
    assert.deepEqual(await listLogins(db, ann.id), [kept])
    assert.deepEqual(await listLogins(db, bob.id), [bobs])
  })

  test('keeping the login of another user spares none of this one', async () => {
    const { db, ann, bob, signIn } = await setup()
    const bobs = await signIn(bob)
    await signIn(ann)
    assert.equal((await deleteOtherLogins(db, ann.id, bobs.id)).length, 1)
    assert.deepEqual(await listLogins(db, bob.id), [bobs])
  })

  test('deleting all logins logs the user out everywhere', async () => {
    const { db, ann, bob, signIn } = await setup()
    await signIn(ann)
    await signIn(ann)
    await signIn(bob)
    assert.equal((await deleteAllLogins(db, ann.id)).length, 2)
    assert.deepEqual(await listLogins(db, ann.id), [])
    assert.equal((await listLogins(db, bob.id)).length, 1)
  })

  test('only logins that were last used before the given time are cleared away', async () => {
    const { db, ann, signIn } = await setup()
    await signIn(ann, now)
    const [onTime, fresh] = [await signIn(ann, later(10)), await signIn(ann, later(20))]
    const time = later(10)
    assert.equal(await deleteIdleLogins(db, { remembered: time, others: time }), 1)
    assert.deepEqual(await listLogins(db, ann.id), [fresh, onTime])
  })

  test('a login without "remember me" is cleared away earlier', async () => {
    const { db, ann, signIn } = await setup()
    const remembered = await signIn(ann, now)
    await insertLogin(db, { userId: ann.id, userAgent: '', remembered: false, now })
    assert.equal(await deleteIdleLogins(db, { remembered: now, others: later(1) }), 1)
    assert.deepEqual(await listLogins(db, ann.id), [remembered])
  })

  test('a user has twenty logins at most: the one not used for longest goes, and nobody else’s', async () => {
    const { db, ann, bob, signIn } = await setup()
    const bobs = await signIn(bob)
    const all = await Array.fromAsync({ length: 500 }, async (_, minute) => {
      const login = await signIn(ann, later(minute))
      if (minute === 490) await touchLogin(db, login.id, later(10_000))
      return login.id
    })
    const left = (await listLogins(db, ann.id)).map(({ id }) => id)
    assert.equal(MOST_LOGINS, 20)
    assert.deepEqual(left.toSorted(), all.slice(-20).toSorted())
    assert.equal(left[0], all[490])
    await signIn(ann, later(600))
    assert.ok(await findLoginWithUser(db, all[490]!))
    assert.equal(await findLoginWithUser(db, all[480]!), undefined)
    assert.deepEqual(await listLogins(db, bob.id), [bobs])
  })

  test('of a user agent 512 characters are kept', async () => {
    const { db, ann } = await setup()
    const userAgent = 'x'.repeat(16_000)
    const { id } = await insertLogin(db, { userId: ann.id, userAgent, remembered: false, now })
    assert.equal((await findLoginWithUser(db, id))!.login.userAgent, 'x'.repeat(512))
  })

  test('a replaced login has another id and is the same otherwise', async () => {
    const { db, ann, signIn } = await setup()
    const { id, ...login } = await signIn()
    const replaced = (await replaceLogin(db, id, later(3)))!
    assert.notEqual(replaced.id, id)
    assert.deepEqual(replaced, { id: replaced.id, ...login, lastSeenAt: later(3) })
    assert.deepEqual(await listLogins(db, ann.id), [replaced])
    assert.equal(await replaceLogin(db, id, now), undefined)
  })

  test('a login that is replaced keeps its name, by which its own user deletes it', async () => {
    const { db, ann, bob, signIn } = await setup()
    const { id } = await signIn(ann)
    const name = nameOfLogin(id)
    const [once, other] = [(await replaceLogin(db, id, now))!, await signIn(ann)]
    const twice = (await replaceLogin(db, once.id, now))!
    assert.deepEqual(
      [once, twice, other].map((login) => nameOfLogin(login.id) === name),
      [true, true, false],
    )
    assert.match(twice.id, /^[\w-]{22}\.[\w-]{22}$/)
    assert.equal(await deleteLogin(db, name, bob.id), undefined)
    assert.equal((await deleteLogin(db, name, ann.id))!.id, twice.id)
    assert.deepEqual(await listLogins(db, ann.id), [other])
  })
})
