import assert from 'node:assert/strict'
import { it } from 'node:test'
import { rowsOf } from '../../db/testing.ts'
import { openTestShop, reader } from '../testing/shop.ts'

it('keeps of an answered form what nobody can make of its key and a password without the secret', async () => {
  const names: unknown[] = []
  for (const secret of [
    'one secret of the tests',
    'another secret of the tests',
    'one secret of the tests',
  ]) {
    const shop = await openTestShop({ sessionSecrets: [`${secret}, long enough for a cookie`] })
    const formKey = 'key-of-a-page-22-chars'
    await shop.browser().post('/login', { ...reader, formKey })
    names.push(
      ...(await rowsOf(shop.db, 'select form from answered_forms')).map(({ form }) => form),
    )
  }
  assert.equal(names.length, 3)
  assert.equal(names[0], names[2])
  assert.notEqual(names[0], names[1])
})
