import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sqliteOf, testDatabase } from '../../db/testing.ts'
import type { LogEntry } from '../log/log.ts'
import { createMailWorker } from './mail-worker.ts'
import { createMail, readKeptMails } from './mail.ts'
import type { Message } from './message.ts'
import { createSeal } from './seal.ts'
import { createMissingTransport, RefusedError } from './transport.ts'
import type { Transport } from './transport.ts'

const seal = createSeal(['a secret of the tests, thirty-two or more'])
const to = 'jane@example.com'

async function setup({ keepContent = false, sendWithinMs = 60_000 } = {}) {
  const db = await testDatabase()
  const clock = { now: Date.UTC(2026, 2, 14) }
  const now = () => clock.now
  const log: LogEntry[] = []
  const sent: Message[] = []
  const working: Transport = { send: async (message) => void sent.push(message) }
  const mail = createMail({ seal, publicOrigin: 'https://shop.example', now })
  return {
    db,
    clock,
    log,
    sent,
    working,
    write: () => mail.write(db, to, { kind: 'reset', token: 'TOKEN' }),
    worker: (transport: Transport = working, ownSeal = seal) =>
      createMailWorker({
        db,
        seal: ownSeal,
        transport,
        log: (entry) => log.push(entry),
        now,
        keepContent,
        sendWithinMs,
      }),
    state: () => sqliteOf(db).prepare('select due_at, sent_at, sealed, attempts from mails').all(),
  }
}

function failing(error: Error): Transport {
  return {
    async send() {
      throw error
    },
  }
}

