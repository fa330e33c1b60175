import assert from 'node:assert/strict'
import { test } from 'node:test'

import { bindLogin, findBoundLogin, proveBinding } from './device-bindings.ts'
import { findLoginWithUser, insertLogin, replaceLogin } from './logins.ts'
import { insertTestUser, now, onEachDatabase, plansOf, testDatabase } from './testing.ts'

async function setup() {
  const db = await testDatabase()
  const { id: userId } = await insertTestUser(db, 'ann@example.com')
  const signIn = () => insertLogin(db, { userId, userAgent: '', remembered: false, now })
  return { db, login: await signIn(), other: await signIn() }
}
const binding = { id: 'binding', publicKey: '{}', now }
const later = (ms: number) => new Date(now.getTime() + ms)

onEachDatabase(() => {
  test('a login is bound once, and found by what it is bound with', async () => {
    const { db, login, other } = await setup()
    assert.equal(await findBoundLogin(db, binding.id), undefined)
    assert.equal(await bindLogin(db, login.id, binding), true)
    assert.equal(await bindLogin(db, login.id, { ...binding, id: 'again' }), false)
    assert.equal(await bindLogin(db, 'unknown', { ...binding, id: 'again' }), false)
    const bound = {
      ...login,
      bindingId: binding.id,
      bindingKey: '{}',
      boundAt: now,
      provedAt: now,
    }
    assert.deepEqual(await findBoundLogin(db, binding.id), bound)
    assert.deepEqual((await findLoginWithUser(db, other.id))!.login, other)
  })

  test('of several that bind a login at once one does', async () => {
    const { db, login } = await setup()
    const keys = ['a', 'b', 'c', 'd']
    const done = await Promise.all(
      keys.map((id) => bindLogin(db, login.id, { id, publicKey: id, now })),
    )
    assert.equal(done.filter(Boolean).length, 1)
    const { bindingId, bindingKey } = (await findLoginWithUser(db, login.id))!.login
    assert.equal(bindingId, bindingKey)
    assert.equal(done[keys.indexOf(bindingId!)], true)
  })

  test('a challenge is taken once, and none from before one that was taken', async () => {
    const { db, login } = await setup()
    await bindLogin(db, login.id, binding)
    assert.equal(await proveBinding(db, binding.id, now), false, 'as late as the registration')
    assert.equal(await proveBinding(db, binding.id, later(2)), true)
    assert.equal(await proveBinding(db, binding.id, later(2)), false)
    assert.equal(await proveBinding(db, binding.id, later(1)), false)
    assert.equal(await proveBinding(db, 'unknown', later(3)), false)
    const sameTime = Array.from({ length: 5 }, () => proveBinding(db, binding.id, later(9)))
    assert.equal((await Promise.all(sameTime)).filter(Boolean).length, 1)
    assert.deepEqual((await findBoundLogin(db, binding.id))!.provedAt, later(9))
  })

  test('a binding goes on with a login that gets another id, and ends with it', async () => {
    const { db, login } = await setup()
    await bindLogin(db, login.id, binding)
    const replaced = await replaceLogin(db, login.id, later(5))
    assert.equal((await findBoundLogin(db, binding.id))!.id, replaced!.id)
  })

  test('is found by an index', async () => {
    const { db } = await setup()
    const plans = await plansOf(db, () => findBoundLogin(db, binding.id))
    assert.match(plans, /logins_binding/)
  })
})
