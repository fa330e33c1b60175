import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { CookieOptions } from 'remix/cookie'
import {
  destroy,
  expectUser,
  logIn,
  NOTE,
  openChanging,
  resetAlone,
  resetWithNote,
  USER,
} from '../fixtures/changing.ts'
import { Jar } from '../fixtures/jar.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'
import type { StorageRoom } from '../fixtures/storages.ts'

const CART: string = 'cart'

after(closeRooms)

// The browser keeps the cookie of before beside the new one. Paths are those of the requests.
const changes: Record<string, [before: CookieOptions, after: CookieOptions]> = {
  'a domain is added': [{}, { domain: 'shop.example' }],
  'a domain is dropped': [{ domain: 'shop.example' }, {}],
  'it is partitioned': [{ secure: true }, { partitioned: true }],
  'the path is narrowed': [{}, { path: '/shop' }],
  'the path is widened': [{ path: '/shop' }, { path: '/' }],
}

for (const room of rooms) {
  describe(`a visitor whose old cookie stays, with ${room.name} storage`, () => {
    for (const [change, [before, after]] of Object.entries(changes)) {
      it(`can log out for good when ${change}`, { skip: room.skip }, async () => {
        for (const end of [destroy, resetWithNote, resetAlone]) {
          const { jar, clock, deploy } = await openChanging(room, before)
          await jar.visit('/shop', logIn(42))
          await deploy(after)
          await jar.visit('/shop', logIn(7))
          await expectUser(jar, 7)
          await jar.visit('/shop', end)
          if (end === resetWithNote) {
            await jar.visit('/shop', (session) => assert.equal(session.get(NOTE), 'Goodbye'))
          }
          await expectUser(jar, undefined)
          clock.advance(31)
          await expectUser(jar, undefined)
          await deploy(after)
          await expectUser(jar, undefined)
        }
      })

      it(`can log out of the session of before when ${change}`, { skip: room.skip }, async () => {
        for (const end of [destroy, resetWithNote, resetAlone]) {
          for (const changes of [0, 1, 2]) {
            const { jar, clock, deploy } = await openChanging(room, before)
            await jar.visit('/shop', logIn(42))
            await deploy(after)
            for (let time = 0; time < changes; time++) {
              await jar.visit('/shop', (session) => session.set(CART, time))
            }
            await expectUser(jar, 42)
            await jar.visit('/shop', end)
            clock.advance(31)
            await deploy(after)
            await expectUser(jar, undefined)
            await jar.visit('/shop', logIn(7))
            await expectUser(jar, 7)
          }
        }
      })

      it(`can log in and out again and again when ${change}`, { skip: room.skip }, async () => {
        for (const end of [destroy, resetWithNote, resetAlone]) {
          const { jar, clock, deploy } = await openChanging(room, before)
          await jar.visit('/shop', logIn(42))
          await deploy(after)
          for (let time = 0; time < 4; time++) {
            await jar.visit('/shop', logIn(time))
            await expectUser(jar, time)
            await deploy(after)
            await expectUser(jar, time)
            clock.advance(31)
            await jar.visit('/shop', end)
            await deploy(after)
            await expectUser(jar, undefined)
          }
        }
      })

      it(`stays through many new ids when ${change}`, { skip: room.skip }, async () => {
        const { jar, deploy } = await openChanging(room, before)
        await jar.visit('/shop', logIn(42))
        await deploy(after)
        for (let time = 0; time < 12; time++) {
          await jar.visit('/shop', logIn(time))
          await deploy(after)
          await expectUser(jar, time)
        }
      })

      it(`is logged in by each of two clicks when ${change}`, { skip: room.skip }, async () => {
        for (const late of [false, true]) {
          const { jar, clock, deploy } = await openChanging(room, before)
          await jar.visit('/shop', logIn(42))
          await deploy(after)
          const header = jar.header('/shop')
          const first = await jar.request('/shop', logIn(7), header)
          const second = await jar.request('/shop', logIn(7), header)
          for (const response of late ? [second, first] : [first, second]) jar.receive(response)
          await expectUser(jar, 7)
          clock.advance(31)
          await deploy(after)
          await expectUser(jar, 7)
        }
      })

      it(
        `is healed by a login where neither counts when ${change}`,
        {
          skip: room.skip,
        },
        async () => {
          for (const end of [destroy, resetWithNote, resetAlone]) {
            const { jar, clock, deploy } = await openWithStrangers(room, before, after)
            await expectUser(jar, undefined)
            await jar.visit('/shop', logIn(7))
            await expectUser(jar, 7)
            clock.advance(31)
            await deploy(after)
            await expectUser(jar, 7)
            await jar.visit('/shop', end)
            clock.advance(31)
            await deploy(after)
            await expectUser(jar, undefined)
          }
        },
      )

      it(
        `is logged out for good where neither counts when ${change}`,
        {
          skip: room.skip,
        },
        async () => {
          for (const end of [destroy, resetWithNote, resetAlone]) {
            const { jar, clock, deploy } = await openWithStrangers(room, before, after)
            await jar.visit('/shop', end)
            clock.advance(31)
            await deploy(after)
            await expectUser(jar, undefined)
            await jar.visit('/shop', logIn(7))
            await expectUser(jar, 7)
          }
        },
      )

      it(`is brought back by no late answer when ${change}`, { skip: room.skip }, async () => {
        const logInAgain = logIn(8)
        for (const end of [destroy, resetWithNote, logInAgain]) {
          const { jar, clock, deploy } = await openChanging(room, before)
          await jar.visit('/shop', logIn(42))
          await deploy(after)
          await jar.visit('/shop', logIn(7))
          clock.advance(31)
          const late = jar.header('/shop')
          await jar.visit('/shop', end)
          const now = jar.header('/shop')
          const response = await jar.request(
            '/shop',
            (session) => assert.equal(session.get(USER), undefined),
            late,
          )
          jar.receive(response)
          assert.equal(jar.header('/shop'), now)
          for (const lateEnd of end === logInAgain ? [destroy, resetAlone] : []) {
            jar.receive(await jar.request('/shop', lateEnd, late))
            assert.equal(jar.header('/shop'), now)
          }
        }
      })
    }
  })
}

