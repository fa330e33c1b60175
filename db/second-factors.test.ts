import assert from 'node:assert/strict'
import { test } from 'node:test'

import { findPendingLogin, insertPendingLogin, takePendingLogin } from './pending-logins.ts'
import {
  forgetDevice,
  isRememberedDevice,
  listRememberedDevices,
  rememberDevice,
} from './remembered-devices.ts'
import {
  countRecoveryCodes,
  deleteSecondFactor,
  insertSecondFactor,
  replaceRecoveryCodes,
  useFactor,
} from './second-factors.ts'
import { insertTestUser, now, onEachDatabase } from './testing.ts'
import { findUserById, setPassword } from './users.ts'

const later = (days: number) => new Date(now.getTime() + days * 24 * 60 * 60_000)
const minutes = (count: number) => later(count / 24 / 60)
const secret = 'A SECRET'

onEachDatabase(({ testDatabase }) => {
  async function setup() {
    const db = await testDatabase()
    const ann = await insertTestUser(db, 'ann@example.com')
    const bob = await insertTestUser(db, 'bob@example.com')
    const factor = { secret, step: 100, recoveryHashes: ['one', 'two'] }
    assert.equal(await insertSecondFactor(db, ann.id, factor), true)
    return { db, ann, bob }
  }

  test('a step is used once, and none before it, also at once', async () => {
    const { db, ann, bob } = await setup()
    assert.equal(await useFactor(db, ann.id, { secret, step: 100 }), false, 'it set it up')
    const at = Array.from({ length: 5 }, () => useFactor(db, ann.id, { secret, step: 101 }))
    assert.deepEqual((await Promise.all(at)).filter(Boolean), [true])
    assert.equal(await useFactor(db, ann.id, { secret, step: 99 }), false)
    assert.equal(await useFactor(db, ann.id, { secret: 'ANOTHER', step: 102 }), false)
    assert.equal(await useFactor(db, bob.id, { secret, step: 102 }), false)
    assert.equal(await useFactor(db, ann.id, { secret, step: 102 }), true)
  })

  test('a recovery code is used once, by its user, also at once', async () => {
    const { db, ann, bob } = await setup()
    assert.equal(await useFactor(db, bob.id, { recoveryHash: 'one' }), false)
    const at = Array.from({ length: 5 }, () => useFactor(db, ann.id, { recoveryHash: 'one' }))
    assert.deepEqual((await Promise.all(at)).filter(Boolean), [true])
    assert.equal(await countRecoveryCodes(db, ann.id), 1)
    await replaceRecoveryCodes(db, ann.id, ['three', 'four', 'five'])
    assert.equal(await useFactor(db, ann.id, { recoveryHash: 'two' }), false)
    assert.equal(await countRecoveryCodes(db, ann.id), 3)
  })

  test('a second factor is set up once, and goes with all that belongs to it', async () => {
    const { db, ann, bob } = await setup()
    const other = { secret: 'ANOTHER', step: 1, recoveryHashes: ['three'] }
    assert.equal(await insertSecondFactor(db, ann.id, other), false)
    assert.equal((await findUserById(db, ann.id))!.totpSecret, secret)
    await rememberDevice(db, { userId: ann.id, deviceId: 'a', userAgent: '', now })
    const waits = { remembered: false, known: false, now }
    const pending = await insertPendingLogin(db, { userId: ann.id, ...waits })
    const bobs = await insertPendingLogin(db, { userId: bob.id, ...waits })
    assert.equal(await deleteSecondFactor(db, ann.id), true)
    assert.equal(await deleteSecondFactor(db, ann.id), false)
    assert.equal(await findPendingLogin(db, pending.id, now), undefined)
    assert.ok(await findPendingLogin(db, bobs.id, now))
    assert.equal(await countRecoveryCodes(db, ann.id), 0)
    assert.deepEqual(await listRememberedDevices(db, ann.id, now), [])
    const { totpSecret, totpStep } = (await findUserById(db, ann.id))!
    assert.deepEqual([totpSecret, totpStep], [null, null])
  })

  test('a device is remembered for thirty days, for its user, until the password changes', async () => {
    const { db, ann, bob } = await setup()
    const device = { userId: ann.id, deviceId: 'a', userAgent: 'x'.repeat(600) }
    await rememberDevice(db, { ...device, now })
    await rememberDevice(db, { ...device, now })
    const isRemembered = (userId: number, days: number, deviceId = 'a') =>
      isRememberedDevice(db, { userId, deviceId, now: later(days) })
    assert.equal(await isRemembered(ann.id, 29.9), true)
    assert.equal(await isRemembered(ann.id, 30), false)
    assert.equal(await isRemembered(bob.id, 0), false)
    assert.equal(await isRemembered(ann.id, 0, 'b'), false)
    const [listed] = await listRememberedDevices(db, ann.id, now)
    assert.equal(listed!.userAgent.length, 512)
    await rememberDevice(db, { ...device, now: later(30) })
    assert.equal(await isRemembered(ann.id, 59.9), true, 'anew')
    await setPassword(db, ann.id, 'another hash')
    assert.equal(await isRemembered(ann.id, 30), false)
  })

  test('a user sees and forgets the own devices alone, as long as they are remembered', async () => {
    const { db, ann, bob } = await setup()
    const idsOf = async (userId: number, days: number) =>
      (await listRememberedDevices(db, userId, later(days))).map((device) => device.userId)
    for (const { id: userId } of [ann, bob]) {
      await rememberDevice(db, { userId, deviceId: 'a', userAgent: '', now })
    }
    assert.deepEqual(await idsOf(ann.id, 29.9), [ann.id])
    assert.deepEqual(await idsOf(ann.id, 30), [])
    const [own] = await listRememberedDevices(db, ann.id, now)
    const { deviceHash } = own!
    assert.match(deviceHash, /^[\w-]{43}$/, 'the id is stored as a hash')
    assert.equal(await forgetDevice(db, ann.id, deviceHash), true)
    assert.equal(await forgetDevice(db, ann.id, deviceHash), false)
    assert.deepEqual([await idsOf(ann.id, 0), await idsOf(bob.id, 0)], [[], [bob.id]])
  })

  test('a pending login is taken once within ten minutes, and goes with a new password', async () => {
    const { db, ann } = await setup()
    const insert = () =>
      insertPendingLogin(db, { userId: ann.id, remembered: true, known: false, now })
    const { id } = await insert()
    const found = await findPendingLogin(db, id, minutes(9.9))
    assert.deepEqual([found!.user.id, found!.pending.remembered], [ann.id, true])
    assert.equal(await findPendingLogin(db, id, minutes(10)), undefined)
    assert.equal(await takePendingLogin(db, id, minutes(10)), false)
    const at = Array.from({ length: 5 }, () => takePendingLogin(db, id, minutes(9)))
    assert.deepEqual((await Promise.all(at)).filter(Boolean), [true])
    const next = await insert()
    await setPassword(db, ann.id, 'another hash')
    assert.equal(await findPendingLogin(db, next.id, now), undefined)
  })

  test('of pending logins the newest hundred stay, apart for browsers that are known and others', async () => {
    const { db, ann, bob } = await setup()
    const insert = (userId: number, known: boolean, minute: number) =>
      insertPendingLogin(db, { userId, remembered: true, known, now: minutes(minute) })
    const first = await insert(ann.id, false, 0)
    const [owner, other] = [await insert(ann.id, true, 0), await insert(bob.id, false, 0)]
    for (let n = 0; n < 99; n += 1) await insert(ann.id, false, 1)
    assert.ok(await findPendingLogin(db, first.id, minutes(2)))
    await insert(ann.id, false, 1)
    assert.equal(await findPendingLogin(db, first.id, minutes(2)), undefined)
    assert.ok(await findPendingLogin(db, owner.id, minutes(2)))
    assert.ok(await findPendingLogin(db, other.id, minutes(2)))
  })
})
