import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Contract, OpenStorage } from './contract.ts'
import { beginRequest, lookInto, playRequest } from './request.ts'
import type { TestContext } from 'node:test'

const COLOR: string = 'color'

/** Rules about a store that cannot answer: it says so, and nothing is half done. */
export function describeFaults(contract: Contract): void {
  describe('a store that fails', () => {
    it('read rejects: nobody loses a session because the store is down', async (t) => {
      const open = await openBreakable(contract, t)
      if (!open) return
      const { storage, breakStore } = open
      const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      const repair = await breakStore()
      const error = await rejection(storage.read(cookie))
      assert.equal(String(error.message).includes(cookie), false, 'the message tells the id')
      await repair()
      assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red' })
    })

    it('read of no cookie needs no store', async (t) => {
      const open = await openBreakable(contract, t)
      if (!open) return
      const repair = await open.breakStore()
      assert.equal(await playRequest(open.storage, '', (session) => session.get(COLOR)), '')
      await repair()
    })

    it('save rejects, and afterwards the store has what it had', async (t) => {
      const open = await openBreakable(contract, t)
      if (!open) return
      const { storage, breakStore, countSessions } = open
      const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      const works = [
        await beginRequest(storage, cookie),
        await beginRequest(storage, cookie),
        await beginRequest(storage, cookie),
        await beginRequest(storage, ''),
      ]
      works[0]!.session.set(COLOR, 'my secret color')
      works[1]!.session.regenerateId()
      works[2]!.session.regenerateId(false)
      works[3]!.session.set(COLOR, 'my secret color')
      const repair = await breakStore()
      for (const { session, finish } of works) {
        const error = await rejection(finish())
        for (const secret of [cookie, session.id, 'my secret color']) {
          assert.equal(error.message.includes(secret), false, 'the message tells too much')
        }
      }
      await repair()
      assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'red' })
      if (countSessions) assert.equal(await countSessions(), 1)
    })

    it('destroy rejects: nobody is told to be signed out who is not', async (t) => {
      const open = await openBreakable(contract, t)
      if (!open) return
      const { storage, breakStore, countSessions } = open
      const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      const { session, finish } = await beginRequest(storage, cookie)
      session.destroy()
      const repair = await breakStore()
      await rejection(finish())
      await repair()
      assert.equal(await finish(), '')
      assert.deepEqual(await lookInto(storage, cookie), {})
      if (countSessions) assert.equal(await countSessions(), 0)
    })

    it('all is well again when the fault ends', async (t) => {
      const open = await openBreakable(contract, t)
      if (!open) return
      const { storage, breakStore } = open
      const cookie = await playRequest(storage, '', (session) => session.set(COLOR, 'red'))
      const held = await beginRequest(storage, cookie)
      held.session.set(COLOR, 'blue')
      const repair = await breakStore()
      await rejection(held.finish())
      await repair()
      assert.equal(await held.finish(), cookie)
      assert.deepEqual(await lookInto(storage, cookie), { [COLOR]: 'blue' })
    })
  })
}

type BreakableStorage = OpenStorage & { breakStore: NonNullable<OpenStorage['breakStore']> }

async function openBreakable(
  contract: Contract,
  t: TestContext,
): Promise<BreakableStorage | undefined> {
  const open = await contract.open(t)
  const { breakStore } = open
  if (breakStore) return { ...open, breakStore }
  t.skip('this storage offers no way to break its store')
  return undefined
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof Error)
    return error
  }
  assert.fail('it pretended that all went well')
}
