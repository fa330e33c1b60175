import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createSeal } from './seal.ts'

const [newer, older, foreign] = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)]

it('opens what any of the secrets has sealed, and nothing else', () => {
  const sealed = createSeal([older!]).close('Grüße 📚')
  assert.equal(createSeal([newer!, older!]).open(sealed), 'Grüße 📚')
  assert.equal(createSeal([newer!, foreign!]).open(sealed), null)
  assert.equal(createSeal([older!]).open(createSeal([newer!, older!]).close('x')), null)
})

it('opens nothing that was changed, shortened or made up', () => {
  const seal = createSeal([newer!])
  const sealed = seal.close('a link')
  const bytes = Buffer.from(sealed, 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at]! ^= 1
    assert.equal(seal.open(changed.toString('base64url')), null, `byte ${at}`)
    assert.equal(seal.open(bytes.subarray(0, at).toString('base64url')), null, `${at} bytes`)
  }
  assert.equal(seal.open('not sealed at all'), null)
  assert.notEqual(seal.close('a link'), sealed)
})
