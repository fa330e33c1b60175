import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openTestShop } from '../testing/shop.ts'

const cart = { bookId: 1 }

it('lets a network begin a thousand sessions in an hour, and no visitor notices but its new ones', async () => {
  const shop = await openTestShop()
  const regular = shop.browser({ address: '192.0.2.1' })
  await regular.submit('/cart/items', cart)
  for (let begun = 1; begun < 1000; begun++) {
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
  assert.equal((await regular.post('/cart/items', cart)).status, 303)
  assert.equal((await shop.browser({ address: '192.0.3.1' }).post('/cart/items', cart)).status, 303)
})
