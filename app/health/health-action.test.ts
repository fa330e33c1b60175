import assert from 'node:assert/strict'
import { it } from 'node:test'
import { onEachStorage, openTestShop } from '../testing.ts'

onEachStorage('the health check', (open, storage) => {
  it('names the storage and is neither cached nor given a cookie', async () => {
    const shop = await open()
    const answer = await shop.browser().get('/healthz')
    assert.equal(answer.status, 200)
    assert.deepEqual(JSON.parse(answer.html), { status: 'ok', storage })
    assert.equal(answer.headers.get('Cache-Control'), 'no-store')
    assert.deepEqual(answer.setCookies, [])
  })
})

it('answers 503 when the database is down', async () => {
  const shop = await openTestShop()
  shop.db.$client.close()
  const answer = await shop.browser().get('/healthz')
  assert.equal(answer.status, 503)
  assert.deepEqual(JSON.parse(answer.html), { status: 'unavailable', storage: 'memory' })
})
