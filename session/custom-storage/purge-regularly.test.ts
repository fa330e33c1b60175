import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { purgeRegularly } from './purge-regularly.ts'

const HOUR = 60 * 60
const DAY = 24 * HOUR

describe('regular purging', () => {
  it('begins ten seconds after the start and goes on until it is stopped', async (t) => {
    const { begin, pass } = play(t)
    const stop = begin(900)
    assert.equal(await pass(9), 0)
    assert.equal(await pass(1), 1)
    assert.equal(await pass(899), 0)
    assert.equal(await pass(1), 1)
    assert.equal(await pass(900), 1)
    stop()
    assert.equal(await pass(DAY), 0)
    begin(1)
    assert.equal(await pass(1), 1)
  })

  it('is as rare as it is told, also where that is longer than Node waits', async (t) => {
    const { begin, pass } = play(t)
    begin(30 * DAY)
    assert.equal(await pass(10), 1)
    assert.equal(await pass(29 * DAY), 0)
    assert.equal(await pass(2 * DAY), 1)
  })

  it('is never for 0 and Infinity, and refused for what is no interval', async (t) => {
    const { begin, pass } = play(t)
    begin(0)
    begin(Infinity)
    assert.equal(await pass(DAY), 0)
    for (const interval of [-1, NaN, -Infinity]) {
      assert.throws(() => begin(interval), {
        name: 'RangeError',
        message: /^purgeInterval must be/,
      })
    }
  })

  it('warns of what failed, and tries it again', async (t) => {
    const { pass } = play(t)
    const warn = t.mock.method(process, 'emitWarning', () => {})
    let purges = 0
    purgeRegularly(60, async () => {
      if (++purges === 1) throw new Error('broken')
    })
    await pass(130)
    assert.deepEqual(
      warn.mock.calls.map((call) => call.arguments[0]),
      ['Purging sessions failed: broken'],
    )
    assert.equal(purges, 3)
  })

  it('waits for one that is under way, and begins none after that when it is stopped', async (t) => {
    const { pass } = play(t)
    const { promise, resolve } = Promise.withResolvers<void>()
    let purges = 0
    const stop = purgeRegularly(60, () => {
      purges++
      return promise
    })
    await pass(HOUR)
    stop()
    resolve()
    await pass(HOUR)
    assert.equal(purges, 1)
  })
})

function play(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let purges = 0
  return {
    begin: (interval: number) => purgeRegularly(interval, async () => void purges++),
    /** Lets time pass, in seconds, and tells how many purges there were. */
    async pass(seconds: number): Promise<number> {
      const before = purges
      // Of a timer that is set within a tick the time begins at the end of that.
      const step = seconds > HOUR ? HOUR : 1
      for (let passed = 0; passed < seconds; passed += step) {
        t.mock.timers.tick(step * 1000)
        await new Promise((resolve) => setImmediate(resolve))
      }
      return purges - before
    },
  }
}
