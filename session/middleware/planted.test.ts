import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import {
  destroy,
  expectUser,
  logIn,
  openChanging,
  resetWithNote,
  userOf,
} from '../fixtures/changing.ts'
import { Jar } from '../fixtures/jar.ts'
import { closeRooms, rooms } from '../fixtures/storages.ts'

const CART: string = 'cart'

after(closeRooms)

for (const room of rooms) {
  const { name, skip } = room
  describe(`somebody who plants a cookie, with ${name} storage`, () => {
    it('neither gets a login nor gives one', { skip }, async () => {
      const { jar: victim, cookie, storage, clock, deploy } = await openChanging(room, {})
      await victim.visit('/shop', (session) => session.set(CART, 1))
      const attacker = new Jar(cookie, storage)
      await attacker.visit('/', logIn(666))
      const plant = () => victim.keep(`${attacker.header('/')}; Domain=shop.example; Path=/`)
      for (let time = 0; time < 3; time++) {
        plant()
        await expectUser(victim, undefined)
        await victim.visit('/shop', logIn(7))
        await expectUser(victim, 7)
        assert.notEqual(await userOf(attacker, '/'), 7)
        // A new session, or an id that the victim’s server has not seen.
        clock.advance(31)
        await attacker.visit('/', logIn(666))
        plant()
        await expectUser(victim, undefined)
        for (const end of [destroy, resetWithNote]) {
          await victim.visit('/shop', end)
          await deploy({})
          await expectUser(victim, undefined)
          await victim.visit('/shop', logIn(7))
          await victim.visit('/shop', end)
          await attacker.visit('/', logIn(666))
          plant()
          const user = await userOf(victim, '/shop')
          // With a store the victim has no cookie any more, and one that stands alone is taken.
          if (room.keptIn === 'cookie') assert.equal(user, undefined)
          victim.keep('__session=; Domain=shop.example; Path=/; Max-Age=0')
        }
      }
    })

    it('keeps nobody out where an old cookie is sent to other pages', { skip }, async () => {
      const { jar: victim, deploy } = await openChanging(room, { path: '/shop' })
      await victim.visit('/shop', logIn(42))
      await deploy({})
      await victim.visit('/shop', logIn(7))
      const attacker = new Jar(...victim.served)
      await attacker.visit('/', logIn(666))
      victim.keep(`${attacker.header('/')}; Domain=shop.example; Path=/`)
      await victim.visit('/', logIn(7))
      await deploy({})
      await expectUser(victim, 7)
      await victim.visit('/', destroy)
      await deploy({})
      await expectUser(victim, undefined)
    })

    it('does not keep anybody from logging in with many of them', { skip }, async () => {
      const { jar: victim, cookie, storage, deploy } = await openChanging(room, {})
      await victim.visit('/shop', logIn(7))
      for (let round = 0; round < 3; round++) {
        for (let at = 0; at < 7; at++) {
          const attacker = new Jar(cookie, storage)
          await attacker.visit('/', (session) => session.set(CART, at))
          victim.keep(`${attacker.header('/')}; Domain=d${at}.example; Path=/`)
        }
        for (let time = 0; time < 3; time++) {
          await victim.visit('/shop', logIn(7))
          await deploy({})
          assert.equal(await userOf(victim, '/shop'), 7)
        }
        const longest = Math.max(
          ...victim
            .header('/')
            .split('; ')
            .map(({ length }) => length),
        )
        assert.ok(longest < 700, `${longest}`)
      }
    })
  })
}
