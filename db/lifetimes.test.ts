import assert from 'node:assert/strict'
import { test } from 'node:test'

import { findAnsweredForm, forgetOldAnswers, insertAnsweredForm } from './answered-forms.ts'
import { createEmailLink, deleteExpiredEmailLinks, findEmailLink } from './email-links.ts'
import { deleteExpiredForms, findKeptForm, keepForm } from './kept-forms.ts'
import { forgetOldChallenges, takeChallenge } from './passkeys.ts'
import { createPasswordReset, deleteExpiredResets, findPasswordReset } from './password-resets.ts'
import {
  deleteExpiredPendingLogins,
  findPendingLogin,
  insertPendingLogin,
} from './pending-logins.ts'
import {
  deleteExpiredRegistrations,
  findRegistration,
  insertRegistration,
} from './registrations.ts'
import {
  forgetOldDevices,
  isRememberedDevice,
  listRememberedDevices,
  rememberDevice,
} from './remembered-devices.ts'
import { insertTestUser, now, onEachDatabase, rowsOf } from './testing.ts'

onEachDatabase(({ testDatabase }) => {
  test('what was made before the clock was set back is over, and does not live until it has caught up', async () => {
    const db = await testDatabase()
    const { id: userId, email } = await insertTestUser(db, 'ann@example.com')
    const device = { userId, deviceId: 'a device' }
    await rememberDevice(db, { ...device, userAgent: '', now })
    const pending = await insertPendingLogin(db, { userId, remembered: false, known: false, now })
    const form = (await keepForm(db, { userId, path: '/', fields: {} }, now))!
    const [reset, link] = [
      await createPasswordReset(db, userId, now),
      await createEmailLink(db, { userId, email }, now),
    ]
    const account = { name: 'Nora', email: 'nora@example.com', passwordHash: '', browserToken: '' }
    const registration = await insertRegistration(db, account, now)

    const answered = { form: 'a form', userId, sentBy: '', loginId: null, location: '/' }
    await insertAnsweredForm(db, { ...answered, notice: null, createdAt: now })

    const alive = async (time: Date) => {
      const isThere = {
        device: await isRememberedDevice(db, { ...device, now: time }),
        inList: (await listRememberedDevices(db, userId, time)).length > 0,
        pending: (await findPendingLogin(db, pending.id, time)) !== undefined,
        form: (await findKeptForm(db, form, time)) !== undefined,
        reset: (await findPasswordReset(db, reset, time)) !== undefined,
        link: (await findEmailLink(db, link, { userId, now: time })) !== undefined,
        registration: (await findRegistration(db, registration, time)) !== undefined,
        answer: (await findAnsweredForm(db, ['a form'], { now: time })) !== undefined,
      }
      return Object.entries(isThere).flatMap(([name, is]) => (is ? [name] : []))
    }
    const all = ['device', 'inList', 'pending', 'form', 'reset', 'link', 'registration', 'answer']
    assert.deepEqual(await alive(now), all)
    assert.deepEqual(
      await alive(new Date(now.getTime() - 4 * 60_000)),
      all,
      'servers differ by as much',
    )
    assert.deepEqual(await alive(new Date(now.getTime() - 6 * 60_000)), [])
  })

  test('what has run out is forgotten, and nothing else', async () => {
    const db = await testDatabase()
    const { id: userId, email } = await insertTestUser(db, 'ann@example.com')
    const monthLater = new Date(now.getTime() + 31 * 24 * 60 * 60_000)
    for (const time of [now, monthLater]) {
      const name = `at ${time.getTime()}`
      await rememberDevice(db, { userId, deviceId: name, userAgent: '', now: time })
      await insertPendingLogin(db, { userId, remembered: false, known: false, now: time })
      await keepForm(db, { userId, path: '/', fields: {} }, time)
      await createPasswordReset(db, userId, time)
      await createEmailLink(db, { userId, email }, time)
      const account = { name: 'Nora', email, passwordHash: '', browserToken: '' }
      await insertRegistration(db, account, time)
      const answered = { form: name, userId, sentBy: '', loginId: null, location: '/' }
      await insertAnsweredForm(db, { ...answered, notice: null, createdAt: time })
      await takeChallenge(db, name, time)
    }
    const forget = {
      remembered_devices: forgetOldDevices,
      pending_logins: deleteExpiredPendingLogins,
      kept_forms: deleteExpiredForms,
      password_resets: deleteExpiredResets,
      email_links: deleteExpiredEmailLinks,
      registrations: deleteExpiredRegistrations,
      answered_forms: forgetOldAnswers,
      used_challenges: forgetOldChallenges,
    }
    for (const [table, forgetOld] of Object.entries(forget)) {
      const count = async () => (await rowsOf(db, `select * from ${table}`)).length
      assert.equal(await count(), 2, table)
      await forgetOld(db, monthLater)
      assert.equal(await count(), 1, table)
    }
  })
})
