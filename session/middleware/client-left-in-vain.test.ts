import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Session } from 'remix/session'
import { openBrowser } from '../fixtures/browser.ts'
import { leaveDuring, slowDown, wait } from '../fixtures/leaving.ts'
import type { WatchedStore } from '../fixtures/watched-store.ts'

const COLOR: string = 'color'

/** Saves in vain, with a second change while that is under way, and once more. */
async function saveTwice(
  session: Session,
  store: WatchedStore,
  change: (session: Session) => void,
  then: (session: Session) => void,
  between: () => Promise<unknown> = async () => {},
): Promise<void> {
  await wait()
  slowDown(store)
  store.failing = ['delete', 'replace', 'update']
  change(session)
  await new Promise((resolve) => setImmediate(resolve)) // now it is under way
  then(session)
  // The second one comes after that which the second change has begun.
  for (let save = 0; save < 2; save++) await session.save().catch(() => {})
  store.failing = []
  await between()
  await session.save()
}

function paint(session: Session): void {
  session.set(COLOR, 'blue')
}

function end(session: Session): void {
  session.destroy()
}

describe('a client that leaves while the store fails', () => {
  it('ends, renames or limits a session with the next save where the store failed', async () => {
    const cases: [change: (session: Session) => void, then: (session: Session) => void][] = [
      [(session) => session.reset(), () => {}],
      [(session) => session.regenerateId(), (session) => session.regenerateId(false)],
      [(session) => session.setMaxAge(60), () => {}],
    ]
    const left: [values: object, maxAge: number | undefined][] = []
    for (const [change, then] of cases) {
      const { browser, store } = openBrowser()
      await browser.visit((session) => session.set(COLOR, 'red'))
      const [id] = store.records.keys()
      await leaveDuring(browser, (session) => saveTwice(session, store, change, then))
      const { values = {}, maxAge } = store.records.get(id!) ?? {}
      left.push([values, maxAge])
    }
    assert.deepEqual(left, [
      [{}, undefined],
      [{}, 30],
      [{ [COLOR]: 'red' }, 60],
    ])
  })

  it('tells what is lost with the session, though it was written twice', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    await leaveDuring(browser, async (session) => {
      const saved = saveTwice(session, store, paint, paint, () => browser.visit(end))
      await assert.rejects(saved, { name: 'SessionEndedError' })
    })
  })
})
