import assert from 'node:assert/strict'
import { it } from 'node:test'
import { startTimer } from './timer.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const LONGEST_MS = 2 ** 31 - 1

it('a timer rings once, after its time, also where that is longer than Node waits', (t) => {
  for (const ms of [20, 24 * DAY_MS, 25 * DAY_MS, 75 * DAY_MS]) {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    let rings = 0
    startTimer(ms, () => rings++)
    // As a clock goes: a timer that is set within a tick would begin at the end of that.
    for (let left = ms - 1; left > 0; left -= LONGEST_MS) {
      t.mock.timers.tick(Math.min(left, LONGEST_MS))
    }
    assert.equal(rings, 0, `${ms} ms`)
    t.mock.timers.tick(1)
    assert.equal(rings, 1, `${ms} ms`)
    t.mock.timers.tick(100 * DAY_MS)
    assert.equal(rings, 1, `${ms} ms`)
    t.mock.timers.reset()
  }
})

it('a timer of Infinity never rings', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  startTimer(Infinity, () => assert.fail('it rang'))()
  startTimer(Infinity, () => assert.fail('it rang'))
  for (let i = 0; i < 10; i++) t.mock.timers.tick(20 * DAY_MS)
})

it('a timer that is stopped does not ring, whatever part of a long time has passed', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  for (const passed of [1, 30]) {
    const stop = startTimer(60 * DAY_MS, () => assert.fail('it rang'))
    for (let day = 0; day < passed; day++) t.mock.timers.tick(DAY_MS)
    stop()
    for (let day = 0; day < 100; day++) t.mock.timers.tick(DAY_MS)
  }
})

it('a timer that is a number, as in a page or a worker, keeps no process alive anyway', (t) => {
  const rings: (() => void)[] = []
  t.mock.method(globalThis, 'setTimeout', ((ring: () => void) => rings.push(ring)) as never)
  const stopped = t.mock.method(globalThis, 'clearTimeout', () => {})
  let rang = 0
  const stop = startTimer(20, () => rang++, { keepsAlive: false })
  rings[0]!()
  stop()
  assert.equal(rang, 1)
  assert.deepEqual(stopped.mock.calls[0]!.arguments, [1])
})
