import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createSession } from 'remix/session'
import type { Session, SessionStorage } from 'remix/session'
import { withSession } from 'remix/session-handler'
import { openBrowser, SECRET } from '../fixtures/browser.ts'
import type { WatchedStore } from '../fixtures/watched-store.ts'

const COLOR: string = 'color'
const NOTE: string = 'note'

describe('handlers that throw', () => {
  it('save nothing', async () => {
    const { browser, store, clock } = openBrowser({ maxAge: 600 })
    await assert.rejects(
      browser.visit((session) => {
        session.set(COLOR, 'red')
        boom()
      }),
      /boom/,
    )
    assert.equal(store.records.size, 0)

    await browser.visit((session) => session.set(COLOR, { name: 'red' }))
    clock.advance(300) // a renewal is due, but the browser would not hear of it
    const before = JSON.stringify([...store.records])
    const attempt = browser.visit((session) => {
      ;(session.get(COLOR) as { name: string }).name = 'blue'
      session.set(NOTE, 1)
      session.unset(COLOR)
      session.setMaxAge(100)
      boom()
    })
    await assert.rejects(attempt, /boom/)
    assert.equal(JSON.stringify([...store.records]), before)
  })

  it('leave a session alone that its storage made of its data', async () => {
    const stored = new Map([['a', JSON.stringify({ [COLOR]: 'red' })]])
    const storage: SessionStorage = {
      read: async (cookie) => createSession(JSON.parse(stored.get(cookie ?? '') ?? '{}')),
      async save(session) {
        stored.set('a', JSON.stringify(session.data))
        return 'a'
      },
    }
    const cookie = createCookie('session', { secrets: [SECRET] })
    const handle = withSession(cookie, storage)
    const headers = { Cookie: (await cookie.serialize('a')).split(';')[0]! }
    for (const response of [null, new Response('read')]) {
      await response?.text()
      const attempt = handle(new Request('http://shop.example/', { headers }), (getSession) => {
        getSession().set(NOTE, 1)
        return response ?? boom()
      })
      await assert.rejects(attempt)
      assert.equal(stored.get('a'), JSON.stringify({ [COLOR]: 'red' }))
    }
  })

  it('still end a session that they destroyed', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const attempt = browser.visit((session) => {
      session.destroy()
      boom()
    })
    await assert.rejects(attempt, /boom/)
    assert.equal(store.records.size, 0)
  })

  it('still end the id that they replaced, and keep no change', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const [oldId] = store.records.keys()
    const attempt = browser.visit((session) => {
      session.set('user', 7)
      session.regenerateId()
      boom()
    })
    await assert.rejects(attempt, /boom/)
    assert.notEqual(store.records.get(oldId!)?.successor, undefined)
    assert.equal(
      [...store.records.values()].some(({ values }) => 'user' in values),
      false,
    )
  })

  it('give back a flash that they read', async () => {
    const { browser } = openBrowser()
    await browser.visit((session) => session.flash(NOTE, 'Saved'))
    const attempt = browser.visit((session) => {
      assert.equal(session.get(NOTE), 'Saved')
      boom()
    })
    await assert.rejects(attempt, /boom/)
    await browser.visit((session) => assert.equal(session.get(NOTE), 'Saved'))
  })

  it('give back no flash that another page shows by then', async () => {
    const { browser, clock } = openBrowser()
    await browser.visit((session) => session.flash(NOTE, 'Saved'))
    const [shown, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let other: Promise<Response> | undefined
    const attempt = browser.request(async (session) => {
      assert.equal(session.get(NOTE), 'Saved')
      clock.advance(61) // nobody holds one for so long
      other = browser.request(async (session) => {
        shown.resolve()
        assert.equal(session.get(NOTE), 'Saved')
        await told.promise
      })
      await shown.promise
      boom()
    })
    await assert.rejects(attempt, /boom/)
    await browser.request((session) => assert.equal(session.get(NOTE), undefined))
    told.resolve()
    await other
  })

  it('cannot write any more afterwards', async () => {
    const { browser } = openBrowser()
    let kept: Session | undefined
    const attempt = browser.visit((session) => {
      kept = session
      boom()
    })
    await assert.rejects(attempt, /boom/)
    assert.throws(() => kept!.set(COLOR, 'late'), /already saved/)
  })
})

