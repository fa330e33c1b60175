import assert from 'node:assert/strict'
import { test } from 'node:test'

import { findAnsweredForm, insertAnsweredForm } from './answered-forms.ts'
import { createEmailLink, findEmailLink } from './email-links.ts'
import { findKeptForm, keepForm } from './kept-forms.ts'
import { createPasswordReset, findPasswordReset } from './password-resets.ts'
import { findPendingLogin, insertPendingLogin } from './pending-logins.ts'
import { findRegistration, insertRegistration } from './registrations.ts'
import { isRememberedDevice, listRememberedDevices, rememberDevice } from './remembered-devices.ts'
import { insertTestUser, now, onEachDatabase } from './testing.ts'

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
        answer: (await findAnsweredForm(db, 'a form', { now: time })) !== undefined,
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
})
