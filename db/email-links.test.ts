import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'

import { confirmEmail, createEmailLink, findEmailLink } from './email-links.ts'
import { deleteAllLogins, findLoginWithUser, insertLogin } from './logins.ts'
import { findPendingLogin, insertPendingLogin } from './pending-logins.ts'
import { createPasswordReset, findPasswordReset, resetPassword } from './password-resets.ts'
import { insertTestUser, now, onEachDatabase } from './testing.ts'
import { findUserByEmail, findUserById, findUserToChange, setPassword } from './users.ts'

const hours = (count: number) => new Date(now.getTime() + count * 60 * 60_000)

onEachDatabase(({ testDatabase }) => {
  async function setup() {
    const db = await testDatabase()
    const ann = await insertTestUser(db, 'ann@example.com', { emailConfirmedAt: now })
    const link = (email: string) => createEmailLink(db, { userId: ann.id, email }, now)
    const login = await insertLogin(db, { userId: ann.id, userAgent: '', remembered: true, now })
    const use = async (token: string, time = now) => {
      return (await confirmEmail(db, token, { login, now: time }))?.email
    }
    return { db, ann, link, login, use }
  }

  test('a link gives its user the address, once and for a day', async () => {
    const { db, ann, link, login, use } = await setup()
    const token = await link('Ann@Elsewhere.example')
    const [other, late] = [await link('other@example.com'), await link('late@example.com')]
    assert.equal(await use(late, hours(24)), undefined)
    assert.deepEqual(await confirmEmail(db, token, { login, now: hours(23) }), {
      email: 'ann@elsewhere.example',
      before: 'ann@example.com',
    })
    const { email, emailConfirmedAt } = (await findUserById(db, ann.id))!
    assert.deepEqual([email, emailConfirmedAt], ['ann@elsewhere.example', hours(23)])
    for (const used of [token, other, 'unknown']) assert.equal(await use(used), undefined)
  })

  test('a link to another address goes with a new password: whoever knew the old one may have asked', async () => {
    const { db, ann, link, use } = await setup()
    const bob = await insertTestUser(db, 'bob@example.com')
    const [other, own] = [await link('thief@example.com'), await link('ann@example.com')]
    const ofBob = await createEmailLink(db, { userId: bob.id, email: 'b@example.com' }, now)
    await setPassword(db, ann.id, 'another hash')
    assert.equal(await use(other), undefined)
    assert.equal(await use(own), 'ann@example.com')
    assert.equal(await findEmailLink(db, ofBob, { userId: bob.id, now }), 'b@example.com')
    const next = await link('thief@example.com')
    const token = await createPasswordReset(db, ann.id, now)
    assert.equal(await resetPassword(db, token, { passwordHash: 'a third', now }), ann.id)
    assert.equal(await use(next), undefined)
  })

  test('a link is nobody else’s', async () => {
    const { db, link } = await setup()
    const bob = await insertTestUser(db, 'bob@example.com')
    const token = await link('new@example.com')
    const login = await insertLogin(db, { userId: bob.id, userAgent: '', remembered: true, now })
    assert.equal(await findEmailLink(db, token, { userId: bob.id, now }), undefined)
    assert.equal(await confirmEmail(db, token, { login, now }), undefined)
  })

  test('a login that has ended gets no address, also if that was while it asked', async () => {
    const { db, ann, link, login, use } = await setup()
    const token = await link('new@example.com')
    let using: Promise<string | undefined> | undefined
    await db.transaction(async (tx) => {
      await findUserToChange(tx, ann.id)
      using ??= use(token)
      await wait(100) // by then it waits for this transaction
      await deleteAllLogins(tx, ann.id)
    })
    assert.equal(await using, undefined)
    assert.equal(await confirmEmail(db, token, { login, now }), undefined)
    assert.equal((await findUserById(db, ann.id))!.email, 'ann@example.com')
  })

  test('an address that somebody has confirmed is not given away', async () => {
    const { db, ann, link, use } = await setup()
    const token = await link('bob@example.com')
    const bob = await insertTestUser(db, 'bob@example.com', { emailConfirmedAt: now })
    assert.equal(await use(token), undefined)
    assert.equal((await findUserById(db, ann.id))!.email, 'ann@example.com')
    assert.deepEqual(await findUserByEmail(db, 'bob@example.com'), bob)
  })

  test('who typed an address without owning it loses it, and every way in', async () => {
    const { db, ann, link, use } = await setup()
    const token = await link('new@example.com')
    const stranger = await insertTestUser(db, 'new@example.com')
    const userId = stranger.id
    const login = await insertLogin(db, { userId, userAgent: '', remembered: true, now })
    const reset = await createPasswordReset(db, userId, now)
    const own = await createEmailLink(db, { userId, email: 'new@example.com' }, now)
    assert.equal(await use(token), 'new@example.com')
    assert.equal((await findUserByEmail(db, 'new@example.com'))!.id, ann.id)
    assert.equal(await findLoginWithUser(db, login.id), undefined)
    assert.equal(await findPasswordReset(db, reset, now), undefined)
    assert.equal(await confirmEmail(db, own, { login, now }), undefined)
    assert.equal((await findUserById(db, userId))!.passwordHash, '')
  })

  test('with another address the links for a new password that went to the old one are gone', async () => {
    const { db, ann, link, use } = await setup()
    const reset = await createPasswordReset(db, ann.id, now)
    await use(await link('ann@example.com'))
    assert.equal(await findPasswordReset(db, reset, now), ann.id)
    await use(await link('new@example.com'))
    assert.equal(await findPasswordReset(db, reset, now), undefined)
  })

  test('with another address what was begun with the old one ends: no code completes it', async () => {
    const { db, ann, link, use } = await setup()
    const begun = { userId: ann.id, remembered: false, known: false, now }
    const { id } = await insertPendingLogin(db, begun)
    await use(await link('ann@example.com'))
    assert.ok(await findPendingLogin(db, id, now))
    await use(await link('new@example.com'))
    assert.equal(await findPendingLogin(db, id, now), undefined)
  })

  test('of two who use links for one address at once, one gets it', async () => {
    const { db, ann, link, use } = await setup()
    const bob = await insertTestUser(db, 'bob@example.com', { emailConfirmedAt: now })
    const login = await insertLogin(db, { userId: bob.id, userAgent: '', remembered: true, now })
    const target = { userId: bob.id, email: 'new@example.com' }
    const [anns, bobs] = [await link(target.email), await createEmailLink(db, target, now)]
    const answers = await Promise.allSettled([use(anns), confirmEmail(db, bobs, { login, now })])
    const got = answers.filter(({ status, ...rest }) => {
      return status === 'fulfilled' && 'value' in rest && rest.value !== undefined
    })
    assert.equal(got.length, 1)
    const holder = await findUserByEmail(db, target.email)
    assert.ok(holder?.id === ann.id || holder?.id === bob.id)
  })
})