describe('the mail worker', () => {
  it('sends what was written, once, and forgets what was in it', async () => {
    const { worker, write, sent, log, state, clock } = await setup()
    await write()
    const [one, other] = [worker(), worker()]
    await Promise.all([one.run(), other.run(), one.run()])
    await one.run()
    assert.deepEqual(
      sent.map((message) => message.to),
      [to],
    )
    assert.match(sent[0]!.text, /\/reset-password\/TOKEN/)
    assert.deepEqual(state(), [{ due_at: null, sent_at: clock.now, sealed: null, attempts: 1 }])
    assert.deepEqual(log, [{ event: 'mail sent', mail: 1, kind: 'reset', attempts: 1 }])
  })

  it('tries again after a time that grows, as long as the mail is worth it', async () => {
    const { worker, write, log, clock, state } = await setup()
    await write()
    const { run } = worker(failing(new Error('down')))
    const start = clock.now
    const tried: number[] = []
    for (; clock.now - start < 60 * 60_000; clock.now += 10_000) {
      const before = log.length
      await run()
      if (log.length > before) tried.push((clock.now - start) / 1000)
    }
    assert.deepEqual(tried, [0, 30, 90, 210, 450, 930])
    assert.equal(log.at(-1)!.event, 'mail not sent')
    assert.deepEqual(state(), [{ due_at: null, sent_at: null, sealed: null, attempts: 6 }])
  })

  it('sends what failed before', async () => {
    const { worker, write, sent, clock } = await setup()
    await write()
    await worker(failing(new Error('down'))).run()
    clock.now += 30_000
    await worker().run()
    assert.equal(sent.length, 1)
  })

  it('takes a refusal for an answer', async () => {
    const { worker, write, log, state } = await setup()
    await write()
    await worker(failing(new RefusedError('550 no such mailbox'))).run()
    assert.equal(log[0]!.event, 'mail not sent')
    assert.deepEqual(state(), [{ due_at: null, sent_at: null, sealed: null, attempts: 1 }])
  })

  it('logs neither an address nor a link, whatever the mail server repeats', async () => {
    const { worker, write, log } = await setup()
    await write()
    const said = `550 <${to}> unknown, see https://mail.example/why?TOKEN`
    await worker(failing(new Error(said))).run()
    assert.match(JSON.stringify(log), /550 \*\*\* unknown/)
    assert.doesNotMatch(JSON.stringify(log), /jane|TOKEN/)
  })

  it('sends the mail of a server that died while sending it', async (t) => {
    const { worker, write, sent, clock } = await setup()
    await write()
    const { promise, reject } = Promise.withResolvers<void>()
    t.after(() => reject(new Error('died')))
    await new Promise<void>((resolve) => {
      void worker({ send: () => (resolve(), promise) }).run()
    })
    await worker().run()
    assert.equal(sent.length, 0, 'it might still live')
    clock.now += 2 * 60_000
    await worker().run()
    assert.equal(sent.length, 1)
  })

  it('does not wait for ever for a mail server, and others are sent meanwhile', async () => {
    const { worker, write, sent, log } = await setup({ sendWithinMs: 50 })
    for (let mails = 0; mails < 5; mails++) await write()
    let calls = 0
    const send = async (message: Message): Promise<void> => {
      if (calls++ === 0) await new Promise(() => {})
      sent.push(message)
    }
    await worker({ send }).run()
    assert.equal(sent.length, 4)
    assert.match(JSON.stringify(log), /It took too long/)
  })

  it('goes on where the database was in trouble', async () => {
    const { db, worker, write, sent, log } = await setup()
    await write()
    const { run } = worker()
    sqliteOf(db).exec('alter table mails rename to elsewhere')
    await run()
    assert.equal(log[0]!.event, 'mail is waiting')
    sqliteOf(db).exec('alter table elsewhere rename to mails')
    await run()
    assert.equal(sent.length, 1)
  })

  it('leaves what it cannot open to a server that has its SESSION_SECRET, until it is too old', async () => {
    const { worker, write, sent, log, clock, state } = await setup()
    await write()
    const stranger = worker(undefined, createSeal(['another secret, of thirty-two or more']))
    const start = clock.now
    const tried: number[] = []
    for (; clock.now - start < 20 * 60_000; clock.now += 10_000) {
      const before = log.length
      await stranger.run()
      if (log.length > before) tried.push((clock.now - start) / 1000)
    }
    assert.deepEqual(tried, [0, 30, 90, 210, 450, 750, 1050])
    assert.equal(log.at(-1)!.event, 'mail delayed')
    assert.match(String(log.at(-1)!.reason), /sealed with a SESSION_SECRET that is not set here/)
    clock.now += 5 * 60_000
    await worker().run()
    assert.equal(sent.length, 1)

    await write()
    for (let minutes = 0; minutes <= 30; minutes++, clock.now += 60_000) await stranger.run()
    assert.equal(log.at(-1)!.event, 'mail not sent')
    assert.deepEqual(state()[1], { due_at: null, sent_at: null, sealed: null, attempts: 10 })
  })

  it('keeps mail where there is no way to send it, and tells when that becomes more or less', async () => {
    const { worker, write, sent, log, state } = await setup()
    await write()
    const wayless = worker(createMissingTransport())
    const reason = 'There is no MAIL_URL'
    const waiting = (mails: number) => ({ event: 'mail is waiting', mails, reason })
    await wayless.run()
    await wayless.run()
    assert.deepEqual(log, [waiting(1)])
    await write()
    await wayless.run()
    assert.deepEqual(log.splice(0), [waiting(1), waiting(2)])
    const untouched = { due_at: 0, sent_at: null, attempts: 0 }
    for (const row of state()) assert.partialDeepStrictEqual(row, untouched)

    await worker().run()
    assert.equal(sent.length, 2)
  })

  it('forgets what was in the mail that waited in vain for a way to send it', async () => {
    const { worker, write, sent, log, clock, state } = await setup()
    await write()
    const { run } = worker(createMissingTransport())
    await run()
    clock.now += 30 * 60_000
    await run()
    const reason = 'There is no MAIL_URL'
    const notSent = { event: 'mail not sent', mail: 1, kind: 'reset', attempts: 0, reason }
    assert.deepEqual(log[1], notSent)
    assert.deepEqual(state(), [{ due_at: null, sent_at: null, sealed: null, attempts: 0 }])
    await worker().run()
    assert.equal(sent.length, 0)
  })

  it('removes what is older than a week', async () => {
    const { worker, write, clock, state } = await setup()
    await write()
    const { run } = worker()
    await run()
    clock.now += 8 * 24 * 60 * 60_000
    await run()
    assert.deepEqual(state(), [])
  })

  it('wakes by itself, and sends nothing once it is stopped', async () => {
    const { db, worker, write, sent } = await setup({ keepContent: true })
    const { wake, stop } = worker()
    wake()
    await write()
    while (sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    const [kept] = await readKeptMails(db, seal, 1)
    assert.equal(kept?.to, to)
    await stop()
    await write()
    wake()
    await new Promise((resolve) => setTimeout(resolve, 250))
    assert.equal(sent.length, 1)
  })
})
