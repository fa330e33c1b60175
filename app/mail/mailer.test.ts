import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createConsoleMailer, createMissingMailer, createOutbox } from './mailer.ts'

const message = { to: 'jane@example.com', subject: 'Your new password', text: 'Choose one here.' }

it('prints the whole message in place of sending it', async () => {
  const printed: string[] = []
  await createConsoleMailer((text) => printed.push(text)).send(message)
  assert.equal(printed[0], '--- Mail to jane@example.com: Your new password\nChoose one here.\n---')
})

it('keeps the latest messages first, with their time, and no more than the limit', async () => {
  const outbox = createOutbox({ limit: 2, now: () => 1_000 })
  for (const text of ['first', 'second', 'third']) await outbox.send({ ...message, text })
  assert.deepEqual(
    outbox.messages.map(({ text }) => text),
    ['third', 'second'],
  )
  assert.deepEqual(outbox.messages[0]?.sentAt, new Date(1_000))
})

it('hands each message on', async () => {
  const printed: string[] = []
  const outbox = createOutbox({ next: createConsoleMailer((text) => printed.push(text)) })
  await outbox.send(message)
  assert.equal(printed.length, 1)
  assert.equal(outbox.messages.length, 1)
})

it('logs that there is no mailer, without what the mail says or to whom', async () => {
  const lines: string[] = []
  await createMissingMailer((entry) => lines.push(JSON.stringify(entry))).send(message)
  assert.match(lines[0]!, /not sent.*Your new password/)
  assert.doesNotMatch(lines[0]!, /jane|Choose/)
})
