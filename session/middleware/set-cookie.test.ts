import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Session } from 'remix/session'
import { openBrowser, openBrowsers, setCookieOf } from '../fixtures/browser.ts'
import type { Handler } from '../fixtures/browser.ts'

const COLOR: string = 'color'

describe('Set-Cookie', () => {
  it('an anonymous visit asks nothing of the store, and gets no cookie', async () => {
    const { browser, store } = openBrowser()
    const response = await browser.visit((session) => void session.get(COLOR))
    assert.equal(setCookieOf(response), null)
    assert.deepEqual(store.takeLog(), [])
  })

  it('the first value brings a cookie with all attributes', async () => {
    const { browser } = openBrowser({ maxAge: 600, httpOnly: true, secure: true })
    const response = await browser.visit((session) => session.set(COLOR, 'red'))
    assert.match(
      setCookieOf(response)!,
      /^__session=[0-9a-f]{64}\.[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; Secure; SameSite=Lax$/,
    )
  })

  it('a visit that reads sends none and writes nothing', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, { name: 'red' }))
    store.takeLog()
    const response = await browser.visit((session) => {
      assert.deepEqual(session.get(COLOR), { name: 'red' })
    })
    assert.equal(setCookieOf(response), null)
    assert.deepEqual(store.takeLog(), ['read'])
  })

  it('a changed value sends none where the cookie holds an id, one where it holds all', async () => {
    const [first, ...sealed] = await openBrowsers()
    for (const browser of [first!, ...sealed]) {
      await browser.visit((session) => session.set(COLOR, 'red'))
      const changed = await browser.visit((session) => session.set(COLOR, 'blue'))
      assert.equal(setCookieOf(changed) !== null, browser !== first)
      const read = await browser.visit((session) => assert.equal(session.get(COLOR), 'blue'))
      assert.equal(setCookieOf(read), null)
    }
  })

  it('regenerateId sends the new id, and the old cookie is anonymous', async () => {
    const { browser } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    const old = browser.cookie
    assert.notEqual(setCookieOf(await browser.visit((session) => session.regenerateId())), null)
    assert.notEqual(browser.cookie, old)
    await browser.visit((session) => assert.equal(session.get(COLOR), 'red'))
    browser.cookie = old
    await browser.visit((session) => assert.deepEqual(session.data, {}))
  })

  it('renewal sends it again, once per tenth of maxAge', async () => {
    const { browser, clock } = openBrowser({ maxAge: 600 })
    await browser.visit((session) => session.set(COLOR, 'red'))
    for (let tenth = 0; tenth < 3; tenth++) {
      clock.advance(59)
      assert.equal(setCookieOf(await browser.visit(read)), null)
      clock.advance(1)
      const header = setCookieOf(await browser.visit(read))
      assert.ok(header?.startsWith(`${browser.cookie}; Path=/; Max-Age=600; `))
      assert.equal(setCookieOf(await browser.visit(read)), null)
    }
  })

  it('whatever renews a session, the browser’s cookie is never behind by more than a tenth', async () => {
    const { browser, clock } = openBrowser({ maxAge: 600 })
    let keptUntil = 0
    for (let i = 0; i < 200; i++) {
      clock.advance(i % 7 === 0 ? 539 : 11)
      if (i > 0) assert.ok(clock.now() < keptUntil, 'the browser has dropped the cookie')
      const response = await browser.visit((session) => {
        if (i > 0) assert.equal(session.get(COLOR), i - 1)
        session.set(COLOR, i)
      })
      const sent = setCookieOf(response)
      if (sent !== null) keptUntil = clock.now() + 600_000
      else assert.ok(keptUntil - clock.now() > 540_000)
    }
  })

  it('is HttpOnly unless it was told not to be', async () => {
    for (const [httpOnly, expected] of [
      [undefined, true],
      [true, true],
      [false, false],
    ]) {
      const { browser } = openBrowser({ httpOnly })
      const set = setCookieOf(await browser.visit((session) => session.set(COLOR, 'red')))!
      const removed = setCookieOf(await browser.visit((session) => session.destroy()))!
      for (const header of [set, removed]) assert.equal(header.includes('; HttpOnly'), expected)
    }
  })

  it('the cookie’s maxAge is enforced by the server', async () => {
    const { browser, clock } = openBrowser({ maxAge: 600 })
    await browser.visit((session) => session.set(COLOR, 'red'))
    clock.advance(600)
    await browser.visit((session) => assert.deepEqual(session.data, {}))
  })

  it('a date that was given to the cookie is sent until it has passed', async (t) => {
    const expires = new Date('2050-01-01')
    t.mock.timers.enable({ apis: ['Date'], now: expires.getTime() - 1 })
    const { browser } = openBrowser({ expires, httpOnly: true })
    const counted = openBrowser({ expires, httpOnly: true, maxAge: 600 }).browser
    const dated = '; Path=/; Expires=Sat, 01 Jan 2050 00:00:00 GMT; HttpOnly; SameSite=Lax'
    assert.ok(setCookieOf(await browser.visit(login))!.endsWith(dated))
    t.mock.timers.tick(1)
    const later = setCookieOf(await browser.visit(login))!
    assert.ok(
      later.startsWith(browser.cookie) && later.endsWith('; Path=/; HttpOnly; SameSite=Lax'),
    )
    await browser.visit((session) => assert.equal(session.get(COLOR), 'red'))
    assert.match(setCookieOf(await counted.visit(login))!, /; Max-Age=600; HttpOnly; /)
  })

  it('a cookie that is no session is neither removed nor adopted by reading', async () => {
    const { browser, store } = openBrowser()
    await browser.visit((session) => session.set(COLOR, 'red'))
    store.records.clear()
    const stale = browser.cookie
    assert.equal(setCookieOf(await browser.visit((session) => void session.get(COLOR))), null)
    await browser.visit((session) => session.set(COLOR, 'blue'))
    assert.notEqual(browser.cookie, stale)
    assert.equal(store.records.size, 1)
  })

  it('a slower request gets none after destroy, and does not sign out after regenerateId', async () => {
    for (const end of ['destroy', 'regenerateId'] as const) {
      const { browser, clock } = openBrowser({ maxAge: 600 })
      await browser.visit((session) => session.set(COLOR, 'red'))
      clock.advance(300)
      const { promise, resolve } = Promise.withResolvers<void>()
      const slow = browser.request(async (session) => {
        session.set(COLOR, 'late')
        await promise
      })
      await browser.visit((session) => session[end]())
      resolve()
      if (end === 'destroy') await assert.rejects(slow, { name: 'SessionEndedError' })
      else assert.equal(setCookieOf(await slow), null)
    }
  })

  it('one sent while the answer with a new id is on its way gets none either', async () => {
    for (const browser of await openBrowsers()) {
      await browser.visit((session) => session.set(COLOR, 'red'))
      const old = browser.cookie
      await browser.visit((session) => session.regenerateId())
      const fresh = browser.cookie
      browser.cookie = old
      await assert.rejects(
        browser.visit((session) => session.set(COLOR, 'blue')),
        { name: 'SessionEndedError', status: 409 },
      )
      const works: Handler[] = [read, (session) => session.destroy(), (session) => session.reset()]
      for (const work of works) assert.equal(setCookieOf(await browser.visit(work)), null)
      browser.cookie = fresh
      await browser.visit((session) => assert.equal(session.get(COLOR), 'red'))
    }
  })

  it('setMaxAge within a storage whose limit is no whole number is rounded down', async () => {
    const { browser } = openBrowser({}, { maxAge: 90.5 })
    const response = await browser.visit((session) => {
      session.set(COLOR, 'red')
      session.setMaxAge(600)
    })
    assert.match(setCookieOf(response)!, /; Max-Age=90;/)
  })

  it('setMaxAge chooses how long the browser keeps it', async () => {
    const { browser, clock } = openBrowser({ maxAge: 600 }, { maxAge: 6000 })
    const remember = await browser.visit((session) => {
      session.set(COLOR, 'red')
      session.setMaxAge(6000)
    })
    assert.match(setCookieOf(remember)!, /; Max-Age=6000;/)
    const forget = await browser.visit((session) => session.setMaxAge(6000, { persistent: false }))
    assert.doesNotMatch(setCookieOf(forget)!, /Max-Age|Expires/)
    clock.advance(3000)
    const renewed = await browser.visit((session) => void session.get(COLOR))
    assert.doesNotMatch(setCookieOf(renewed)!, /Max-Age|Expires/)
  })
})

function login(session: Session): void {
  session.set(COLOR, 'red')
  session.regenerateId()
}

function read(session: Session): void {
  session.get(COLOR)
}
