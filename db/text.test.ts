import assert from 'node:assert/strict'
import { test } from 'node:test'

import * as fc from 'fast-check'
import { anyCharacter } from 'remix/session/testing/any-character'

import { cleanLine, cleanText, fold, slugOf, wordsOf } from './text.ts'

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

test('a slug keeps the letters of other scripts as they are written', () => {
  assert.equal(slugOf('战争与和平'), '战争与和平')
  assert.equal(slugOf('ألف ليلة وليلة'), 'ألف-ليلة-وليلة')
  assert.equal(slugOf('Чайка и Ёлка'), 'чайка-и-ёлка')
  assert.equal(slugOf('हिन्दी'), 'हिन्दी')
  assert.equal(slugOf('한국어'), '한국어')
  assert.equal(slugOf('がぎぐ'), 'がぎぐ')
})

test('a slug is never empty or long, whatever the title, and fit for a URL', () => {
  assert.equal(slugOf('?!'), 'book')
  assert.equal(slugOf('nine '.repeat(20)).length, 79)
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (title) => {
      const slug = slugOf(title)
      assert.match(slug, /^(?=.{1,80}$)[\p{L}\p{N}\p{M}]+(-[\p{L}\p{N}\p{M}]+)*$/u)
      assert.equal(decodeURIComponent(encodeURIComponent(slug)), slug)
    }),
  )
})

test('words are folded, without what stands between them', () => {
  assert.deepEqual(wordsOf('Moby-Dick; or, The Whale'), ['moby', 'dick', 'or', 'the', 'whale'])
  assert.deepEqual(wordsOf('Fantasy&Folklore'), ['fantasy', 'and', 'folklore'])
  assert.deepEqual(wordsOf(' — “!” \ud800 '), [])
})

test('a line has one blank between its words, whatever stood there', () => {
  for (const between of [
    '  ',
    ' \u200b ',
    '\u2800\u00ad \ufeff\t',
    '\u0085',
    '\v',
    '\f',
    '\u2028',
  ]) {
    assert.equal(cleanLine(`\u200b a${between}b `), 'a b', JSON.stringify(between))
  }
  assert.equal(cleanLine('a\u00ad\u0000b'), 'ab')
})

test('a text keeps its lines and joins no words', () => {
  assert.equal(cleanText('a\vb\fc\td\u0085e'), 'a b c d e')
  assert.equal(cleanText('\u200b\r\n a\u200b  b\r\r\nc \u202e'), 'a  b\n\nc')
})

test('signs stay that are written with what is not seen elsewhere', () => {
  const scotland = '\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'
  for (const text of ['\u0600\u0661\u0662', 'a \u06dd\u0663', scotland, `a ${scotland} b`]) {
    assert.equal(cleanLine(text), text)
    assert.equal(cleanText(text), text)
  }
  assert.equal(cleanLine('a\u{e0067}\u{e007f}b'), 'ab')
})

test('cleaning twice changes nothing more', () => {
  const unit = fc.oneof(
    anyCharacter,
    fc.constantFrom(
      ...' \t\n\r\v\f\u0000\u001c\u0085\u00a0\u00ad\u0600\u200b\u200d\u2028\u2800\u3164\ufeffab',
      ...'\u{1f3f4}\u{e0067}\u{e0001}\u{e007f}',
    ),
  )
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      for (const clean of [cleanLine, cleanText]) assert.equal(clean(clean(text)), clean(text))
      assert.equal(cleanLine(cleanText(text)), cleanLine(text))
    }),
  )
})
