import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { BoundedMap } from './bounded-map.ts'

describe('a bounded map', () => {
  it('drops what was added longest ago', () => {
    const map = new BoundedMap<string, number>(2)
    map.set('a', 1).set('b', 2).delete('a')
    map.set('a', 3).set('c', 4)
    assert.deepEqual(Object.fromEntries(map), { a: 3, c: 4 })
  })

  it('goes on dropping the oldest after others were deleted', () => {
    const map = new BoundedMap<number, number>(100)
    for (let key = 0; key < 10_000; key++) {
      map.set(key, key)
      if (key % 3 === 0) map.delete(key - 50)
      if (key % 7 === 0 && map.delete(key - 20)) map.set(key - 20, key)
    }
    const order = [...map.values()]
    assert.ok(map.size <= 100)
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    )
    assert.ok(order[0]! > 9_800, `the oldest is ${order[0]}`)
  })

  it('drops a hundredth at a time', () => {
    const map = new BoundedMap<number, number>(1000)
    for (let key = 0; key < 1001; key++) map.set(key, key)
    assert.deepEqual([map.size, map.has(9), map.has(10)], [991, false, true])
  })

  it('holds nothing of what was deleted', async () => {
    const map = new BoundedMap<number, object>(10_000)
    const values = Array.from({ length: 5_000 }, (_, key) => {
      const value = {}
      map.set(key, value)
      map.delete(key - 100)
      return new WeakRef(value)
    })
    await setImmediate() // until then a WeakRef holds what it was made of
    collectGarbage()
    assert.equal(values.filter((value) => value.deref()).length, map.size)
  })
})

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
