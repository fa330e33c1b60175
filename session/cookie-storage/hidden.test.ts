import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  destroy,
  expectUser,
  logIn,
  openChanging,
  resetAlone,
  resetWithNote,
  USER,
} from '../fixtures/changing.ts'
import type { TimeLimits } from '../time-limits.ts'
import { fixture } from './fixture.ts'

describe('the session that hides an old cookie after logout', () => {
  it('lasts as long as that one, also where guests have less', async () => {
    const limits = { loginKey: USER, firstMaxAge: 60, maxAge: 600 }
    for (const end of [destroy, resetWithNote, resetAlone]) {
      const { jar, clock } = await openWithOld(limits)
      await jar.visit('/shop', end)
      clock.advance(550)
      await expectUser(jar, undefined)
    }
  })

  it('goes on with the cookie’s own limit, whatever the session of before had chosen', async () => {
    const { jar } = await openWithOld()
    await jar.visit('/shop', (session) => session.setMaxAge(60, { persistent: false }))
    const response = await jar.visit('/shop', destroy)
    assert.match(response.headers.get('Set-Cookie')!, /; Max-Age=600;/)
  })

  it('is removed once the old one has run out', async () => {
    const { jar, clock } = await openWithOld()
    await jar.visit('/shop', destroy)
    clock.advance(300)
    await jar.visit('/shop', logIn(7))
    clock.advance(301)
    jar.keep('__session=; Path=/; Max-Age=0')
    await expectUser(jar, 7)
    await jar.visit('/shop', destroy)
    assert.equal(jar.header('/'), '')
  })

  it('is not there after a logout like any other, whatever the attributes', async () => {
    for (const options of [{}, { domain: 'shop.example' }, { path: '/shop', partitioned: true }]) {
      const { jar } = await openChanging(fixture, options)
      for (let time = 0; time < 3; time++) {
        await jar.visit('/shop', logIn(time))
        await jar.visit('/shop', resetWithNote)
        await jar.visit('/shop', logIn(time))
        await jar.visit('/shop', destroy)
        assert.equal(jar.header('/shop'), '')
      }
    }
  })

  it('is what the browser is told also where save() has ended the session', async () => {
    const { jar, deploy } = await openWithOld()
    const saving: Promise<void>[] = []
    await jar.visit('/shop', (session) => {
      session.destroy()
      saving.push(session.save())
    })
    await Promise.all(saving)
    await expectUser(jar, undefined)
    await deploy({ domain: 'shop.example' })
    await expectUser(jar, undefined)
  })

  it('is not there where a domain is only spelled otherwise', async () => {
    const { jar, deploy } = await openChanging(fixture, { domain: 'shop.example' })
    await jar.visit('/shop', logIn(7))
    await deploy({ domain: '.Shop.example' })
    const response = await jar.visit('/shop', destroy)
    assert.match(response.headers.get('Set-Cookie')!, /; Max-Age=0;/)
  })

  it('is not there where the session lives on, as the handler throws', async () => {
    const { jar } = await openWithOld()
    const attempt = jar.visit('/shop', (session) => {
      session.destroy()
      throw new Error('boom')
    })
    await assert.rejects(attempt, /boom/)
    await expectUser(jar, 7)
  })
})

/** A browser with an old cookie of user 42 beside one of user 7. */
async function openWithOld(limits: TimeLimits = {}) {
  const opened = await openChanging(fixture, {}, limits)
  await opened.jar.visit('/shop', logIn(42))
  await opened.deploy({ domain: 'shop.example' })
  await opened.jar.visit('/shop', logIn(7))
  assert.equal(opened.jar.header('/shop').split('; ').length, 2)
  return opened
}
