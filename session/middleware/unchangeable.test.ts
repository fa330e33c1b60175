import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { Session } from 'remix/session'
import { Browser, openBrowser } from '../fixtures/browser.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'
import { begin, COLOR, cookie, look, openAll, upgrade, WORKS } from './fixtures/visits.ts'

after(closeRooms)

describe('a response whose headers nobody can change', () => {
  it('is answered as it is where the browser needs no cookie', async () => {
    for (const browser of await openAll()) {
      await begin(browser)
      const made = upgrade()
      const response = await browser.visit((session) => {
        assert.equal(session.get(COLOR), 'red')
        return made
      })
      assert.equal(response, made)
    }
  })

  it('is an error where it needs one, and nothing is saved', async () => {
    for (const browser of await openAll()) {
      await begin(browser)
      for (const what of ['regenerateId', 'setMaxAge', 'all of it']) {
        const attempt = browser.visit((session) => {
          WORKS[what]!(session)
          return upgrade()
        })
        await assert.rejects(attempt, { name: 'TypeError', message: /no cookie/ }, what)
        await browser.visit(look, { method: 'HEAD' })
      }
      browser.cookie = ''
      const first = browser.visit((session) => {
        session.set(COLOR, 'red')
        return upgrade()
      })
      await assert.rejects(first, /no cookie/)
    }
  })

  it('is an error also where the handler saved before, as the browser still needs it', async () => {
    const works = {
      ...WORKS,
      'reset and set': (session: Session) => {
        session.reset()
        session.set(COLOR, 'blue')
      },
    }
    for (const { skip, keptIn, open } of rooms) {
      if (skip) continue
      for (const [what, work] of Object.entries(works)) {
        const needs =
          keptIn === 'cookie' ? what !== 'get a flash' : !/^(set|flash|get.*)$/.test(what)
        for (const again of [false, true]) {
          const browser = new Browser(cookie, await open(cookie, {}, `early ${what} ${again}`))
          await begin(browser)
          const attempt = browser.visit(async (session) => {
            work(session)
            await session.save()
            if (again) await session.save()
            return upgrade()
          })
          if (!needs) assert.equal((await attempt).status, 101, what)
          else await assert.rejects(attempt, { name: 'TypeError', message: /no cookie/ }, what)
        }
      }
      const first = new Browser(cookie, await open(cookie, {}, 'early, first'))
      const attempt = first.visit(async (session) => {
        session.set(COLOR, 'red')
        await session.save()
        return upgrade()
      })
      await assert.rejects(attempt, /no cookie/)
    }
  })

  it('tells of a session that came too late as any response does', async () => {
    for (const browser of await openAll()) {
      await begin(browser)
      const old = browser.cookie
      await browser.visit((session) => session.regenerateId())
      browser.cookie = old
      const late = browser.visit((session) => {
        session.set(COLOR, 'blue')
        return upgrade()
      })
      await assert.rejects(late, { name: 'SessionEndedError' })
      const login = browser.visit((session) => {
        session.set(COLOR, 'blue')
        session.regenerateId()
        return upgrade()
      })
      await assert.rejects(login, { name: 'TypeError', message: /no cookie/ })
    }
  })

  it('is answered where nothing but a renewal is due', async () => {
    const { browser, clock } = openBrowser({ maxAge: 1000 })
    await begin(browser)
    clock.advance(500)
    const response = await browser.visit(async (session) => {
      assert.equal(session.get(COLOR), 'red')
      await session.save()
      return upgrade()
    })
    assert.equal(response.status, 101)
  })

  it('still saves what a store keeps', async () => {
    for (const { skip, keptIn, open } of rooms) {
      if (skip || keptIn === 'cookie') continue
      const browser = new Browser(cookie, await open(cookie, {}, 'upgrades'))
      await begin(browser)
      await browser.visit((session) => {
        session.set(COLOR, 'blue')
        return upgrade()
      })
      await browser.visit((session) => assert.equal(session.get(COLOR), 'blue'))
      await browser.visit((session) => {
        session.destroy()
        return upgrade()
      })
      await browser.visit((session) => assert.deepEqual(session.data, {}))
    }
  })
})
