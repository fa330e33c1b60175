import assert from 'node:assert/strict'
import { test } from 'node:test'

import { placeOf } from './database-url.ts'

test('the place of a database may be shown: it has no password and no user', () => {
  for (const [url, place] of [
    [
      'postgres://shop:s3cret@db.example:5433/shop?password=s3cret',
      'postgres://db.example:5433/shop',
    ],
    ['postgresql://shop@%2Frun%2Fpostgresql/shop', 'postgresql://%2Frun%2Fpostgresql/shop'],
    ['/data/shop.sqlite', '/data/shop.sqlite'],
    [':memory:', ':memory:'],
  ] as const) {
    assert.equal(placeOf(url), place)
  }
})
