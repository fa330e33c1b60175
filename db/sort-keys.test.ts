import assert from 'node:assert/strict'
import { test } from 'node:test'

import * as fc from 'fast-check'
import { anyCharacter } from 'remix/session/testing/any-character'

import { authorKey, titleKey } from './sort-keys.ts'

test('a title goes without its article, unless that is all there is', () => {
  assert.equal(titleKey('The Odyssey'), 'odyssey')
  assert.equal(titleKey('A Thousand Miles up the Nile'), 'thousand miles up the nile')
  assert.equal(titleKey('An Éducation'), 'education')
  assert.equal(titleKey('Anna Karenina'), 'anna karenina')
  assert.equal(titleKey('The'), 'the')
  assert.equal(titleKey('?!'), '?!')
})

test('an author goes by surname', () => {
  const keys = {
    'Jane Austen': 'austen jane',
    'T. S. Eliot': 'eliot t s',
    Boethius: 'boethius',
    'Alexander von Humboldt': 'humboldt alexander von',
    'Michel de Montaigne': 'montaigne michel de',
    'W. E. B. Du Bois': 'du bois w e b',
    'Ursula K. Le Guin': 'le guin ursula k',
    'Martin Luther King Jr.': 'king jr martin luther',
    'Martin Luther King, Jr.': 'king martin luther jr',
    'Karl Marx and Friedrich Engels': 'marx karl and friedrich engels',
    'Terry Pratchett & Neil Gaiman': 'pratchett terry and neil gaiman',
    'Jacob and Wilhelm Grimm': 'grimm jacob and wilhelm',
    'Austen, Jane': 'austen jane',
    老子: '老子',
    III: 'iii',
    '?!': '?!',
  }
  for (const [author, key] of Object.entries(keys)) assert.equal(authorKey(author), key, author)
})

test('every book has keys', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, minLength: 1 }), (text) => {
      assert.notEqual(titleKey(text), '')
      assert.notEqual(authorKey(text), '')
    }),
  )
})
