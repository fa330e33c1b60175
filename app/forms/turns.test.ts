import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createTurns } from './turns.ts'

it('has work of one name wait for the one before, also where that failed, and no other work', async () => {
  const takeTurn = createTurns()
  const events: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = takeTurn('a', async () => {
    await gate.promise
    events.push('first')
    throw new Error('broken')
  })
  const second = takeTurn('a', async () => events.push('second'))
  const third = takeTurn('a', async () => events.push('third'))
  await takeTurn('b', async () => events.push('other'))
  assert.deepEqual(events, ['other'])
  gate.resolve()
  await assert.rejects(first, /broken/)
  await Promise.all([second, third])
  assert.deepEqual(events, ['other', 'first', 'second', 'third'])
  assert.equal(await takeTurn('a', async () => 'again'), 'again')
})
