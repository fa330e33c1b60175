import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  claimMail,
  countWaitingMails,
  deleteOldMails,
  giveUpExpiredMails,
  giveUpMail,
  insertMail,
  listMails,
  markSent,
  postponeMail,
} from './mails.ts'
import { now, onEachDatabase, plansOf } from './testing.ts'

const after = (minutes: number) => new Date(now.getTime() + minutes * 60_000)

onEachDatabase(({ testDatabase }) => {
  async function setup(mails = 1) {
    const db = await testDatabase()
    const mail = { kind: 'order', expiresAt: after(60) }
    for (let minute = 0; minute < mails; minute++) {
      await insertMail(db, { ...mail, sealed: `mail ${minute}`, now: after(minute) })
    }
    return db
  }

  test('mail is claimed the longest due first, each by one of those who ask at once', async () => {
    const db = await setup(5)
    const claim = () => claimMail(db, after(10), after(12))
    assert.equal((await claim())?.sealed, 'mail 0')
    const claimed = await Promise.all(Array.from({ length: 8 }, claim))
    const texts = claimed.flatMap((mail) => (mail ? [mail.sealed] : []))
    assert.deepEqual(texts.toSorted(), ['mail 1', 'mail 2', 'mail 3', 'mail 4'])
    assert.deepEqual(new Set(claimed.map((mail) => mail?.attempts)), new Set([1, undefined]))
  })

  test('what was claimed and never finished is claimed again after its time', async () => {
    const db = await setup()
    await claimMail(db, now, after(2))
    assert.equal(await claimMail(db, after(1), after(9)), undefined)
    assert.equal((await claimMail(db, after(2), after(9)))?.attempts, 2)
  })

  test('what is not due, sent, given up or for nobody is not claimed', async () => {
    const db = await setup(3)
    await insertMail(db, { kind: 'reset', sealed: null, now, expiresAt: after(60) })
    await markSent(db, 1, { now, keepContent: false })
    await giveUpMail(db, 2, { keepContent: false })
    await postponeMail(db, 3, after(20))
    assert.equal(await claimMail(db, after(19), after(30)), undefined)
    assert.equal((await claimMail(db, after(20), after(30)))?.id, 3)
  })

  test('all that is too old is given up at once, but not what somebody is about to send', async () => {
    const db = await setup(3)
    await insertMail(db, { kind: 'reset', sealed: 'mail 3', now, expiresAt: after(61) })
    await markSent(db, 1, { now, keepContent: true })
    await postponeMail(db, 2, after(61))
    const giveUp = (at: Date) => giveUpExpiredMails(db, at, { keepContent: false })
    assert.equal(await countWaitingMails(db), 3)
    assert.deepEqual(await giveUp(after(59)), [])
    assert.deepEqual(await giveUp(after(60)), [{ id: 3, kind: 'order', attempts: 0 }])
    assert.equal(await countWaitingMails(db), 2)
    const kept = (await listMails(db, 9)).map(({ sealed }) => sealed)
    assert.deepEqual(kept, ['mail 3', 'mail 1', 'mail 0'])
  })

  test('a clock that was set back keeps no mail back', async () => {
    const db = await setup()
    assert.equal((await claimMail(db, after(-500), after(-490)))?.id, 1)
    await postponeMail(db, 1, after(60))
    assert.equal(await claimMail(db, after(-1), after(9)), undefined)
    assert.equal((await claimMail(db, after(-500), after(-490)))?.id, 1)
  })

  test('the content goes when the mail has left, unless it shall be kept', async () => {
    const db = await setup(4)
    await markSent(db, 1, { now, keepContent: false })
    await giveUpMail(db, 2, { keepContent: false })
    await markSent(db, 3, { now, keepContent: true })
    const kept = await listMails(db, 10)
    assert.deepEqual(
      kept.map(({ sealed, sentAt }) => [sealed, sentAt]),
      [
        ['mail 3', null],
        ['mail 2', now],
      ],
    )
    assert.equal((await listMails(db, 1)).length, 1)
  })

  test('old mail is cleared away', async () => {
    const db = await setup(3)
    assert.equal(await deleteOldMails(db, after(2)), 2)
    assert.equal((await listMails(db, 10)).length, 1)
  })

  test('mail is written with what it tells, or not at all', async () => {
    const db = await setup(0)
    const failing = db.transaction(async (tx) => {
      await insertMail(tx, { kind: 'order', sealed: 'x', now, expiresAt: after(1) })
      throw new Error('no order')
    })
    await assert.rejects(failing, /no order/)
    assert.deepEqual(await listMails(db, 10), [])
  })

  test('what is due is found by an index, however much was sent', async () => {
    const db = await setup()
    const plan = await plansOf(db, () => claimMail(db, after(-5), after(9)), {
      avoid: ['seqscan', 'bitmapscan'],
    })
    assert.match(plan, /mails_due/)
  })
})
