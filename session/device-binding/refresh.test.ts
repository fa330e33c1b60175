import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Device } from './fixtures/device.ts'
import { bound, challengeIn, cookieOf, MAX_AGE } from './fixtures/server.ts'
import type { Server } from './fixtures/server.ts'

describe('a refresh', () => {
  it('gives a challenge without asking the store, and a cookie for one read and one write', async () => {
    const { server, device } = await bound()
    server.asked = []
    const challenge = await server.askLater()
    assert.deepEqual(server.asked, [])
    server.pass(MAX_AGE)
    assert.equal(server.check(null), 'stale')
    server.pass(-MAX_AGE)
    const cookie = cookieOf(await server.prove(device, challenge))
    assert.deepEqual(server.asked, ['find', 'prove'])
    server.pass(MAX_AGE - 1)
    assert.equal(server.check(cookie), 'fresh')
  })

  it('that overlaps another one has a challenge of its own', async () => {
    const { server, device } = await bound()
    const challenges = [await server.askLater(), await server.askLater(), await server.askLater()]
    for (const challenge of challenges) cookieOf(await server.prove(device, challenge))
  })

  const retried: Record<string, (server: Server, device: Device) => Promise<Response>> = {
    'without a challenge': (server, device) => server.prove(device, ''),
    'of a challenge that is made up': (server, device) => server.prove(device, 'abc.id.xyz'),
    'of a challenge for another binding': async (server, device) => {
      await server.bind(new Device(), 'bob')
      return server.prove(device, await server.askForChallenge(server.binding('bob').id))
    },
    'of a challenge for a registration': (server, device) => {
      const { id } = server.binding()
      return server.prove(device, server.offer(id))
    },
    async 'of an old challenge'(server, device) {
      const challenge = await server.askForChallenge()
      server.pass(5 * 60 + 1)
      return server.prove(device, challenge)
    },
    async 'of a challenge that was used'(server, device) {
      const challenge = await server.askLater()
      cookieOf(await server.prove(device, challenge))
      return server.prove(device, challenge)
    },
    async 'of a challenge from before one that was used'(server, device) {
      const challenges = [await server.askLater(), await server.askLater()]
      cookieOf(await server.prove(device, challenges[1]!))
      return server.prove(device, challenges[0]!)
    },
    'by another key': async (server) => server.prove(new Device(), await server.askLater()),
    'by another kind of key': async (server) =>
      server.prove(new Device('RS256'), await server.askLater()),
    'by another key that comes along': async (server) =>
      server.post({
        'Sec-Secure-Session-Id': server.binding().id,
        'Secure-Session-Response': new Device().register(await server.askLater()),
      }),
    'for another binding, by its own word': async (server, device) =>
      server.post({
        'Sec-Secure-Session-Id': server.binding().id,
        'Secure-Session-Response': device.prove(await server.askLater(), {
          claims: { sub: 'other' },
        }),
      }),
    'that cannot be read': (server) =>
      server.post({
        'Sec-Secure-Session-Id': server.binding().id,
        'Secure-Session-Response': 'x',
      }),
  }
  for (const [how, refresh] of Object.entries(retried)) {
    it(`${how} gets another challenge, with which it succeeds, and ends nothing`, async () => {
      const { server, device } = await bound()
      server.pass(1)
      const challenge = challengeIn(await refresh(server, device))
      server.pass(1)
      const again = challengeIn(await server.prove(new Device(), challenge))
      assert.match(cookieOf(await server.prove(device, again)), /^bound-/)
    })
  }

  it('succeeds in the end on a server whose clock is late', async () => {
    const { server, device } = await bound()
    cookieOf(await server.prove(device, await server.askLater()))
    server.pass(-60 * 60)
    const late = await server.askForChallenge()
    const next = challengeIn(await server.prove(device, late))
    cookieOf(await server.prove(device, next))
  })

  it('of what has ended tells the browser to forget it', async () => {
    const { server, device } = await bound()
    const { id } = server.binding()
    const challenge = await server.askLater()
    server.logins.delete('ann')
    const response = await server.prove(device, challenge, id)
    assert.equal(response.status, 200)
    assert.deepEqual(await response.json(), { session_identifier: id, continue: false })
    assert.deepEqual(response.headers.getSetCookie(), [])
  })

  it('goes on after a restart', async () => {
    const { server, device } = await bound()
    const challenge = await server.askLater()
    server.restart({})
    cookieOf(await server.prove(device, challenge))
  })
})
