import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createDeviceBindings } from 'remix/session/device-binding'
import { Device } from './fixtures/device.ts'
import { emptyStore, cookieOf, MAX_AGE, NEW_SECRET, SECRET, Server } from './fixtures/server.ts'

const LEEWAY = 30

describe('what is offered', () => {
  it('is bound to a key, and the browser told of a cookie', async () => {
    const server = new Server()
    const device = new Device()
    const response = await server.register(device)
    const { id, publicKey, boundAt, provedAt } = server.binding()
    assert.match(id, /^[\w-]{22}$/)
    assert.equal(JSON.parse(publicKey).x, device.jwk.x)
    assert.deepEqual([boundAt, provedAt], [server.time, server.time])
    assert.deepEqual(await response.json(), {
      session_identifier: id,
      refresh_url: '/device-binding',
      scope: { include_site: false },
      allowed_refresh_initiators: ['*'],
      credentials: [
        {
          type: 'cookie',
          name: `bound-${id}`,
          attributes: 'Path=/; HttpOnly; Secure; SameSite=Lax',
        },
      ],
    })
    const [setCookie] = response.headers.getSetCookie()
    const value = `bound-${id}=[\\w.-]+`
    const attributes = `Path=/; Max-Age=${MAX_AGE - LEEWAY}; HttpOnly; Secure; SameSite=Lax`
    assert.match(setCookie!, new RegExp(`^${value}; ${attributes}$`))
    assert.equal(response.headers.get('Cache-Control'), 'no-store')
  })

  it('is bound to an RSA key as well', async () => {
    const server = new Server()
    const device = new Device('RS256')
    await server.bind(device)
    const cookie = cookieOf(await server.prove(device, await server.askLater()))
    assert.equal(server.check(cookie), 'fresh')
  })

  const refused: Record<string, (server: Server, device: Device) => Promise<Response>> = {
    'without a proof': (server) => server.post({}),
    'by a proof without a key': (server, device) =>
      server.post({ 'Secure-Session-Response': device.prove(server.offer()) }),
    'by the signature of another key': (server, device) =>
      server.post({
        'Secure-Session-Response': new Device().register(server.offer(), {
          head: { jwk: device.jwk },
        }),
      }),
    'by a challenge that is made up': (server, device) => server.register(device, 'abc.ann.xyz'),
    'by an empty challenge': (server, device) => server.register(device, ''),
    'by a challenge of another secret'(server, device) {
      const stranger = new Server()
      stranger.restart({ secrets: [NEW_SECRET] })
      return server.register(device, stranger.offer())
    },
    'by a challenge of another cookie'(server, device) {
      const other = createCookie('other', { secrets: [SECRET], secure: true, maxAge: MAX_AGE })
      const offer = createDeviceBindings(other, emptyStore, {
        path: '/',
        now: () => server.time,
      }).offer('ann')
      return server.register(device, /challenge="(.*)"/.exec(offer)![1])
    },
    'by a challenge that names somebody else': (server, device) =>
      server.register(device, server.offer().replace('.ann.', '.bob.')),
    'by a challenge for a refresh'(server, device) {
      server.logins.set('bob', { id: 'ann', publicKey: '{}', boundAt: 0, provedAt: 0 })
      return server.askForChallenge('ann').then((challenge) => server.register(device, challenge))
    },
    'after five minutes'(server, device) {
      const challenge = server.offer()
      server.pass(5 * 60 + 1)
      return server.register(device, challenge)
    },
    'for what has ended'(server, device) {
      const challenge = server.offer()
      server.logins.delete('ann')
      return server.register(device, challenge)
    },
    async 'a second time, by the same proof'(server, device) {
      const header = { 'Secure-Session-Response': device.register(server.offer()) }
      assert.equal((await server.post(header)).status, 200)
      return server.post(header)
    },
    async 'a second time, to another key'(server, device) {
      const challenge = server.offer()
      await server.register(device, challenge)
      return server.register(new Device(), challenge)
    },
  }
  for (const [how, register] of Object.entries(refused)) {
    it(`is not bound ${how}`, async () => {
      const server = new Server()
      const device = new Device()
      const { status, headers } = await register(server, device)
      assert.equal(status, 400)
      assert.deepEqual(headers.getSetCookie(), [])
      const { publicKey = '{}' } = server.logins.get('ann') ?? {}
      assert.ok([undefined, device.jwk.x].includes(JSON.parse(publicKey).x), 'nobody else has it')
    })
  }

  it('may have any name', async () => {
    const server = new Server()
    const name = 'Ann & "Bob". é'
    server.logins.set(name, null)
    assert.match(await server.bind(new Device(), name), /^bound-/)
    assert.notEqual(server.binding(name), null)
  })
})
