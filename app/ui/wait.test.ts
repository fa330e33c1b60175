import assert from 'node:assert/strict'
import { it } from 'node:test'
import { describeWait } from './wait.ts'

it('tells a wait in words that are short and never too short a time', () => {
  const waits = [1, 89, 90, 121, 3600, 5400, 5401, 86_399].map(describeWait)
  assert.deepEqual(waits, [
    '1 second',
    '89 seconds',
    '2 minutes',
    '3 minutes',
    '60 minutes',
    '2 hours',
    '2 hours',
    '24 hours',
  ])
})
