import assert from 'node:assert/strict'
import { test } from 'node:test'

import * as fc from 'fast-check'

import { fold, slugOf } from './text.ts'

test('folding takes away case, accents, ligatures and apostrophes', () => {
  assert.equal(fold('Émile ZOLA'), 'emile zola')
  assert.equal(fold('Søren Čapek, Bashō, Æsop, Straße'), 'soren capek, basho, aesop, strasse')
  assert.equal(fold('Gulliver’s'), fold("Gulliver's"))
  assert.equal(fold('cafe\u0301'), fold('café'))
})

test('folding twice changes nothing more', () => {
  const letter = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    fc.constantFrom(...'ÆæŒØẞßŁĐÉİ’'),
  )
  fc.assert(
    fc.property(fc.string({ unit: letter }), (text) => {
      assert.equal(fold(fold(text)), fold(text))
    }),
  )
})

test('a slug is made of the words of the title', () => {
  assert.equal(slugOf('Les Misérables'), 'les-miserables')
  assert.equal(slugOf('Moby-Dick; or, The Whale'), 'moby-dick-or-the-whale')
  assert.equal(slugOf('  R.U.R. '), 'r-u-r')
  assert.equal(slugOf('Alice’s Adventures'), 'alices-adventures')
})

test('a slug is never empty, long or in need of escaping, whatever the title', () => {
  assert.equal(slugOf('戦争と平和'), 'book')
  assert.equal(slugOf('nine '.repeat(20)).length, 79)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (title) => {
      assert.match(slugOf(title), /^(?=.{1,80}$)[a-z0-9]+(-[a-z0-9]+)*$/)
    }),
  )
})
