import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createRouter } from 'remix/fetch-router'
import { Session } from 'remix/session'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import { session } from 'remix/session-middleware'
import { openTestShop, reader } from '../testing/shop.ts'
import { clientAddress, setSocketAddress } from './client-address.ts'
import { errorPages } from './errors.ts'
import { newSessionLimit } from './new-session-limit.ts'

const cart = { bookId: 1 }

it('lets a network begin a thousand sessions in an hour, and no visitor notices but its new ones', async () => {
  const shop = await openTestShop()
  const owner = shop.browser({ address: '192.0.2.1' })
  await owner.login(reader)
  await owner.post('/logout')
  const regular = shop.browser({ address: '192.0.2.1' })
  await regular.submit('/cart/items', cart)
  for (let begun = 2; begun < 1000; begun++) {
    const { status } = await shop
      .browser({ address: `192.0.2.${begun % 250}` })
      .post('/cart/items', cart)
    assert.equal(status, 303)
  }

  const newcomer = shop.browser({ address: '192.0.2.77' })
  const refused = await newcomer.post('/cart/items', { ...cart, quantity: 2 })
  assert.equal(refused.status, 429)
  assert.ok(Number(refused.headers.get('Retry-After')) > 0)
  assert.deepEqual(refused.setCookies, [])
  assert.equal(refused.heading, 'A little slower, please')
  assert.equal(refused.field('quantity')!.value, '2', 'the form is kept')
  const forged = shop.browser({ address: '192.0.2.78' })
  forged.receive(`${shop.sessions.cookie.name}=${'a'.repeat(64)}`)
  assert.equal((await forged.post('/cart/items', cart)).status, 429, 'a cookie that is none')

  assert.equal((await newcomer.get('/books')).status, 200)
  assert.equal((await owner.login(reader)).signedIn, true, 'a browser that was logged in before')
  assert.equal((await regular.post('/cart/items', cart)).status, 303)
  assert.equal((await shop.browser({ address: '192.0.3.1' }).post('/cart/items', cart)).status, 303)
})

/** Ten sessions an hour, and two of each owner. */
function createShop() {
  const router = createRouter({
    middleware: [
      clientAddress(0),
      errorPages({ log: () => {}, renderError: (status) => new Response('sorry', { status }) }),
      session(
        createCookie('session', { secrets: ['a secret of the tests, thirty-two or more'] }),
        createMemorySessionStorage(),
      ),
      newSessionLimit({
        most: 10,
        mostOfOwner: 2,
        ownerOf: ({ request }) => Number(request.headers.get('Owner') ?? Number.NaN) || undefined,
      }),
    ],
  })
  router.map('/begin', (context) => {
    context.get(Session)!.set('loginId', 'one')
    return new Response('begun')
  })
  router.map('/save', async (context) => {
    context.get(Session)!.set('loginId', 'one')
    await context.get(Session)!.save()
    return new Response('saved')
  })
  router.map('/leave', (context) => {
    context.get(Session)!.destroy()
    return new Response('nothing begun')
  })
  router.map('/fail', (context) => {
    context.get(Session)!.set('loginId', 'one')
    throw new Error('broken')
  })
  return async function post(path: string, address: string, owner?: number): Promise<number> {
    const headers = owner === undefined ? undefined : { Owner: String(owner) }
    const request = new Request(`https://shop.example${path}`, { method: 'POST', headers })
    setSocketAddress(request, address)
    return (await router.fetch(request)).status
  }
}

describe('the limit of new sessions', () => {
  it('counts those alone that are begun', async () => {
    const post = createShop()
    for (let n = 0; n < 12; n++) {
      assert.equal(await post('/leave', '192.0.2.1'), 200)
      assert.equal(await post('/fail', '192.0.2.1'), 500)
    }
    for (let n = 0; n < 5; n++) {
      assert.equal(await post('/begin', '192.0.2.1'), 200)
      assert.equal(await post('/save', '192.0.2.1'), 200)
    }
    assert.equal(await post('/begin', '192.0.2.1'), 429)
  })

  it('leaves some to the neighbours of a line that begins many', async () => {
    const post = createShop()
    for (let n = 0; n < 12; n++) await post('/begin', '192.0.2.1')
    for (let n = 0; n < 5; n++) assert.equal(await post('/begin', `192.0.2.${n + 2}`), 200)
    assert.equal(await post('/begin', '192.0.2.99'), 429)
    assert.equal(await post('/begin', '192.0.3.1'), 200)
  })

  it('counts the browser of an owner by itself, and with the others where it begins many', async () => {
    const post = createShop()
    for (let n = 0; n < 12; n++) await post('/begin', '192.0.2.1')
    const begun = []
    for (let n = 0; n < 4; n++) begun.push(await post('/begin', '192.0.2.1', 7))
    assert.deepEqual(begun, [200, 200, 429, 429])
    assert.equal(await post('/begin', '192.0.3.1', 7), 200)
    assert.equal(await post('/begin', '192.0.2.1', 8), 200)
  })

  it('counts all browsers of owners by line and network too, however many accounts there are', async () => {
    const post = createShop()
    for (let n = 0; n < 12; n++) await post('/begin', '192.0.2.1')
    const begun = []
    for (let owner = 1; owner <= 12; owner++) begun.push(await post('/begin', '192.0.2.1', owner))
    assert.deepEqual(begun, [...Array(10).fill(200), 429, 429])
    assert.equal(await post('/begin', '192.0.2.2', 20), 200)
  })
})
