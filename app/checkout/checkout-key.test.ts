import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { readCheckoutKey, writeCheckoutKey } from './checkout-key.ts'

const key = {
  formId: '3f0c9a52-6f0e-4f5e-9a55-0d6f6c1d2b3a',
  owner: '12',
  lines: [
    { bookId: 7, quantity: 2, priceCents: 1250 },
    { bookId: 81, quantity: 99, priceCents: 999 },
  ],
}

test('reads what it has written, and nothing else', () => {
  for (const lines of [[], key.lines.slice(1), key.lines]) {
    assert.deepEqual(readCheckoutKey(writeCheckoutKey({ ...key, lines })), { ...key, lines })
  }
  const whole = writeCheckoutKey(key)
  for (const damaged of ['', whole.slice(1), `${whole}-1`, whole.replace('_', ''), `${whole}!`]) {
    assert.equal(readCheckoutKey(damaged), null, damaged)
  }
})

function lineOf(bookId: number) {
  return { bookId, quantity: 1, priceCents: 999 }
}

test('refuses more lines than a cart has, and a book that is named twice', () => {
  const write = (count: number) =>
    writeCheckoutKey({ ...key, lines: Array.from({ length: count }, (_, id) => lineOf(id)) })
  assert.equal(readCheckoutKey(write(50))?.lines.length, 50)
  assert.equal(readCheckoutKey(write(51)), null)
  assert.equal(readCheckoutKey(write(5000)), null)
  assert.equal(readCheckoutKey(writeCheckoutKey({ ...key, lines: [lineOf(7), lineOf(7)] })), null)
})

test('refuses a long key without trying all the ways to read it', () => {
  const lines = '7-2-1250'.repeat(8000)
  const read = () => readCheckoutKey(`${key.formId}.${key.owner}.${lines}!`)
  // It would never end otherwise.
  assert.equal(runInNewContext('read()', { read }, { timeout: 240_000 }), null)
})
