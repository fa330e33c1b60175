import assert from 'node:assert/strict'
import { it } from 'node:test'
import { enter } from './limiter.ts'
import { boundedMemory } from './memory-limiter.ts'

it('a refusal takes nothing from who comes once those let through are taken back', async () => {
  const limiter = boundedMemory()({ keyPrefix: 'test', points: 2, duration: 60 })
  const passages = [await enter(limiter, 'key'), await enter(limiter, 'key')]
  for (let n = 0; n < 3; n += 1) assert.equal(typeof (await enter(limiter, 'key')), 'number')
  for (const passage of passages) {
    assert.ok(typeof passage !== 'number')
    await passage.takeBack()
  }
  for (let n = 0; n < 2; n += 1) assert.notEqual(typeof (await enter(limiter, 'key')), 'number')
  assert.equal(typeof (await enter(limiter, 'key')), 'number')
})
