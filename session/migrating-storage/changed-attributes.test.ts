import { describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import { createMemorySessionStorage } from 'remix/session/memory-storage'
import { createMigratingSessionStorage } from 'remix/session/migrating-storage'
import { SECRET } from '../fixtures/browser.ts'
import { destroy, expectUser, logIn, resetAlone, resetWithNote } from '../fixtures/changing.ts'
import { Jar } from '../fixtures/jar.ts'
import { createFakeClock } from '../testing/contract/request.ts'

const CART: string = 'cart'

const options = { secrets: [SECRET], maxAge: 600 }
const before = createCookie('__session', options)
const after = createCookie('__session', { ...options, domain: 'shop.example' })

describe('a visitor whose cookie is changed together with the storage', () => {
  for (const kind of ['memory to cookie', 'memory to memory']) {
    for (const isStranger of [false, true]) {
      const name = `${kind}${isStranger ? ', beside a stranger' : ''}`
      it(`logs in and out again and again, from ${name}`, async () => {
        for (const end of [destroy, resetWithNote, resetAlone]) {
          const { now, advance } = createFakeClock()
          const from = createMemorySessionStorage({ now })
          const memory = createMemorySessionStorage({ now })
          const migrating = () =>
            createMigratingSessionStorage(after, {
              from,
              to: kind.endsWith('memory') ? memory : createCookieSessionStorage(after, { now }),
            })
          const jar = new Jar(before, from)
          await jar.visit('/shop', logIn(42))
          jar.deploy(after, migrating())
          if (isStranger) {
            const other = new Jar(...jar.served)
            jar.receive(await other.visit('/', (session) => session.set(CART, 1)))
            await expectUser(jar, undefined)
          }
          for (let time = 0; time < 4; time++) {
            await jar.visit('/shop', logIn(time))
            await expectUser(jar, time)
            advance(31)
            jar.deploy(after, migrating())
            await expectUser(jar, time)
            await jar.visit('/shop', end)
            advance(31)
            jar.deploy(after, migrating())
            await expectUser(jar, undefined)
          }
        }
      })
    }
  }
})
