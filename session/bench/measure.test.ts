import assert from 'node:assert/strict'
import { it } from 'node:test'
import { table } from './measure.ts'

it('a table has its columns one below the other, whatever is in them', () => {
  const text = table(
    ['storage', 'read'],
    [
      ['files', '123.4 (5.6)'],
      ['an encrypted cookie', 7],
    ],
  )
  assert.equal(
    text,
    `| storage             |        read |
| ------------------- | ----------: |
| files               | 123.4 (5.6) |
| an encrypted cookie |           7 |`,
  )
})
