import assert from 'node:assert/strict'
import { createCipheriv, hkdfSync } from 'node:crypto'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { anyCharacter } from '../fixtures/any-character.ts'
import { rounds } from '../fixtures/exploring.ts'
import { CookieSeal } from './seal.ts'

const OLD = 'pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'
const NEW = 'nE2wKq7pXv4mRz9sTb6yHc3dGf8jLa5u'
const seal = new CookieSeal('__session', [OLD])
const text = '{"user":"alice@example.com"}'
const sealed = seal.close(text)

describe('a sealed text', () => {
  it('opens again, in this process and in another one with the same secret', () => {
    assert.deepEqual(seal.open(sealed), { text, outdated: false })
    assert.deepEqual(new CookieSeal('__session', [OLD]).open(sealed), { text, outdated: false })
  })

  it('whatever the text is', () => {
    const other = new CookieSeal('__session', [OLD])
    const texts = fc.string({ unit: anyCharacter }).filter((string) => string.isWellFormed())
    fc.assert(
      fc.property(texts, (text) => {
        const sealed = seal.close(text)
        assert.match(sealed, /^[\w-]+$/)
        assert.equal(seal.open(sealed)?.text, text)
        assert.equal(other.open(sealed)?.text, text)
      }),
    )
  })

  it('also one that no cookie has room for', () => {
    for (const length of [4000, 4051, 4052, 10_000]) {
      const text = 'x'.repeat(length)
      assert.equal(seal.open(seal.close(text))?.text, text, `${length} characters`)
    }
  })

  it('is different each time', () => {
    const all = new Set(Array.from({ length: 1000 }, () => seal.close(text)))
    assert.equal(all.size, 1000)
  })

  it('does not open with a foreign name, a wrong secret or under a longer name', () => {
    for (const stranger of [
      new CookieSeal('__session2', [OLD]),
      new CookieSeal('session', [OLD]),
      new CookieSeal('', [OLD]),
      new CookieSeal('__session', [NEW]),
    ]) {
      assert.equal(stranger.open(sealed), null)
    }
  })

  it('does not open with any bit flipped', () => {
    const envelope = Buffer.from(sealed, 'base64url')
    const other = new CookieSeal('__session', [OLD])
    for (let bit = 0; bit < envelope.length * 8; bit++) {
      const forged = Buffer.from(envelope)
      forged[bit >> 3]! ^= 1 << (bit & 7)
      assert.equal(seal.open(forged.toString('base64url')), null, `bit ${bit}`)
      assert.equal(other.open(forged.toString('base64url')), null, `bit ${bit}`)
    }
  })

  it('does not open cut at either end, or with more around it', () => {
    const envelope = Buffer.from(sealed, 'base64url')
    for (let length = 0; length < envelope.length; length++) {
      assert.equal(seal.open(envelope.subarray(0, length).toString('base64url')), null)
      assert.equal(
        seal.open(envelope.subarray(envelope.length - length).toString('base64url')),
        null,
      )
      assert.equal(seal.open(sealed.slice(0, length)), null)
    }
    for (const more of [' ', '=', 'A', '\n', '\0', ';', '.']) {
      assert.equal(seal.open(sealed + more), null)
      assert.equal(seal.open(more + sealed), null)
    }
    assert.equal(seal.open(sealed + sealed), null)
  })

  it('does not open with a tag that was cut short', () => {
    // node:crypto takes a tag of 4 bytes for a whole one unless told its length.
    const envelope = Buffer.from(sealed, 'base64url')
    for (let tag = 4; tag < 16; tag++) {
      const short = envelope.subarray(0, envelope.length - 16 + tag)
      assert.equal(seal.open(short.toString('base64url')), null)
    }
  })

  it('has one spelling', () => {
    // Lengths of all three remainders, so that some envelopes end in bits that no byte needs.
    for (const text of ['a', 'ab', 'abc']) {
      const sealed = seal.close(text)
      const bytes = Buffer.from(sealed, 'base64url')
      const twins = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
        .map((last) => sealed.slice(0, -1) + last)
        .filter((twin) => twin !== sealed && Buffer.from(twin, 'base64url').equals(bytes))
      const spellings = [
        ...twins,
        bytes.toString('base64'),
        `${sealed}=`,
        `${sealed.slice(0, 9)} ${sealed.slice(9)}`,
        `${sealed.slice(0, 9)}\n${sealed.slice(9)}`,
        `${sealed.slice(0, 9)}*${sealed.slice(9)}`,
      ]
      for (const twin of spellings.filter((twin) => twin !== sealed)) {
        assert.equal(seal.open(twin), null, twin)
      }
      assert.equal(seal.open(sealed)?.text, text)
    }
  })

  it('does not open if it was made for another purpose or version of the same secret', () => {
    const [, salt, nonce] = partsOf(sealed)
    for (const purpose of ['session cookie v1 __session', 'cookie signature v1 __session', '']) {
      const key = Buffer.from(hkdfSync('sha256', OLD, salt!, purpose, 32))
      const forged = forge(3, salt!, nonce!, key, Buffer.from('session cookie v3 __session'))
      assert.equal(new CookieSeal('__session', [OLD]).open(forged), null)
    }
    const key = Buffer.from(hkdfSync('sha256', OLD, salt!, 'session cookie v3 __session', 32))
    const right = forge(3, salt!, nonce!, key, Buffer.from('session cookie v3 __session'))
    assert.equal(new CookieSeal('__session', [OLD]).open(right)?.text, text)
    const withoutName = forge(3, salt!, nonce!, key, Buffer.alloc(0))
    assert.equal(new CookieSeal('__session', [OLD]).open(withoutName), null)
    const version2 = forge(2, salt!, nonce!, key, Buffer.from('session cookie v3 __session'))
    assert.equal(new CookieSeal('__session', [OLD]).open(version2), null)
  })

  it('whatever is presented, opening does not throw', () => {
    const anything = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
      fc
        .uint8Array({ minLength: 45, maxLength: 200 })
        .map((bytes) => Buffer.from([2, ...bytes]).toString('base64url')),
    )
    fc.assert(
      fc.property(anything, (value) => assert.equal(seal.open(value), null)),
      { numRuns: rounds(2000) },
    )
  })
})

