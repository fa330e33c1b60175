import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import zlib from 'node:zlib'
import * as fc from 'fast-check'
import { createCookie } from 'remix/cookie'
import type { Session } from 'remix/session'
import { createCookieSessionStorage } from 'remix/session/cookie-storage'
import {
  beginRequest,
  createFakeClock,
  describeSessionStorage,
  lookInto,
  playRequest,
} from 'remix/session/testing'
import { CookieSeal } from './seal.ts'

const OLD = 'pY3rVq8sLw0xKb5nZt7uJd2mFh9cGa4e'
const NEW = 'nE2wKq7pXv4mRz9sTb6yHc3dGf8jLa5u'
const KEY: string = 'color'
const NAME = '__session'
const storage = createStorage([OLD])

describeSessionStorage(
  'cookie storage',
  (limits) => createCookieSessionStorage(createCookie(NAME, { secrets: [OLD] }), limits),
  // The browser keeps the only copy, so two responses cannot be merged and none can be taken back.
  {
    mergesChanges: false,
    endsSessions: false,
    readsFlashesOnce: false,
  },
)

describe('a session cookie', () => {
  it('shows neither keys nor values, whatever it is decoded as', async () => {
    const words = ['alice', 'basket', 'Der Zauberberg', 'note', 'hidden', '31337']
    const cookie = await playRequest(storage, '', (session) => {
      session.set('basket' as string, { alice: 'Der Zauberberg', number: 31337 })
      session.flash('note' as string, 'hidden')
    })
    const { id } = await storage.read(cookie)
    const bytes = Buffer.from(cookie, 'base64url')
    const shortId = Buffer.from(id, 'hex').toString('base64url')
    for (const view of viewsOf(cookie, bytes)) {
      for (const word of [...words, id, shortId]) assert.equal(view.includes(word), false, word)
    }
  })

  it('with any character changed is a new session', async () => {
    const cookie = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
    assert.deepEqual(await lookInto(storage, cookie), { [KEY]: 'red' })
    for (let i = 0; i < cookie.length; i++) {
      const other = cookie[i] === 'A' ? 'B' : 'A'
      await assertNew(cookie.slice(0, i) + other + cookie.slice(i + 1))
      await assertNew(cookie.slice(0, i))
      await assertNew(cookie.slice(i + 1))
    }
  })

  it('of another name or another secret is a new session', async () => {
    const cookie = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
    const renamed = createCookieSessionStorage(createCookie('other', { secrets: [OLD] }))
    assert.deepEqual(await lookInto(renamed, cookie), {})
    assert.deepEqual(await lookInto(createStorage([NEW]), cookie), {})
  })

  it('sealed with an older secret is sealed anew where it is used, and nowhere else', async () => {
    const old = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
    const rotated = createStorage([NEW, OLD])
    assert.equal(await playRequest(rotated, old, () => {}), old, 'a picture')
    const head = { flashes: 'keep' } as const
    assert.equal(await playRequest(rotated, old, (session) => session.get(KEY), head), old)
    const fresh = await playRequest(rotated, old, (session) => session.get(KEY))
    assert.notEqual(fresh, old)
    const dropped = createStorage([NEW])
    assert.deepEqual(await lookInto(dropped, fresh), { [KEY]: 'red' })
    assert.equal(await playRequest(rotated, fresh, (session) => session.get(KEY)), fresh)
  })

  it('keeps its sessions over a restart', async () => {
    const cookie = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
    assert.deepEqual(await lookInto(createStorage([OLD]), cookie), { [KEY]: 'red' })
  })

  it('is not removed by a late end under the id that it had before, and that is told', async () => {
    for (const end of ['destroy', 'reset'] as const) {
      const old = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
      const late = await beginRequest(storage, old)
      late.session[end]()
      await playRequest(storage, old, (session) => session.regenerateId())
      await assert.rejects(late.finish(), { name: 'SessionEndedError' })
    }
  })

  it('takes its idle limit from the cookie', async () => {
    const clock = createFakeClock()
    const short = createCookieSessionStorage(createCookie(NAME, { secrets: [OLD], maxAge: 60 }), {
      now: clock.now,
    })
    const cookie = await playRequest(short, '', (session) => session.set(KEY, 'red'))
    clock.advance(59)
    assert.deepEqual(await lookInto(short, cookie), { [KEY]: 'red' })
    clock.advance(1)
    assert.deepEqual(await lookInto(short, cookie), {})
  })

  it('without secrets, or with limits that are none, is refused at the start', () => {
    assert.throws(() => createCookieSessionStorage(createCookie(NAME)), /has no secrets/)
    const cookie = createCookie(NAME, { secrets: [OLD] })
    for (const limits of [{ maxAge: 0 }, { maxAge: -1 }, { lifetime: 0 }, { maxAge: NaN }]) {
      assert.throws(() => createCookieSessionStorage(cookie, limits), RangeError)
    }
  })

  it('whatever is in a session comes back', async () => {
    const keys = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'))
    const entries = fc.uniqueArray(fc.tuple(keys, fc.jsonValue({ maxDepth: 3 })), {
      selector: ([key]) => key,
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(entries, fc.nat(6), async (entries, flashes) => {
        const cookie = await playRequest(storage, '', (session) => {
          for (const [i, [key, value]] of entries.entries()) {
            session[i < flashes ? 'flash' : 'set'](key, value)
          }
        })
        const data = await lookInto(storage, cookie)
        assert.equal(Object.keys(data).length, entries.length)
        for (const [key, value] of entries) {
          assert.equal(JSON.stringify(data[key]), JSON.stringify(value))
        }
      }),
    )
  })
})

describe('4096 bytes', () => {
  it('are the limit of name and value together, to the byte', async () => {
    // Base64 grows in steps of 3 bytes to 4 characters, so names of all lengths find the boundary.
    for (let more = 0; more < 4; more++) {
      const name = NAME + 'x'.repeat(more)
      const storage = createCookieSessionStorage(createCookie(name, { secrets: [OLD] }))
      const save = (length: number): Promise<string> =>
        playRequest(storage, '', (session) => session.set(KEY, 'x'.repeat(length)))
      let length = 2500
      let largest = ''
      let error: (Error & { bytes?: number; limit?: number }) | undefined
      for (; !error; length++) {
        try {
          largest = await save(length)
        } catch (reason) {
          error = reason as Error
        }
      }
      assert.equal(error.name, 'SessionTooLargeError')
      assert.equal(error.limit, 4096)
      assert.ok(name.length + largest.length <= 4096)
      assert.ok(error.bytes! > 4096 && error.bytes! <= 4098)
      assert.ok(error.bytes! - (name.length + largest.length) <= 2)
    }
    const exact = createCookieSessionStorage(createCookie('n'.repeat(4), { secrets: [OLD] }))
    const sizes = new Set<number>()
    for (let length = 2700; length < 3000; length++) {
      const attempt = playRequest(exact, '', (session) => session.set(KEY, 'x'.repeat(length)))
      sizes.add(await attempt.then((cookie) => 4 + cookie.length).catch(() => 0))
    }
    assert.ok(sizes.has(4096), `the largest that passed has ${Math.max(...sizes)}`)
  })

  it('the error tells the bytes and the largest keys, flashes too, and no value', async () => {
    const save = playRequest(storage, '', (session) => {
      session.set('small' as string, 1)
      session.set('medium' as string, 'secret'.repeat(100))
      session.flash('large' as string, 'secret'.repeat(300))
      session.set('largest' as string, 'secret'.repeat(400))
      session.set('__proto__' as string, 'secret'.repeat(200))
    })
    await assert.rejects(save, (error: Error & { bytes: number }) => {
      const keys = 'largest (2402 bytes), large (1802 bytes), __proto__ (1202 bytes)'
      assert.ok(error.message.includes(`${error.bytes} bytes`))
      assert.ok(error.message.includes(keys), error.message)
      assert.equal(error.message.includes('secret'), false)
      return true
    })
  })

  it('hold about 2,900 bytes of JSON', async () => {
    const cookie = await playRequest(storage, '', (session) => {
      const value = 'x'.repeat(2900 - JSON.stringify({ [KEY]: '' }).length)
      session.set(KEY, value)
      assert.equal(JSON.stringify(session.data).length, 2900)
    })
    assert.ok(cookie.length + NAME.length <= 4096)
  })

  it('hold a login, a message and a basket of 50 lines', async () => {
    const cookie = await playRequest(storage, '', (session) => {
      session.set('login' as string, 'f'.repeat(32))
      session.flash('note' as string, 'Added “The Count of Monte Cristo” to your basket.')
      const basket: Record<string, number> = {}
      for (let book = 0; book < 50; book++) basket[100_000 + book] = 99
      session.set('basket' as string, basket)
    })
    assert.ok(cookie.length + NAME.length <= 4096)
  })

  it('a session that is too large leaves the cookie from before good', async () => {
    const cookie = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
    const save = playRequest(storage, cookie, (session) => session.set(KEY, 'x'.repeat(5000)))
    await assert.rejects(save)
    assert.deepEqual(await lookInto(storage, cookie), { [KEY]: 'red' })
  })
})

describe('what ends a session', () => {
  it('ends nothing where the session cannot be saved, as the browser keeps its cookie', async () => {
    const cookie = await playRequest(storage, '', (session) => session.set(KEY, 'red'))
    for (const end of ['reset', 'regenerateId'] as const) {
      const tooMuch = playRequest(storage, cookie, (session) => {
        session[end]()
        session.set('long' as string, 'x'.repeat(5000))
      })
      await assert.rejects(tooMuch, { name: 'SessionTooLargeError' })
      assert.deepEqual(await lookInto(storage, cookie), { [KEY]: 'red' })
    }
    const after = await playRequest(storage, cookie, (session) => {
      session.reset()
      session.set(KEY, 'blue')
    })
    assert.deepEqual(await lookInto(storage, cookie), {})
    assert.deepEqual(await lookInto(storage, after), { [KEY]: 'blue' })
  })
})

describe('what is sealed for other purposes', () => {
  it('goes along when another storage saves the session, and is sealed anew', async () => {
    const other = createStorage([NEW])
    const session = await other.read(await playRequest(other, '', (begun) => begun.set(KEY, 'red')))
    assert.deepEqual(await lookInto(storage, await storage.save(session)), { [KEY]: 'red' })
  })

  it('is no session, though the secret is the same', async () => {
    const signed = createCookie(NAME, { secrets: [OLD] })
    const header = await signed.serialize('a'.repeat(64))
    await assertNew(header.slice(NAME.length + 1, header.indexOf(';')))
    await assertNew(new CookieSeal('csrf', [OLD]).close('[]'))
  })
})

function createStorage(secrets: string[]) {
  return createCookieSessionStorage(createCookie(NAME, { secrets }))
}

async function assertNew(cookie: string): Promise<void> {
  const after = await playRequest(storage, cookie, (session: Session) => {
    assert.deepEqual(session.data, {})
  })
  assert.equal(after, '')
}

function viewsOf(cookie: string, bytes: Buffer): string[] {
  const views = [cookie, decodeURIComponent(cookie), bytes.toString('latin1')]
  views.push(bytes.toString('utf8'), bytes.toString('utf16le'), bytes.toString('hex'))
  // At any offset, in case one begins in the middle.
  for (let start = 1; start < 4; start++) {
    views.push(Buffer.from(cookie.slice(start), 'base64').toString('latin1'))
  }
  for (let start = 0; start < bytes.length; start++) {
    for (const inflate of [zlib.inflateRawSync, zlib.inflateSync, zlib.brotliDecompressSync]) {
      try {
        views.push(inflate(bytes.subarray(start)).toString('latin1'))
      } catch {}
    }
  }
  return views
}
