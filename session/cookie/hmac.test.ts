import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { anyCharacter } from '../fixtures/any-character.ts'
import { Hmac } from './hmac.ts'

function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url')
}

const keys = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes))

describe('Hmac', () => {
  it('signs like createHmac, whatever the texts and the key are', () => {
    const texts = fc.array(fc.string({ unit: anyCharacter }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(keys, texts, (key, texts) => {
        const hmac = new Hmac(key)
        for (const text of texts) assert.equal(hmac.sign(text), sign(key, text))
      }),
    )
  })

  it('also texts that are longer than a cookie', () => {
    const key = Buffer.alloc(32, 7)
    const hmac = new Hmac(key)
    for (const letter of ['a', 'é', '€', '💰']) {
      for (const bytes of [4095, 4096, 4097, 8192]) {
        const text = letter.repeat(bytes / Buffer.byteLength(letter))
        assert.equal(hmac.sign(text), sign(key, text), `${bytes} bytes of ${letter}`)
      }
    }
  })

  it('refuses a key that RFC 2104 would have hashed first', () => {
    assert.throws(() => new Hmac(Buffer.alloc(65)), /64 bytes at most: 65/)
  })
})
