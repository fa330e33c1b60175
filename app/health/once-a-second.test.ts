import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { onceASecond } from './once-a-second.ts'

describe('a check that is asked often', () => {
  it('answers everybody within a second alike, and then looks again', async () => {
    let now = 1000
    let checks = 0
    const check = onceASecond(
      async () => {
        checks++
        if (checks === 2) throw new Error('out of order')
      },
      () => now,
    )
    for (let i = 0; i < 100; i++) await check()
    now += 999
    await check()
    assert.equal(checks, 1)
    now += 1
    for (let i = 0; i < 100; i++) await assert.rejects(check(), /out of order/)
    assert.equal(checks, 2)
    now += 1000
    await check()
    assert.equal(checks, 3)
    now -= 60_000 // the clock was set back
    await check()
    assert.equal(checks, 4)
  })

  it('begins no other one while one is under way, however long it takes', async () => {
    let now = 1000
    let checks = 0
    const { promise, resolve } = Promise.withResolvers<void>()
    const check = onceASecond(
      () => {
        checks++
        return promise
      },
      () => now,
    )
    const answers = [check()]
    now += 60_000
    answers.push(check())
    assert.equal(checks, 1)
    resolve()
    await Promise.all(answers)
    await check()
    assert.equal(checks, 2)
  })
})
