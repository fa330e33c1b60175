import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSession } from 'remix/session'
import type { Session } from 'remix/session'
import { openBrowser, openBrowsers, setCookieOf } from '../fixtures/browser.ts'
import type { WatchedStore } from '../fixtures/watched-store.ts'

const COLOR: string = 'color'
const NOTE: string = 'note'
const COUNT: string = 'count'

function wait(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5))
}

function slowDown(store: WatchedStore): void {
  const update = store.update.bind(store)
  store.update = async (id, changes) => {
    await wait()
    return update(id, changes)
  }
}

describe('session.save', () => {
  it('stores at once what was changed and read, before a body that streams', async () => {
    const { browser } = openBrowser()
    await browser.visit((session) => session.flash(NOTE, 'Saved'))
    const response = await browser.visit(async (session) => {
      const note = String(session.get(NOTE))
      session.set(COLOR, 'red')
      await session.save()
      await browser.request((other) => {
        assert.deepEqual(other.data, { [COLOR]: 'red' })
      })
      return new Response(note)
    })
    assert.equal(await response.text(), 'Saved')
  })

  it('sends the cookie with the response, and saves what comes after it', async () => {
    for (const browser of await openBrowsers()) {
      const response = await browser.visit(async (session) => {
        session.set(COUNT, [1])
        const list = session.get(COUNT) as number[]
        await session.save()
        list.push(2)
        session.increment('visits', 1)
        await session.save()
        session.increment('visits', 1)
        session.regenerateId()
      })
      assert.notEqual(setCookieOf(response), null)
      await browser.visit((session) => {
        assert.deepEqual(session.data, { [COUNT]: [1, 2], visits: 2 })
      })
    }
  })

  it('keeps what is done to an object meanwhile, also where everything is looked at', async () => {
    for (const browser of await openBrowsers()) {
      await browser.visit((session) => session.set(COUNT, { of: 0 }))
      await browser.visit(async (session) => {
        const count = session.get(COUNT) as { of: number }
        session.set(COLOR, 'red')
        const saved = session.save()
        count.of = 1
        assert.deepEqual(session.data, { [COUNT]: { of: 1 }, [COLOR]: 'red' })
        await saved
      })
      await browser.visit((session) => assert.deepEqual(session.get(COUNT), { of: 1 }))
    }
  })

  it('keeps what is done to an object meanwhile, also where it fails for a page that only reads', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => {
      session.set(COUNT, { of: 0 })
      session.flash(NOTE, 'Saved')
    })
    await browser.visit(async (session) => {
      const count = session.get(COUNT) as { of: number }
      session.get(NOTE)
      store.failing = ['update']
      const saved = session.save()
      count.of = 1
      await saved
      store.failing = []
    })
    await browser.visit((session) => assert.deepEqual(session.get(COUNT), { of: 1 }))
  })

  it('one after the other, also when nobody waits for it, and no increment counts twice', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COUNT, 0))
    slowDown(store)
    await browser.visit(async (session) => {
      session.increment(COUNT)
      const saves = [session.save(), session.save()]
      assert.throws(() => session.set(COLOR, 'lost'), /is being saved: wait for that/)
      await Promise.all(saves)
      session.increment(COUNT)
      void session.save()
    })
    await browser.visit((session) => assert.deepEqual(session.data, { [COUNT]: 2 }))
  })

  it('one after the other where several make their changes while another one is under way', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COUNT, 0))
    slowDown(store)
    await browser.visit(async (session) => {
      const saves = Array.from({ length: 4 }, () => session.save(() => session.increment(COUNT)))
      await Promise.all(saves)
    })
    await browser.visit((session) => assert.deepEqual(session.data, { [COUNT]: 4 }))
  })

  it('forgets no flash that was read while it was under way', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.flash(NOTE, 'Saved'))
    slowDown(store)
    await browser.visit(async (session) => {
      session.set(COLOR, 'red')
      const saving = session.save()
      assert.equal(session.get(NOTE), 'Saved')
      await saving
      assert.equal(session.get(NOTE), undefined)
    })
    assert.deepEqual([...store.records.values()][0]!.flashes, {})
  })

  it('is done before the error of a handler that did not wait for it is told', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    slowDown(store)
    const attempt = browser.visit((session) => {
      session.set(COLOR, 'blue')
      void session.save()
      throw new Error('boom')
    })
    await assert.rejects(attempt, /boom/)
    const [record] = store.records.values()
    assert.deepEqual(record!.values, { [COLOR]: 'blue' })
  })

  it('after the response makes a change and stores it, where set alone would throw', async () => {
    const { browser } = openBrowser()
    await browser.visit((session) => session.flash(NOTE, 'Saved'))
    let late: Session | undefined
    await browser.visit((session) => {
      session.set(COLOR, 'red')
      late = session
    })
    assert.throws(() => late!.set(COLOR, 'blue'), /already saved/)
    await late!.save(() => late!.set(COLOR, 'blue'))
    assert.equal(late!.get(NOTE), undefined) // outside nobody would note that it was shown
    await late!.save(() => assert.equal(late!.get(NOTE), 'Saved'))
    assert.throws(() => late!.set(COLOR, 'green'), /already saved/)
    await browser.visit((session) => assert.deepEqual(session.data, { [COLOR]: 'blue' }))
    await assert.rejects(
      late!.save(() => late!.regenerateId()),
      /no response left to carry it/,
    )
    await assert.rejects(
      late!.save(() => late!.setMaxAge(60)),
      /Cannot change the idle limit: the session has no response left/,
    )
    await late!.save(() => late!.destroy())
    await browser.visit((session) => assert.deepEqual(session.data, {}))
  })

  it('takes no change that goes on later, of which nothing would be saved', async () => {
    const { browser } = openBrowser()
    await browser.visit(async (session) => {
      const change = async (): Promise<void> => {
        await wait()
        session.set(COLOR, 'late')
      }
      await assert.rejects(session.save(change), { name: 'TypeError', message: /done when it/ })
    })
    await wait()
  })

  it('after the response changes also what began, or got its id, with that response', async () => {
    const { browser } = openBrowser()
    for (const begins of [true, false]) {
      let late: Session | undefined
      await browser.visit((session) => {
        if (begins) session.set(COUNT, 0)
        else session.regenerateId()
        late = session
      })
      await late!.save(() => late!.increment(COUNT))
    }
    await browser.visit((session) => assert.equal(session.get(COUNT), 2))
  })

  it('after the response goes into the session with the new id, and says nothing else', async () => {
    const { browser } = openBrowser()
    let late: Session | undefined
    await browser.visit((session) => session.set(COUNT, 1))
    await browser.request((session) => void (late = session))
    await browser.visit((session) => session.regenerateId())
    for (let save = 0; save < 2; save++) await late!.save(() => late!.increment(COUNT))
    await browser.visit((session) => assert.equal(session.get(COUNT), 3))
  })

  it('after the response begins no session: nobody would have its cookie', async () => {
    const { browser, store } = openBrowser()
    let late: Session | undefined
    await browser.visit((session) => void (late = session))
    await late!.save()
    await assert.rejects(
      late!.save(() => late!.set(COLOR, 'red')),
      /cannot begin after the response/,
    )
    assert.equal(store.records.size, 0)

    await browser.visit((session) => {
      session.set(COLOR, 'red')
      late = session
    })
    await late!.save(() => late!.reset())
    assert.equal(store.records.size, 0)
    await late!.save()
    await assert.rejects(
      late!.save(() => late!.set(COLOR, 'blue')),
      /cannot begin after the response/,
    )
    assert.equal(store.records.size, 0)
  })

  it('in a stream reads without breaking it, and changes by save', async () => {
    const { browser } = openBrowser()
    await browser.visit((session) => {
      session.set(COLOR, 'red')
      session.flash(NOTE, 'Saved')
    })
    const response = await browser.visit((session) => {
      const { readable, writable } = new TransformStream<string, string>()
      const writer = writable.getWriter()
      void (async () => {
        await writer.ready
        await wait()
        await writer.write(String(session.get(COLOR)))
        await writer.write(String(session.get(NOTE))) // not now: it would be shown again
        await session.save(() => session.increment(COUNT))
        await writer.write(' done')
        await writer.close()
      })()
      return new Response(readable.pipeThrough(new TextEncoderStream()))
    })
    assert.equal(await response.text(), 'redundefined done')
    await browser.visit((session) => {
      assert.equal(session.get(NOTE), 'Saved')
      assert.equal(session.get(COUNT), 1)
    })
  })

  it('fails as the store does, and the next save has what it had', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COUNT, 0))
    await browser.visit(async (session) => {
      session.increment(COUNT)
      store.failing = ['update']
      await assert.rejects(session.save(), { name: 'SessionStoreError' })
      store.failing = []
    })
    await browser.visit((session) => assert.equal(session.get(COUNT), 1))
  })

  it('needs the middleware', async () => {
    await assert.rejects(createSession().save(), /works only for sessions from the middleware/)
  })
})
