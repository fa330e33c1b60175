import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { after, describe, it } from 'node:test'
import { createSmtpTransport } from './smtp-transport.ts'
import { startMailServer } from './testing-mail-server.ts'
import { RefusedError } from './transport.ts'

const message = {
  to: 'jane@example.com',
  subject: 'Grüße, and a line\r\nBcc: all@example.com',
  text: 'Hello 📚',
  html: '<p>Hello 📚</p>',
}

function transportTo(port: number, user = '') {
  const url = `smtp://${user}127.0.0.1:${port}`
  const transport = createSmtpTransport({
    url,
    from: 'A Shop <shop@example.com>',
    silenceMs: 300,
  })
  after(() => transport.close!())
  return transport
}

function refusal(responseCode: number): Error {
  return Object.assign(new Error('I do not like it'), { responseCode })
}

describe('mail by SMTP', { timeout: 20_000 }, () => {
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
    const unknown = await startMailServer({ onRcptTo: (_to, _session, done) => done(refusal(550)) })
    await assert.rejects(transportTo(unknown.port).send(message), RefusedError)
    const spam = await startMailServer({
      onData(stream, _session, done) {
        stream.resume().on('end', () => done(refusal(554)))
      },
    })
    await assert.rejects(transportTo(spam.port).send(message), RefusedError)
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
      transportTo((silent.address() as AddressInfo).port),
      transportTo(strict.port, 'shop:wrong@'),
    ]
    for (const transport of ways) {
      await assert.rejects(transport.send(message), (error: Error) => error.name !== 'RefusedError')
    }
  })
})
