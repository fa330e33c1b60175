import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import type { CookieOptions } from 'remix/cookie'
import { createDeviceBindings } from 'remix/session/device-binding'
import { Device } from './fixtures/device.ts'
import { bound, emptyStore, MAX_AGE, NEW_SECRET, SECRET, Server } from './fixtures/server.ts'

describe('a request', () => {
  it('is unbound where there is nothing to prove, whatever cookie it has', async () => {
    const { server, cookie } = await bound()
    assert.equal(server.check(null, 'bob'), 'unbound')
    assert.equal(server.check(cookie, 'bob'), 'unbound')
  })

  it('is fresh with the cookie, until that ends', async () => {
    const { server, cookie } = await bound()
    assert.equal(server.check(cookie), 'fresh')
    assert.equal(server.check(`a=1; ${cookie}; b=2`), 'fresh')
    server.pass(MAX_AGE - 1)
    assert.equal(server.check(cookie), 'fresh')
    server.pass(1)
    assert.equal(server.check(cookie), 'stale')
  })

  it('is new for half a minute, as the cookie may be on its way, and stale without it then', async () => {
    const { server } = await bound()
    assert.equal(server.check(null), 'new')
    server.pass(29)
    assert.equal(server.check(null), 'new')
    server.pass(1)
    assert.equal(server.check(null), 'stale')
    assert.equal(server.check('session=abc'), 'stale')
  })

  it('is new for no longer than a cookie lives', async () => {
    const server = new Server()
    server.restart({ maxAge: 2 })
    await server.bind(new Device())
    server.pass(2)
    assert.equal(server.check(null), 'stale')
  })

  it('is stale with any other cookie', async () => {
    const { server, cookie } = await bound()
    const bobs = await server.bind(new Device(), 'bob')
    server.pass(60)
    const [name, value] = cookie.split('=') as [string, string]
    const [time, id, signature] = value.split('.') as [string, string, string]
    const challenge = await server.askForChallenge()
    for (const other of [
      bobs,
      `${name}=${bobs.split('=')[1]}`,
      `${name}=${challenge}`,
      `${name}=`,
      `${name}=x`,
      `${name}=${(server.time + 1).toString(36)}.${id}.${signature}`,
      `${name}=${time}.${id}.`,
      `${name}="${value}"`,
      `x${cookie}`,
    ]) {
      assert.equal(server.check(other), 'stale', other)
    }
    assert.equal(server.check(`${name}=x; ${cookie}`), 'fresh', 'one that was planted hides it not')
  })

  it('is fresh after the secret was replaced, until the old one is dropped', async () => {
    const { server, cookie } = await bound()
    server.pass(60)
    server.restart({ secrets: [NEW_SECRET, SECRET] })
    assert.equal(server.check(cookie), 'fresh')
    server.restart({ secrets: [NEW_SECRET] })
    assert.equal(server.check(cookie), 'stale')
  })

  it('is fresh on a server whose clock is five minutes late, and not on one that is an hour late', async () => {
    const { server, cookie } = await bound()
    server.pass(-4 * 60)
    assert.equal(server.check(cookie), 'fresh')
    server.pass(-56 * 60)
    assert.equal(server.check(cookie), 'stale')
  })

  it('that is stale loses the cookie that it has, so that the browser proves itself again', async () => {
    const { server, cookie } = await bound()
    const { id } = server.binding()
    assert.equal(
      server.bindings.removal(cookie, server.binding()),
      `bound-${id}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax`,
    )
    assert.equal(server.bindings.removal(null, server.binding()), undefined)
    assert.equal(server.bindings.removal('bound=1', server.binding()), undefined)
  })
})

it('needs a cookie with secrets, over https alone and not partitioned, and a time', () => {
  const complete = { secrets: [SECRET], secure: true, maxAge: 2 }
  const create = (options: CookieOptions) =>
    createDeviceBindings(createCookie('bound', { ...complete, ...options }), emptyStore, {
      path: '/',
    })
  create({})
  assert.throws(() => create({ secrets: undefined }), /"bound" needs secrets/)
  assert.throws(() => create({ secure: false }), /"bound" needs secure: true/)
  assert.throws(() => create({ partitioned: true }), /"bound" must not be partitioned/)
  assert.throws(() => create({ maxAge: undefined }), /"bound" needs a maxAge of 2 or more/)
  assert.throws(() => create({ maxAge: 1 }), /"bound" needs a maxAge of 2 or more/)
})

it('needs a path to which browsers can POST', () => {
  const cookie = createCookie('bound', { secrets: [SECRET], secure: true, maxAge: 2 })
  for (const path of [
    '',
    'bind',
    '/a"b',
    '/a b',
    '/a?b',
    '/a#b',
    '//host/a',
    'https://host/a',
    5,
  ]) {
    const create = () => createDeviceBindings(cookie, emptyStore, { path: path as string })
    assert.throws(create, { name: 'TypeError', message: /^Device bindings: / }, String(path))
  }
  assert.throws(() => createDeviceBindings(cookie, emptyStore, null!), TypeError)
  createDeviceBindings(cookie, emptyStore, { path: '/device-binding/b%C3%BC' })
})
