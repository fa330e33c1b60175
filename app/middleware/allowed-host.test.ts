import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createRouter } from 'remix/fetch-router'
import { get, route } from 'remix/fetch-router/routes'
import { allowedHost, AtOwnHost } from './allowed-host.ts'
import { clientAddress } from './client-address.ts'

function visit(host: string | null, origins: string[], trustProxy = 0, hint = false) {
  const router = createRouter({
    middleware: [clientAddress(trustProxy), allowedHost({ origins, hint })],
  })
  router.map('/', () => new Response('page'))
  const headers = new Headers({ 'X-Forwarded-Host': 'shop.example' })
  if (host !== null) headers.set('Host', host)
  return router.fetch(new Request(`${origins[0]}/`, { headers }))
}

async function statusFor(host: string | null, origin = 'https://shop.example'): Promise<number> {
  return (await visit(host, [origin, 'http://localhost:44100'])).status
}

it('lets requests for the hosts of the shop through, in any case and with the default port', async () => {
  for (const host of ['shop.example', 'SHOP.example', 'shop.example:443', 'localhost:44100']) {
    assert.equal(await statusFor(host), 200, host)
  }
})

it('answers 421 to any other host', async () => {
  const others = [
    'evil.example',
    'shop.example.evil.example',
    'evilshop.example',
    'shop.example:8443',
    'shop.example:80',
    'shop.example.',
    'localhost',
    '127.0.0.1:44100',
    '[::1]:44100',
  ]
  for (const host of others) assert.equal(await statusFor(host), 421, host)
})

it('answers 400 to a missing host or one that is none', async () => {
  const hosts = [
    null,
    '',
    'a@shop.example',
    'shop.example/x',
    'shop.example, shop.example',
    'a:b',
    '[',
  ]
  for (const host of hosts) assert.equal(await statusFor(host), 400, String(host))
})

it('tells where the shop is, in plain text', async () => {
  const response = await visit('<evil>.example', ['https://shop.example'])
  assert.equal(response.status, 400)
  const wrong = await visit('evil.example', ['https://shop.example'])
  assert.equal(await wrong.text(), 'This shop answers at https://shop.example\n')
  assert.match(wrong.headers.get('Content-Type')!, /^text\/plain/)
})

it('tells a developer what to set for another port or host', async () => {
  for (const host of ['localhost:8080', 'name-44100.app.example', '192.168.0.7:44100']) {
    const answer = await visit(host, ['http://localhost:44100'], 0, true)
    assert.equal(answer.status, 421)
    const text = await answer.text()
    assert.match(text, /^This shop answers at http:\/\/localhost:44100\n/)
    assert.ok(text.includes(`PUBLIC_URL=http://${host} npm start`), text)
  }
})

it('lets a route for any host be read at any host or none, and nothing else', async () => {
  const { probe, other } = route({ probe: get('/probe'), other: get('/other') })
  const router = createRouter({
    middleware: [
      clientAddress(0),
      allowedHost({ origins: ['https://shop.example'], anyHost: [probe] }),
    ],
  })
  for (const known of [probe, other]) {
    router.map(known, (context) => new Response(String(context.get(AtOwnHost))))
  }
  async function ask(path: string, host?: string, method = 'GET'): Promise<string> {
    const headers = new Headers(host === undefined ? {} : { Host: host })
    const request = new Request(`https://shop.example${path}`, { headers, method })
    const response = await router.fetch(request)
    return response.status === 200 ? response.text() : String(response.status)
  }
  assert.equal(await ask('/probe'), 'false')
  assert.equal(await ask('/probe', '10.0.0.7:44100'), 'false')
  assert.equal(await ask('/probe', '!'), 'false')
  assert.equal(await ask('/probe', 'shop.example'), 'true')
  assert.equal(await ask('/probe', '10.0.0.7', 'POST'), '421')
  assert.equal(await ask('/other'), '400')
  assert.equal(await ask('/probe/', '10.0.0.7'), '421')
  assert.equal(await ask('//probe', '10.0.0.7'), '421')
})

it('looks at X-Forwarded-Host only behind a trusted proxy', async () => {
  assert.equal((await visit('internal', ['https://shop.example'])).status, 421)
  assert.equal((await visit('internal', ['https://shop.example'], 1)).status, 200)
})
