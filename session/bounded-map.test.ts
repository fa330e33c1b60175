import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
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
})
