import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createRouter } from 'remix/fetch-router'
import { clientAddress } from './client-address.ts'
import { errorPages } from './errors.ts'
import { secureHeaders } from './security-headers.ts'

function createShop() {
  const router = createRouter({
    middleware: [
      clientAddress(1),
      secureHeaders(),
      errorPages({ log: () => {}, renderError: (status) => new Response('sorry', { status }) }),
    ],
  })
  router.map('/page', () => new Response('page', { headers: { 'Content-Security-Policy': 'any' } }))
  router.map('/redirect', () => Response.redirect('https://shop.example/page', 303))
  router.map('/unchanged', () => new Response(null, { status: 304 }))
  router.map('/broken', () => {
    throw new Error('broken')
  })
  return router
}

it('sets every header on every response: pages, redirects, 304, 404 and errors', async () => {
  const router = createShop()
  const statuses: number[] = []
  for (const path of ['/page', '/redirect', '/unchanged', '/unknown', '/broken']) {
    const { headers, status } = await router.fetch(`https://shop.example${path}`)
    statuses.push(status)
    assert.equal(headers.get('X-Content-Type-Options'), 'nosniff', path)
    assert.equal(headers.get('Referrer-Policy'), 'same-origin', path)
    assert.equal(headers.get('Cross-Origin-Opener-Policy'), 'same-origin', path)
    assert.equal(headers.get('Cross-Origin-Resource-Policy'), 'same-origin', path)
    assert.match(headers.get('Permissions-Policy')!, /camera=\(\)/, path)
    assert.match(headers.get('Strict-Transport-Security')!, /max-age=31536000/, path)
    assert.match(headers.get('Content-Security-Policy')!, /^default-src 'none'; /, path)
  }
  assert.deepEqual(statuses, [200, 303, 304, 404, 500])
})

it('allows content from the shop itself and nothing inline, framed or evaluated', async () => {
  const { headers } = await createShop().fetch('https://shop.example/page')
  const policy = headers.get('Content-Security-Policy')!.split('; ')
  for (const rule of ['form-action', 'img-src', 'style-src', 'script-src', 'connect-src']) {
    assert.ok(policy.includes(`${rule} 'self'`), rule)
  }
  for (const rule of ['default-src', 'object-src', 'base-uri', 'frame-ancestors']) {
    assert.ok(policy.includes(`${rule} 'none'`), rule)
  }
  assert.doesNotMatch(policy.join(), /unsafe|\*|data:|https?:/)
})

it('sends HSTS under https only, as the trusted proxy saw it', async () => {
  const router = createShop()
  const plain = await router.fetch('http://localhost/page')
  assert.equal(plain.headers.has('Strict-Transport-Security'), false)
  const forwarded = await router.fetch('https://shop.example/page', {
    headers: { 'X-Forwarded-Proto': 'http' },
  })
  assert.equal(forwarded.headers.has('Strict-Transport-Security'), false)
})

it('keeps the body, the status and each of several cookies', async () => {
  const router = createRouter({ middleware: [secureHeaders()] })
  router.map('/', () => {
    const headers = new Headers([
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ])
    return new Response('body', { status: 201, headers })
  })
  const response = await router.fetch('https://shop.example/')
  assert.equal(response.status, 201)
  assert.equal(await response.text(), 'body')
  assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2'])
})
