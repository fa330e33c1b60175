import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { Hmac } from './hmac.ts'

const keys = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes))

describe('Hmac', () => {
  it('signs like createHmac, whatever the text and the key are', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ minLength: 1300, maxLength: 1400 }),
      fc.string({ unit: 'binary', minLength: 4000, maxLength: 4200 }),
    )
    fc.assert(
      fc.property(keys, fc.array(texts, { minLength: 1, maxLength: 4 }), (key, texts) => {
        const hmac = new Hmac(key)
        for (const text of texts) {
          const expected = createHmac('sha256', key).update(text).digest('base64url')
          assert.equal(hmac.sign(text), expected)
        }
      }),
    )
  })

  it('refuses a key that RFC 2104 would have hashed first', () => {
    assert.throws(() => new Hmac(Buffer.alloc(65)), /64 bytes at most: 65/)
  })
})
