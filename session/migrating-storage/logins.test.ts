// What becomes of a login on one server while another one is just moving the session.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { SessionEndedError } from 'remix/session'
import type { Session, SessionStorage } from 'remix/session'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import { createMigratingSessionStorage } from 'remix/session/migrating-storage'
import { Browser, SECRET } from '../fixtures/browser.ts'
import { WatchedStore } from '../fixtures/watched-store.ts'

const cookie = createCookie('__session', { secrets: [SECRET], maxAge: 1000 })
const CART: string = 'cart'
const USER: string = 'userId'

it('a login keeps the cart, though the other server looks for the old copy before the new id is stored', async () => {
  const { to, tab, moving, from } = await begin()
  const { promise: moved, resolve: hasMoved } = Promise.withResolvers<void>()
  const slow = {
    ...to,
    async save(session: Session) {
      moving.goOn()
      await moved
      return to.save(session)
    },
  }
  const move = moving.request((session) => void session.get(CART))
  await moving.stands
  const login = tab(createMigratingSessionStorage(cookie, { from, to: slow }))
  const answer = login.visit(logIn)
  await move
  hasMoved()
  await answer
  await login.visit((session) => assert.deepEqual(session.data, { [CART]: 'full', [USER]: 7 }))
})

it('what comes too late for a login begins no session, though the login ended the old copy', async () => {
  const { to, tab, moving, from } = await begin()
  const late = moving.request((session) => session.set(CART, 'late'))
  await moving.stands
  const login = tab(createMigratingSessionStorage(cookie, { from, to }))
  await login.visit(logIn)
  moving.goOn()
  await assert.rejects(late, SessionEndedError)
  await login.visit((session) => assert.deepEqual(session.data, { [CART]: 'full', [USER]: 7 }))
})

/** A session in the old store, and a server that stands still when it has copied it. */
async function begin() {
  const from = createCustomSessionStorage(new WatchedStore())
  const to = createCustomSessionStorage(new WatchedStore())
  const first = new Browser(cookie, from)
  await first.visit((session) => session.set(CART, 'full'))
  const tab = (storage: SessionStorage): Browser => {
    const browser = new Browser(cookie, storage)
    browser.cookie = first.cookie
    return browser
  }
  const { promise: stands, resolve: stand } = Promise.withResolvers<void>()
  const { promise: pause, resolve: goOn } = Promise.withResolvers<void>()
  let looks = 0
  const read: SessionStorage['read'] = async (...given) => {
    if (++looks === 2) {
      stand()
      await pause
    }
    return from.read(...given)
  }
  const mover = tab(createMigratingSessionStorage(cookie, { from: { ...from, read }, to }))
  const moving = { stands, goOn, request: (act: (session: Session) => void) => mover.request(act) }
  return { from, to, tab, moving }
}

function logIn(session: Session): void {
  session.regenerateId()
  session.set(USER, 7)
}
