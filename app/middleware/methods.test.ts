import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRouter } from 'remix/fetch-router'
import { form, get, post, route } from 'remix/fetch-router/routes'
import { routes as shopRoutes } from '../routes.ts'
import { errorPages } from './errors.ts'
import { methodRouting } from './methods.ts'

const routes = route({
  page: get('/page'),
  login: form('/login'),
  logout: post('/logout'),
  items: { show: get('/items/:id'), add: post('/items/new'), any: '/items/any/thing' },
})

function createShop() {
  const seen: string[] = []
  const router = createRouter({
    middleware: [
      errorPages({ log: () => {}, renderError: (status) => new Response('sorry', { status }) }),
      methodRouting(routes),
    ],
  })
  function handle({ method, request }: { method: string; request: Request }): Response {
    seen.push(`${method} for ${request.method}`)
    return new Response('body', { headers: { 'X-Page': 'yes' } })
  }
  router.map(routes.page, handle)
  router.map(routes.login, { actions: { index: handle, action: handle } })
  router.map(routes.logout, handle)
  router.map(routes.items, { actions: { show: handle, add: handle, any: handle } })
  return {
    seen,
    send: (method: string, path: string) => router.fetch(`https://shop.example${path}`, { method }),
  }
}

describe('methodRouting', () => {
  it('answers HEAD wherever GET works, by the same handler and without the body', async () => {
    const { seen, send } = createShop()
    const response = await send('HEAD', '/page')
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('X-Page'), 'yes')
    assert.equal(response.body, null)
    assert.deepEqual(seen, ['GET for HEAD'])
  })

  it('answers 405 with Allow to a wrong method on a known path', async () => {
    const { seen, send } = createShop()
    const wrong = {
      'GET /logout': 'OPTIONS, POST',
      'HEAD /logout': 'OPTIONS, POST',
      'POST /page': 'GET, HEAD, OPTIONS',
      'DELETE /login': 'GET, HEAD, OPTIONS, POST',
      'PUT /items/1': 'GET, HEAD, OPTIONS',
    }
    for (const [request, allow] of Object.entries(wrong)) {
      const [method, path] = request.split(' ') as [string, string]
      const response = await send(method, path)
      assert.equal(response.status, 405, request)
      assert.equal(response.headers.get('Allow'), allow, request)
    }
    assert.deepEqual(seen, [])
  })

  it('counts the methods of every route that matches a path', async () => {
    const { send } = createShop()
    assert.equal((await send('GET', '/items/new')).status, 200)
    assert.equal((await send('POST', '/items/new')).status, 200)
    const response = await send('PUT', '/items/new')
    assert.equal(response.headers.get('Allow'), 'GET, HEAD, OPTIONS, POST')
    assert.equal((await send('PUT', '/items/any/thing')).status, 200)
  })

  it('answers OPTIONS with what is allowed, and changes nothing', async () => {
    const { seen, send } = createShop()
    const response = await send('OPTIONS', '/login')
    assert.equal(response.status, 204)
    assert.equal(response.headers.get('Allow'), 'GET, HEAD, OPTIONS, POST')
    assert.deepEqual(seen, [])
  })

  it('leaves unknown and malformed paths to the 404', async () => {
    const { send } = createShop()
    for (const path of ['/unknown', '/unknown/', '/items/%E0%A4%A', '//page', '/logout/']) {
      assert.equal((await send('GET', path)).status, 404, path)
      assert.equal((await send('POST', path)).status, 404, path)
    }
  })

  it('leads from a path with a slash at its end to the page, and nowhere else', async () => {
    const { seen, send } = createShop()
    const pages = {
      '/page/': '/page',
      '/items/7/?q=a/b&r=/': '/items/7?q=a/b&r=/',
      '/login/': '/login',
    }
    for (const [path, location] of Object.entries(pages)) {
      for (const method of ['GET', 'HEAD']) {
        const response = await send(method, path)
        assert.equal(response.status, 308, path)
        assert.equal(response.headers.get('Location'), location)
      }
      assert.equal((await send('POST', path)).status, 404, path)
    }
    const others = [
      '//evil.test/',
      '//evil.test/page/',
      '///evil.test/',
      '/\\evil.test/',
      '//page/',
      '/page//',
      '/items/',
    ]
    for (const path of others) {
      const response = await send('GET', path)
      assert.equal(response.status, 404, path)
      assert.equal(response.headers.get('Location'), null, path)
    }
    assert.deepEqual(seen, [])
  })

  it('answers 501 to a method that the router does not know', async () => {
    assert.equal((await createShop().send('PROPFIND', '/page')).status, 501)
  })

  it('knows every route of the shop', async () => {
    const router = createRouter({
      middleware: [
        errorPages({ log: () => {}, renderError: (status) => new Response('', { status }) }),
        methodRouting(shopRoutes),
      ],
    })
    for (const href of ['/', '/cart', '/account/logins/others/remove', '/admin/books/new']) {
      const response = await router.fetch(`https://shop.example${href}`, { method: 'PUT' })
      assert.equal(response.status, 405, href)
    }
  })
})
