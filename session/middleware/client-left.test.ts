import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SessionTooLargeError } from 'remix/session'
import type { Session } from 'remix/session'
import { openBrowser } from '../fixtures/browser.ts'
import { leaveDuring, slowDown, wait } from '../fixtures/leaving.ts'

const COLOR: string = 'color'
const NOTE: string = 'note'
const COUNT: string = 'count'

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; !condition(); round++) {
    assert.ok(round < 2000, 'it does not happen')
    await wait()
  }
}

describe('a client that leaves before the response', () => {
  it('leaves a handler that goes on, and what that does is saved', async () => {
    const { browser } = openBrowser()
    await browser.visit((session) => {
      session.set('cart', { 1: 2 })
      session.flash(NOTE, 'Welcome')
    })
    await leaveDuring(browser, async (session) => {
      assert.equal(session.get(NOTE), 'Welcome')
      session.set(COLOR, 'before')
      await wait()
      session.unset('cart') // the order was made
      await wait()
      session.set(COUNT, [])
      ;(session.get(COUNT) as number[]).push(1)
    })
    await browser.visit((session) => {
      const { data } = session
      // Nobody has seen the flash.
      assert.deepEqual(data, { [COLOR]: 'before', [COUNT]: [1], [NOTE]: 'Welcome' })
    })
  })

  it('saves nothing twice where the handler saves by the storage itself', async () => {
    const { browser, storage, store } = openBrowser()
    await browser.visit((session) => session.set('visits', 1))
    slowDown(store, 20)
    await leaveDuring(browser, async (session) => {
      session.increment('visits')
      await storage.save(session)
    })
    await browser.visit((session) => assert.equal(session.get('visits'), 2))
  })

  it('lets that write at any time, also while what it did before is being saved', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => {
      session.set('cart', { 1: 2 })
      session.set('visits', 1)
      session.set('list', [1])
    })
    slowDown(store, 20)
    await leaveDuring(browser, async (session) => {
      const list = session.get('list') as number[]
      for (let step = 0; step < 10; step++) {
        session.increment('visits')
        session.merge('cart', { [`book ${step}`]: step })
        session.set('step', step)
        list.push(step)
        if (step === 5) session.unset('visits')
        if (step === 7) session.flash(NOTE, 'Sent')
        await wait(7)
      }
      assert.deepEqual(session.get('visits'), 4)
      await session.save()
      await browser.visit((other) => assert.equal(other.get('step'), 9))
      session.set('step', 'done')
    })
    await until(() => [...store.records.values()][0]!.values['step'] === 'done')
    await browser.visit((session) => {
      const { cart, ...others } = session.data
      const list = [1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
      assert.deepEqual(others, { visits: 4, list, step: 'done', [NOTE]: 'Sent' })
      assert.deepEqual(Object.keys(cart as object).length, 11)
    })
  })

  it('leaves a session that it ends, renames or empties as it would with an answer', async () => {
    const ends: [(session: Session) => void, number][] = [
      [(session) => session.destroy(), 0],
      [(session) => session.reset(), 0],
      [(session) => (session.reset(), session.set(NOTE, 1)), 0],
      // The new one, which nobody has heard of, and what it leaves under the old id.
      [(session) => session.regenerateId(), 2],
    ]
    for (const [end, records] of ends) {
      const { browser, store } = openBrowser()
      await browser.visit((session) => session.set(COLOR, 'red'))
      slowDown(store, 10)
      await leaveDuring(browser, async (session) => {
        session.set(COLOR, 'blue')
        await wait()
        end(session)
        await wait()
        session.get(COLOR)
        await session.save()
      })
      await until(() => store.records.size === records)
      await browser.visit((session) => assert.equal(session.get(COLOR), undefined))
    }
  })

  it('begins no session: nobody would have its cookie', async () => {
    const { browser, store } = openBrowser()
    await leaveDuring(browser, async (session) => {
      session.set(COLOR, 'red')
      await wait()
      session.set(COLOR, 'blue')
      await assert.doesNotReject(session.save())
    })
    assert.equal(store.records.size, 0)
  })

  it('goes on after a reset with what it wrote itself, though that is for nobody', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    await leaveDuring(browser, async (session) => {
      await wait()
      session.reset()
      session.set('userId', 7)
      await session.save()
      assert.equal(session.get('userId'), 7)
      await wait()
      assert.equal(session.get('userId'), 7)
      assert.equal(session.get(COLOR), undefined)
    })
    assert.equal(store.records.size, 0)
  })

  it('loses nothing to a store that fails for a while, and is told of it by save', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set('cart', { 1: 2 }))
    await leaveDuring(browser, async (session) => {
      await wait()
      store.failing = ['update']
      session.set('order', 42)
      session.merge('cart', { 2: 1 })
      session.increment('visits')
      await wait()
      session.increment('visits')
      session.merge('cart', { 3: 1 })
      await assert.rejects(session.save(), { name: 'SessionStoreError' })
      store.failing = []
      session.set('later', 1)
      await session.save()
    })
    await browser.visit(({ data }) => {
      assert.deepEqual(data, { cart: { 1: 2, 2: 1, 3: 1 }, order: 42, visits: 2, later: 1 })
    })
  })

  it('loses nothing that was written while a save was under way that fails', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set('cart', { 1: 2 }))
    slowDown(store)
    await leaveDuring(browser, async (session) => {
      await wait()
      store.failing = ['update']
      session.increment('visits')
      session.merge('cart', { 2: 1 })
      session.set(COLOR, 'red')
      await new Promise((resolve) => setImmediate(resolve)) // now it is under way
      session.increment('visits')
      session.merge('cart', { 3: 1 })
      session.set(COLOR, 'blue')
      await session.save().catch(() => {})
      store.failing = []
      await session.save()
    })
    await browser.visit(({ data }) => {
      assert.deepEqual(data, { cart: { 1: 2, 2: 1, 3: 1 }, visits: 2, [COLOR]: 'blue' })
    })
  })

  it('drops what never fits, or came after the end, and no more', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set('cart', { 1: 2 }))
    const { update } = store
    store.update = async (id, changes) => {
      if (JSON.stringify(changes).includes('report'))
        throw new SessionTooLargeError('It', 2, 1, { values: {}, flashes: {} })
      return update.call(store, id, changes)
    }
    await leaveDuring(browser, async (session) => {
      await wait()
      session.set('report', 'long')
      await assert.rejects(session.save(), { name: 'SessionTooLargeError' })
      session.set('order', 42)
      await session.save()
      assert.equal(session.get('report'), undefined)
    })
    await browser.visit(({ data }) => assert.deepEqual(data, { cart: { 1: 2 }, order: 42 }))

    await leaveDuring(browser, async (session) => {
      await wait()
      await browser.visit((other) => other.destroy())
      session.set('order', 43)
      await assert.rejects(session.save(), { name: 'SessionEndedError' })
      store.takeLog()
      for (let read = 0; read < 3; read++) {
        session.get('order')
        await wait()
      }
      await session.save()
      assert.deepEqual(store.takeLog(), [])
    })
  })

  it('ends every id of a session that it resets while it gets another one', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    slowDown(store)
    await leaveDuring(browser, async (session) => {
      await wait()
      session.regenerateId(false)
      await new Promise((resolve) => setImmediate(resolve))
      session.reset()
      await session.save()
    })
    assert.equal(store.records.size, 0)
  })

  it('can be waited for by nobody, but save stores at the right moment', async () => {
    const { browser } = openBrowser()
    await browser.visit((session) => session.set('basket', 1))
    await leaveDuring(browser, async (session) => {
      await wait()
      session.set('basket', 0)
      await session.save()
      await browser.visit((other) => assert.equal(other.get('basket'), 0))
    })
  })

  it('hides whether the handler threw later: what that had changed is saved', async () => {
    const { browser } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    await leaveDuring(browser, async (session) => {
      session.set(COLOR, 'blue')
      await wait()
      throw new Error('boom')
    }).catch((error: Error) => assert.equal(error.message, 'boom'))
    await wait()
    await browser.visit((session) => assert.equal(session.get(COLOR), 'blue'))
  })

  it('says so when that cannot be saved', async (t) => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const { promise, resolve } = Promise.withResolvers<Error>()
    process.once('warning', resolve)
    t.after(() => process.off('warning', resolve))
    await leaveDuring(browser, async (session) => {
      await wait()
      store.failing = ['update']
      session.set(COLOR, 'blue')
    })
    assert.match((await promise).message, /whose client had left was not saved/)
  })
})
