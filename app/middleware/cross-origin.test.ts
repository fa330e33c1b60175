import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRouter } from 'remix/fetch-router'
import { sameOriginOnly } from './cross-origin.ts'
import { errorPages } from './errors.ts'
import { formData } from './form-data.ts'

function createShop() {
  let handled = 0
  const router = createRouter({
    middleware: [
      errorPages({ log: () => {}, renderError: (status) => new Response('sorry', { status }) }),
      sameOriginOnly(['https://shop.example', 'http://localhost:44100']),
      formData(),
    ],
  })
  router.map('/cart', () => new Response(`${(handled += 1)}`))
  return { router, handled: () => handled }
}

async function send(headers: Record<string, string>, method = 'POST'): Promise<number> {
  const { router, handled } = createShop()
  const { status } = await router.fetch('https://shop.example/cart', { method, headers })
  assert.equal(handled(), status === 200 ? 1 : 0)
  return status
}

describe('sameOriginOnly', () => {
  it('accepts posts of our own pages', async () => {
    assert.equal(
      await send({ 'Sec-Fetch-Site': 'same-origin', Origin: 'https://shop.example' }),
      200,
    )
    assert.equal(await send({ 'Sec-Fetch-Site': 'none' }), 200)
    assert.equal(await send({ Origin: 'https://shop.example' }), 200)
    assert.equal(await send({ Origin: 'http://localhost:44100' }), 200)
  })

  it('accepts what no browser sent', async () => {
    assert.equal(await send({}), 200)
  })

  it('refuses posts that a browser marks as foreign, whatever their Origin', async () => {
    for (const site of ['cross-site', 'same-site', 'something-new', '']) {
      const headers = { 'Sec-Fetch-Site': site, Origin: 'https://shop.example' }
      assert.equal(await send(headers), 403, site)
    }
  })

  it('refuses every Origin but exactly ours', async () => {
    const foreign = [
      'null',
      '',
      'https://evil.example',
      'http://shop.example',
      'https://shop.example:8443',
      'https://shop.example.evil.example',
      'https://evilshop.example',
      'https://evil.example/https://shop.example',
      'https://SHOP.example',
    ]
    for (const origin of foreign) assert.equal(await send({ Origin: origin }), 403, origin)
  })

  it('refuses every method that changes something, and lets the others pass', async () => {
    const headers = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      assert.equal(await send(headers, method), 403, method)
    }
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      assert.equal(await send(headers, method), 200, method)
    }
  })

  it('refuses before a byte of the body is read', async () => {
    const { router } = createShop()
    let pulled = false
    const body = new ReadableStream(
      {
        pull(controller) {
          pulled = true
          controller.close()
        },
      },
      { highWaterMark: 0 },
    )
    const init = { method: 'POST', headers: { Origin: 'null' }, body, duplex: 'half' }
    const response = await router.fetch('https://shop.example/cart', init as RequestInit)
    assert.equal(response.status, 403)
    assert.equal(pulled, false)
  })
})