describe('a visitor who logs out where the old cookie is not sent to', () => {
  for (const room of rooms) {
    it(`is logged out there as well, with ${room.name} storage`, { skip: room.skip }, async () => {
      for (const end of [destroy, resetWithNote, resetAlone]) {
        const { jar, clock, deploy } = await openChanging(room, { path: '/shop' })
        await jar.visit('/shop', logIn(42))
        await deploy({})
        for (let time = 0; time < 3; time++) {
          await jar.visit('/shop', logIn(7))
          await expectUser(jar, 7)
          clock.advance(31)
          await deploy({})
          await jar.visit('/', end)
          await expectUser(jar, undefined)
          clock.advance(31)
          await jar.visit('/', logIn(8))
          await deploy({})
          await expectUser(jar, 8)
          clock.advance(31)
          await jar.visit('/', end)
          await deploy({})
          await expectUser(jar, undefined)
        }
      }
    })
  }
})

describe('a visitor whose cookie is changed again and again', () => {
  for (const room of rooms) {
    it(`stays, and logs out for good, with ${room.name} storage`, { skip: room.skip }, async () => {
      const { jar, clock, deploy } = await openChanging(room, {})
      await jar.visit('/shop', logIn(42))
      for (const after of [{ domain: 'shop.example' }, { partitioned: true }, { path: '/shop' }]) {
        await deploy(after)
        for (let time = 0; time < 9; time++) {
          await jar.visit('/shop', logIn(time))
          clock.advance(31)
          await expectUser(jar, time)
        }
      }
      await jar.visit('/shop', destroy)
      await deploy({ path: '/shop' })
      await expectUser(jar, undefined)
    })
  }
})

/** As a page would that the old cookie is not sent to, or whose answer overtook a login. */

/** A visitor whose old cookie stays beside one of which it became nothing. */
async function openWithStrangers(
  room: StorageRoom,
  before: CookieOptions,
  after: CookieOptions,
): ReturnType<typeof openChanging> {
  const opened = await openChanging(room, before)
  await opened.jar.visit('/shop', logIn(42))
  await opened.deploy(after)
  await beginUnrelated(opened.jar)
  return opened
}

async function beginUnrelated(jar: Jar): Promise<void> {
  const other = new Jar(...jar.served)
  jar.receive(await other.visit('/', (session) => session.set(CART, 1)))
}
