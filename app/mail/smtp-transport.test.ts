import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { after, describe, it } from 'node:test'
import { createSmtpTransport } from './smtp-transport.ts'
import { startMailServer } from './testing-mail-server.ts'

const message = {
  to: 'jane@example.com',
  subject: 'Grüße, and a line\r\nBcc: all@example.com',
  text: 'Hello 📚',
  html: '<p>Hello 📚</p>',
}

function transportTo(port: number, { user = '', silenceMs = 60_000 } = {}) {
  const url = `smtp://${user}127.0.0.1:${port}`
  const transport = createSmtpTransport({
    url,
    from: 'A Shop <shop@example.com>',
    silenceMs,
  })
  after(() => transport.close!())
  return transport
}

function refusal(responseCode: number, message = 'I do not like it'): Error {
  return Object.assign(new Error(message), { responseCode })
}

type Step = 'MAIL FROM' | 'RCPT TO' | 'DATA'

/** A server that answers one step with these words, and what the shop makes of it. */
async function answeredWith(step: Step, answer: string): Promise<string> {
  const error = refusal(Number(answer.slice(0, 3)), answer.slice(4))
  const server = await startMailServer({
    hideENHANCEDSTATUSCODES: true,
    ...(step === 'MAIL FROM' && { onMailFrom: (_from, _session, done) => done(error) }),
    ...(step === 'RCPT TO' && { onRcptTo: (_to, _session, done) => done(error) }),
    ...(step === 'DATA' && {
      onData: (stream, _session, done) => void stream.resume().on('end', () => done(error)),
    }),
  })
  const { message: told, name }: Error = await transportTo(server.port)
    .send(message)
    .then(
      () => assert.fail('sent'),
      (thrown) => thrown,
    )
  assert.ok(told.includes(answer), told)
  return name
}

describe('mail by SMTP', { timeout: 240_000 }, () => {
  it('is text and HTML, from the shop, to one address', async () => {
    const { received, port } = await startMailServer()
    await transportTo(port).send(message)
    const [{ from, to, source } = assert.fail()] = received
    assert.deepEqual([from, to], ['shop@example.com', ['jane@example.com']])
    assert.match(source, /^From: A Shop <shop@example\.com>\r$/m)
    assert.match(source, /^Content-Type: text\/plain; charset=utf-8\r$/m)
    assert.match(source, /^Content-Type: text\/html; charset=utf-8\r$/m)
    assert.doesNotMatch(source, /^Bcc:/m)
  })

  it('goes to nobody else, whatever an address looks like', async () => {
    const { received, port } = await startMailServer()
    const address = 'a@example.com, b@example.com'
    await transportTo(port)
      .send({ ...message, to: address })
      .catch(() => {})
    for (const { to } of received) assert.equal(to.length, 1)
  })

  it('is refused for good where the server says so, of the address or of the text', async () => {
    const answers: [Step, string][] = [
      ['RCPT TO', '550 5.1.1 User unknown'],
      ['RCPT TO', '556 5.1.10 That host takes no mail'],
      ['RCPT TO', '550 5.2.1 Mailbox disabled'],
      ['DATA', '554 5.6.0 Not a text for us'],
    ]
    for (const [step, answer] of answers) {
      assert.equal(await answeredWith(step, answer), 'RefusedError', answer)
    }
  })

  it('may be sent later where it is the shop that is refused, at whatever step, or nobody knows', async () => {
    const answers: [Step, string][] = [
      ['MAIL FROM', '530 5.7.0 Authentication required'],
      ['MAIL FROM', '553 5.7.1 Sender address rejected: not owned by user'],
      ['MAIL FROM', '550 5.1.1 No such sender'],
      ['RCPT TO', '530 5.7.0 Authentication required'],
      ['RCPT TO', '554 5.7.1 Relay access denied'],
      ['RCPT TO', '550 5.1.0 Sender address rejected: User unknown'],
      ['RCPT TO', '550 5.1.8 Sender address rejected: Domain not found'],
      ['RCPT TO', '550 relay not permitted'],
      ['DATA', '554 Message rejected: Email address is not verified'],
      ['DATA', '554 5.2.252 SendAsDenied'],
      ['DATA', '550 5.7.1 This looks like spam'],
    ]
    for (const [step, answer] of answers) {
      assert.equal(await answeredWith(step, answer), 'Error', answer)
    }
  })

  it('may be sent later where the server is away, busy, silent or knows us not', async () => {
    const busy = await startMailServer({ onRcptTo: (_to, _session, done) => done(refusal(450)) })
    const strict = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(refusal(535)),
    })
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    after(() => silent.close())
    const ways = [
      transportTo(1),
      transportTo(busy.port),
      transportTo((silent.address() as AddressInfo).port, { silenceMs: 300 }),
      transportTo(strict.port, { user: 'shop:wrong@' }),
    ]
    for (const transport of ways) {
      await assert.rejects(transport.send(message), (error: Error) => error.name !== 'RefusedError')
    }
  })
})
