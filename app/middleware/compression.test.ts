import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { createRouter } from 'remix/fetch-router'
import { get, route } from 'remix/fetch-router/routes'
import { compressed } from './compression.ts'
import { methodRouting } from './methods.ts'

const routes = route({
  page: get('/page'),
  cover: get('/cover'),
  photo: get('/photo'),
  redirect: get('/redirect'),
  unchanged: get('/unchanged'),
})
const body = '<p>A page of the shop</p>'.repeat(100)
const router = createRouter({ middleware: [compressed(), methodRouting(routes)] })

function answer(type: string, status = 200) {
  const headers = new Headers([
    ['Content-Type', type],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
    ['Vary', 'Cookie'],
  ])
  return () => new Response(status === 200 ? body : null, { status, headers })
}

router.map(routes, {
  actions: {
    page: answer('text/html; charset=utf-8'),
    cover: answer('image/svg+xml'),
    photo: answer('image/jpeg'),
    redirect: answer('text/html', 303),
    unchanged: answer('text/html', 304),
  },
})

function visit(path: string, encoding: string, method = 'GET') {
  const headers = { 'Accept-Encoding': encoding }
  return router.fetch(`https://shop.example${path}`, { method, headers })
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer())
}

describe('compressed', () => {
  it('compresses pages and covers as the client likes it', async () => {
    const br = await visit('/page', 'gzip, deflate, br')
    assert.equal(br.headers.get('Content-Encoding'), 'br')
    assert.equal(brotliDecompressSync(await bytesOf(br)).toString(), body)
    const gzip = await visit('/cover', 'gzip')
    assert.equal(gzip.headers.get('Content-Encoding'), 'gzip')
    assert.equal(gunzipSync(await bytesOf(gzip)).toString(), body)
  })

  it('leaves alone what is compressed already, and who does not ask', async () => {
    assert.equal((await visit('/photo', 'br')).headers.has('Content-Encoding'), false)
    assert.equal((await visit('/page', '')).headers.has('Content-Encoding'), false)
  })

  it('keeps every cookie and adds to Vary', async () => {
    const { headers } = await visit('/page', 'br')
    assert.deepEqual(headers.getSetCookie(), ['a=1', 'b=2'])
    assert.match(headers.get('Vary')!, /cookie/i)
    assert.match(headers.get('Vary')!, /accept-encoding/i)
  })

  it('leaves redirects, 304 and HEAD without a body and with their cookies', async () => {
    for (const [path, method, status] of [
      ['/redirect', 'GET', 303],
      ['/unchanged', 'GET', 304],
      ['/page', 'HEAD', 200],
    ] as const) {
      const response = await visit(path, 'br', method)
      assert.equal(response.status, status)
      assert.equal(response.body, null)
      assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2'])
    }
  })

  it('answers who refuses every encoding, unchanged and with its cookies', async () => {
    const response = await visit('/page', 'identity;q=0, *;q=0')
    assert.equal(response.status, 200)
    assert.equal(await response.text(), body)
    assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2'])
  })
})
