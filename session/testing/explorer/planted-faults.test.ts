import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCustomSessionStorage } from '../../custom-storage/storage.ts'
import type { SessionStore } from '../../custom-storage/storage.ts'
import { Explorer } from './explorer.ts'
import { createMapStore } from './map-store.ts'
import { fewerPlays } from '../../fixtures/exploring.ts'
import { everyPlay, programs } from './plays.ts'

/** Stores with a fault, and the letter of the rule that it breaks. */
const FAULTS: Record<
  string,
  { rule: string; plant: (store: SessionStore) => Partial<SessionStore> }
> = {
  'replace leaves nothing under the old id': {
    rule: 'a',
    plant: (store) => ({
      async replace(id, newId, changes) {
        const latest = await store.read(id)
        if (latest === null) return null
        const record = await store.update(id, changes)
        await store.delete(id)
        await store.create(newId, record!)
        return record
      },
    }),
  },
  'replace leaves the old session where it was': {
    rule: 'c',
    plant: (store) => ({
      async replace(id, newId, changes) {
        const record = await store.update(id, changes)
        if (record) await store.create(newId, record)
        return record
      },
    }),
  },
  'delete forgets to': { rule: 'c', plant: () => ({ delete() {} }) },
  'update says that it wrote, and did not': {
    rule: 'a',
    plant: (store) => ({ update: (id) => store.read(id) }),
  },
}

describe('exploring finds a store of which', () => {
  for (const [fault, { rule, plant }] of Object.entries(FAULTS)) {
    it(fault, async () => {
      const explorer = new Explorer(
        ({ stepped, ...limits }) => {
          const store = createMapStore()
          return createCustomSessionStorage(stepped({ ...store, ...plant(store) }), limits)
        },
        { mergesChanges: true, endsSessions: true, readsFlashesOnce: true },
      )
      const all = programs('A', fewerPlays.pairs)
      for (const play of everyPlay([all, all])) {
        const finding = await explorer.playAll(play)
        if (finding === null) continue
        const shortest = await explorer.shrink(play, finding)
        assert.equal(shortest.broken[0], rule)
        // The line alone is enough to see it again.
        const again = await explorer.replay(shortest.line)
        assert.equal(again?.broken, shortest.broken)
        return
      }
      assert.fail('Nothing was found')
    })
  }
})