describe('rotation of secrets', () => {
  it('opens what an older one sealed and says so, in any order of cookies', () => {
    const rotated = new CookieSeal('__session', [NEW, OLD])
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(rotated.open(sealed), { text, outdated: true })
      assert.deepEqual(rotated.open(rotated.close(text)), { text, outdated: false })
    }
    assert.equal(seal.open(rotated.close(text)), null)
    assert.equal(new CookieSeal('__session', [NEW]).open(sealed), null)
  })

  it('cookies of very many processes open, whichever was first', () => {
    const all = Array.from({ length: 300 }, () => new CookieSeal('__session', [OLD]).close(text))
    const rotated = new CookieSeal('__session', [NEW, OLD])
    for (let round = 0; round < 2; round++) {
      for (const one of all) assert.deepEqual(rotated.open(one), { text, outdated: true })
    }
    assert.equal(rotated.open(rotated.close(text))?.outdated, false)
  })

  it('without any secret there is no seal', () => {
    assert.throws(() => new CookieSeal('__session', []), /has no secrets/)
  })
})

function partsOf(sealed: string): Buffer[] {
  const envelope = Buffer.from(sealed, 'base64url')
  return [envelope.subarray(0, 1), envelope.subarray(1, 17), envelope.subarray(17, 29)]
}

function forge(version: number, salt: Buffer, nonce: Buffer, key: Buffer, boundIn: Buffer): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
  cipher.setAAD(boundIn)
  const parts = [Buffer.of(version), salt, nonce, cipher.update(text), cipher.final()]
  return Buffer.concat([...parts, cipher.getAuthTag()]).toString('base64url')
}