describe('late writes', () => {
  it('throw after the response, reads do not', async () => {
    const { browser } = openBrowser()
    await browser.visit((session) => {
      session.set(COLOR, 'red')
      session.flash(NOTE, 'Saved')
    })
    let late: Session | undefined
    await browser.visit((session) => void (late = session))
    const writes: (() => unknown)[] = [
      () => late!.set(COLOR, 'late'),
      () => late!.merge(COLOR, { late: 1 }),
      () => late!.flash(COLOR, 'late'),
      () => late!.unset(COLOR),
      () => late!.regenerateId(),
      () => late!.setMaxAge(10),
      () => late!.destroy(),
      () => late!.reset(),
      () => late!.increment(COLOR),
    ]
    for (const write of writes) assert.throws(write, /already saved with the response/)
    assert.equal(late!.get(COLOR), 'red')
    // Nobody would remember that it was read, so the next page shows it.
    assert.equal(late!.get(NOTE), undefined)
    assert.equal(late!.has(NOTE), false)
    assert.deepEqual(late!.data, { [COLOR]: 'red' })
    await browser.visit((session) => assert.equal(session.get(NOTE), 'Saved'))
  })

  it('in a streamed body break the body: nobody takes it for whole', async () => {
    const { browser } = openBrowser()
    const response = await browser.visit((session) => {
      session.get(COLOR)
      let chunks = 0
      return new Response(
        new ReadableStream({
          pull(controller) {
            if (chunks++ < 2) return controller.enqueue(new TextEncoder().encode('some text'))
            session.set(COLOR, 'late')
            controller.close()
          },
        }),
      )
    })
    assert.equal(response.status, 200)
    await assert.rejects(response.text(), /already saved with the response/)
    await browser.visit((session) => assert.equal(session.has(COLOR), false))
  })
})

describe('store trouble', () => {
  it('a read that fails is an error, and the handler does not run', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    store.failing = ['read']
    let ran = false
    await assert.rejects(
      browser.visit(() => void (ran = true)),
      /cannot read/,
    )
    assert.equal(ran, false)
  })

  it('a store that can be read but not written serves pages that only read', async () => {
    const { browser, store, clock } = openBrowser({ maxAge: 600 })
    await browser.visit((session) => {
      session.set(COLOR, 'red')
      session.flash(NOTE, 'Saved')
    })
    clock.advance(300)
    store.failing = ['create', 'update', 'replace']
    for (let page = 0; page < 2; page++) {
      const response = await browser.visit((session) => {
        assert.equal(session.get(COLOR), 'red')
        assert.equal(session.get(NOTE), 'Saved')
      })
      assert.equal(response.headers.getSetCookie().length, 0)
    }
    await assert.rejects(browser.visit((session) => session.set(COLOR, 'blue')))
    await assert.rejects(browser.visit((session) => session.regenerateId()))
    // What is set to what it was is no loss, unless another request has changed it meanwhile.
    await browser.visit((session) => {
      session.set(COLOR, 'red')
      assert.equal(session.get(NOTE), 'Saved')
    })
    const [record] = store.records.values()
    await assert.rejects(
      browser.visit((session) => {
        session.set(COLOR, 'red')
        record!.values[COLOR] = 'blue'
      }),
    )
    store.failing = []
    await browser.visit((session) => assert.equal(session.get(NOTE), 'Saved'))
    await browser.visit((session) => assert.equal(session.get(NOTE), undefined))
  })

  it('what could not be saved is not shown by an error page either', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    let kept: Session | undefined
    store.failing = ['update']
    const attempt = browser.visit((session) => {
      kept = session
      session.set(COLOR, 'blue')
      session.flash(NOTE, 'Saved')
    })
    await assert.rejects(attempt)
    assert.deepEqual(kept!.data, { [COLOR]: 'red' })
  })

  it('logging out works where a store can delete and nothing else', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => {
      session.set(COLOR, 'red')
      session.flash(NOTE, 'Saved')
    })
    store.failing = ['create', 'update', 'replace']
    await browser.visit((session) => {
      session.get(NOTE)
      session.destroy()
    })
    assert.equal(browser.cookie, '')
    assert.equal(store.records.size, 0)
  })

  it('a save that fails is an error, never a success', async () => {
    const works: Record<string, (session: Session) => void> = {
      create: (session) => session.set(COLOR, 'blue'),
      update: (session) => session.set(COLOR, 'blue'),
      replace: (session) => session.regenerateId(),
      delete: (session) => session.destroy(),
    }
    for (const [operation, work] of Object.entries(works)) {
      const { browser, store } = openBrowser()
      if (operation !== 'create') await browser.visit((session) => session.set(COLOR, 'red'))
      store.failing = [operation as keyof WatchedStore & 'create']
      await assert.rejects(browser.visit(work), new RegExp(`cannot ${operation}`))
    }
  })
})

function boom(): never {
  throw new Error('boom')
}
