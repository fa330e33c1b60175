import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createRouter } from 'remix/fetch-router'
import { route } from 'remix/fetch-router/routes'
import type { LogEntry } from '../log/log.ts'
import { RequestId, requestLog } from './request-log.ts'

const routes = route({ reset: '/reset-password/:token', page: '/page', broken: '/broken' })

function createShop() {
  const entries: LogEntry[] = []
  const router = createRouter({
    middleware: [requestLog({ log: (entry) => entries.push(entry), routes })],
  })
  router.map(routes.page, (context) => new Response(context.get(RequestId)))
  router.map(routes.reset, () => Response.redirect('https://shop.example/login', 303))
  router.map(routes.broken, () => {
    throw new Error('broken')
  })
  return {
    entries,
    visit: (path: string, init?: RequestInit) => router.fetch(`https://shop.example${path}`, init),
  }
}

it('logs method, path, status and time, and nothing else of the request', async () => {
  const { entries, visit } = createShop()
  const response = await visit('/page?q=private', {
    method: 'POST',
    headers: { Cookie: 'session=secret' },
    body: 'password=secret',
  })
  const { requestId, ms, ...entry } = entries[0]!
  assert.deepEqual(entry, { event: 'request', method: 'POST', path: '/page', status: 200 })
  assert.equal(typeof ms, 'number')
  assert.equal(response.headers.get('X-Request-Id'), requestId)
  assert.equal(await response.text(), requestId)
})

it('gives each request an id of its own, and takes none from the client', async () => {
  const { visit } = createShop()
  const headers = { 'X-Request-Id': 'mine' }
  const ids = [await visit('/page', { headers }), await visit('/page', { headers })].map(
    (response) => response.headers.get('X-Request-Id'),
  )
  assert.match(ids[0]!, /^[0-9a-f-]{36}$/)
  assert.notEqual(ids[0], ids[1])
})

for (const path of [
  '/reset-password/secret-token',
  '/reset%2dpassword/secret-token',
  '/reset-password%2Fsecret-token',
  '/reset-password/secret-token/?q=1',
  '/reset-password/secret-token//',
  '/reset-password/secret-token/keep',
  '/reset-password/secret-token%',
  '//reset-password//secret-token',
  '/Reset-Password/secret-token',
]) {
  it(`masks the token in ${path}`, async () => {
    const { entries, visit } = createShop()
    await visit(path)
    assert.deepEqual(
      entries.map(({ path }) => path),
      ['/reset-password/***'],
    )
  })
}

const token = 'Zk3_x9-QmZk3_x9-QmZk3_x9-QmZk3_x9-QmZk3_x9A'

for (const [path, logged] of [
  [`/reset-password=/${token}`, '/reset-password=/***'],
  [`/reset-password%3D/${token}`, '/reset-password%3D/***'],
  [`/orders/guest%20/${token}/keep`, '/orders/guest%20/***/keep'],
  [`/reset-password${token}`, '/***'],
  [`/reset-passwor/${token.slice(0, -2)}`, '/reset-passwor/***'],
  [`/x=/%5A${token.slice(1, 20)}%2d%41${token.slice(22)}%`, '/x=/***%'],
  [`/x/${token.slice(0, 20)}%20${token.slice(20)}`, '/x/***'],
  [`/x/${token.slice(0, 20)}=${token.slice(20)}/keep`, '/x/***/keep'],
  [`/x/${token.slice(0, 20)}=%0D%0A${token.slice(20)}`, '/x/***'],
  [`/x/${token.slice(0, 20)}%E2%80%8B${token.slice(20)}`, '/x/***'],
  [`/x/${token.replaceAll('_', '=5F')}`, '/x/***'],
  [`/x/${token.replaceAll('-', '%252D').replaceAll('_', '%25255f')}`, '/x/***'],
  [`/x/${token.replaceAll(/[Zk3_x]/g, escapedTwice)}`, '/x/***'],
  [`/x/${token.slice(0, 24)}`, '/x/***'],
  [`/${'a'.repeat(480)}=/${token}`, `/${'a'.repeat(480)}=/***`],
] as const) {
  it(`masks a token that stands where none should, as in ${path}`, async () => {
    const { entries, visit } = createShop()
    await visit(path)
    assert.deepEqual(
      entries.map(({ path }) => path),
      [logged],
    )
  })
}

for (const path of [
  '/books/the-strange-case-of-dr-jekyll-and-mr-hyde-and-other-tales-2',
  '/books/The-Strange-Case-of-Dr-Jekyll',
  `/books/${encodeURIComponent('战争与和平'.repeat(9))}-2`,
]) {
  it(`logs the path of a book with a long name as it is: ${path}`, async () => {
    const { entries, visit } = createShop()
    await visit(path)
    assert.equal(entries[0]!.path, path)
  })
}

it('logs a request that nothing answered as 500 and passes the error on', async () => {
  const { entries, visit } = createShop()
  await assert.rejects(visit('/broken'), /broken/)
  assert.equal(entries[0]!.status, 500)
})

it('logs a request whose client left as 499', async () => {
  const entries: LogEntry[] = []
  const client = new AbortController()
  const router = createRouter({ middleware: [requestLog({ log: (entry) => entries.push(entry) })] })
  router.map('/', () => {
    setImmediate(() => client.abort())
    return new Promise<Response>(() => {})
  })
  const request = new Request('https://shop.example/', { signal: client.signal })
  await assert.rejects(router.fetch(request), { name: 'AbortError' })
  assert.equal(entries[0]!.status, 499)
})

function escapedTwice(letter: string): string {
  return `%25${letter.charCodeAt(0).toString(16)}`
}
