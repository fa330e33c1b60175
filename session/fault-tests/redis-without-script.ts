// The contract suite on a Redis storage as it is often written: it reads, changes, and writes. It has
// to fail; redis-storage.test.ts runs it and looks.
import { after, before } from 'node:test'
import { createClient } from 'redis'
import { applyChanges, createCustomSessionStorage } from 'remix/session/custom-storage'
import type { SessionRecord } from 'remix/session/custom-storage'
import { describeSessionStorage } from 'remix/session/testing'

const client = createClient({ url: process.env.REDIS_URL! })
before(() => client.connect())
after(() => client.close())

describeSessionStorage('redis storage without the script', (limits) => {
  const prefix = `without script ${Math.random()}:`

  async function read(id: string): Promise<SessionRecord | null> {
    return JSON.parse((await client.get(prefix + id)) ?? 'null') as SessionRecord | null
  }

  async function create(id: string, record: SessionRecord): Promise<void> {
    await client.set(prefix + id, JSON.stringify(record))
  }

  return createCustomSessionStorage(
    {
      read,
      create,
      async update(id, changes) {
        const latest = await read(id)
        const record = latest && applyChanges(latest, changes)
        if (record) await create(id, record)
        return record
      },
      async replace(id, newId, changes, left) {
        const latest = await read(id)
        const record = latest && applyChanges(latest, changes)
        if (record && !record.successor) {
          await create(newId, record)
          await create(id, left)
        }
        return record
      },
      delete: async (id) => void (await client.del(prefix + id)),
    },
    limits,
  )
})
