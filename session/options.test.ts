import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { createCookie } from 'remix/cookie'
import { createCustomSessionStorage } from 'remix/session/custom-storage'
import type { TimeLimits } from 'remix/session/custom-storage'
import { SECRET } from './fixtures/browser.ts'
import { closeRooms, rooms } from './fixtures/storages.ts'
import { WatchedStore } from './fixtures/watched-store.ts'
import { checkStorageOptions } from './options.ts'

after(closeRooms)

const REFUSED: Record<string, [options: unknown, message: RegExp]> = {
  'a number in a text': [{ maxAge: '5' }, /maxAge is of type number, not string/],
  'a lifetime in a text': [{ lifetime: '30d' }, /lifetime is of type number, not string/],
  'a limit that is null': [{ maxAge: null }, /maxAge is of type number, not null/],
  'a bigint': [{ lifetime: 60n }, /lifetime is of type number, not bigint/],
  'a list of keys': [{ loginKey: ['userId'] }, /loginKey is of type string, not array/],
  'a time in place of a clock': [{ now: Date.now() }, /now is of type function, not number/],
  'a misspelt name': [{ maxage: 5 }, /no option "maxage": did you mean maxAge\?/],
  'a name with an underscore': [
    { login_key: 'a' },
    /no option "login_key": did you mean loginKey\?/,
  ],
  'what is no object': [5, /options are an object/],
  null: [null, /options are an object/],
}

describe('options of a storage', () => {
  const cookie = createCookie('session', { secrets: [SECRET] })
  for (const [what, [options, message]] of Object.entries(REFUSED)) {
    it(`${what} is refused when it is created`, async () => {
      const limits = options as TimeLimits
      const create = () => createCustomSessionStorage(new WatchedStore(), limits)
      assert.throws(create, { name: 'TypeError', message })
      if (typeof options !== 'object' || options === null) return
      for (const { open, skip } of rooms) {
        if (skip) continue
        await assert.rejects(async () => open(cookie, limits, 'options'), { message })
      }
    })
  }

  it('others and those that say nothing are let pass: they may be somebody else’s', () => {
    const limits: object = { maxAge: undefined, now: undefined, cookie, max: 5, age: 1, login: 2 }
    createCustomSessionStorage(new WatchedStore(), limits)
    checkStorageOptions(Object.create({ maxAge: '5' }), { maxAge: 'number' })
  })
})
