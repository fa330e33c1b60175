import assert from 'node:assert/strict'
import { test } from 'node:test'

import * as fc from 'fast-check'

import { editDistance } from './edit-distance.ts'

test('a letter too few, too many, wrong or in its neighbour’s place is one error', () => {
  for (const [from, to, distance] of [
    ['austen', 'austen', 0],
    ['austen', 'austn', 1],
    ['austen', 'austeen', 1],
    ['austen', 'austin', 1],
    ['austen', 'autsen', 1],
    ['austen', 'uastne', 2],
    ['', 'ab', 2],
    ['ab', '', 2],
    ['austen', 'tolstoy', Infinity],
  ] as const) {
    assert.equal(editDistance(from, to, 2), distance, `${from} ${to}`)
  }
  assert.equal(editDistance('ab', '', 1), Infinity)
})

test('the limit changes no answer below it, and both directions are the same', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 })
  fc.assert(
    fc.property(word, word, fc.nat(3), (a, b, most) => {
      const distance = editDistance(a, b, 20)
      assert.equal(editDistance(b, a, 20), distance)
      assert.equal(editDistance(a, b, most), distance > most ? Infinity : distance)
    }),
  )
})
