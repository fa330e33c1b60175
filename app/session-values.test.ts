import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { createSession } from 'remix/session'
import { createTestSession } from 'remix/session/testing'
import { readSession } from './session-values.ts'
import { onEachStorage, reader } from './testing/shop.ts'

const keys = [
  'loginId',
  'pendingLoginId',
  'newTotpSecret',
  'recoverySeed',
  'cart',
  'pricesSeen',
  'notice',
  'loginForm',
  'registration',
  'wayOn',
] as const
const wrong = [
  null,
  7,
  true,
  'text',
  [],
  [1, 2],
  { $gt: '' },
  { 1: 'two', two: 1, 3: null, '-4': 1, 5: 1.5, 6: { of: 1 } },
  { kind: 'alarm', text: 'x' },
  { kind: 'notice', text: { toString: 'x' } },
  { email: ['a'], remember: 'yes' },
]

it('takes what does not fit for absent, and of a cart what does fit', () => {
  const values = { loginId: 'abc', cart: { 1: 2, 3: 4 }, notice: { kind: 'error', text: 'No.' } }
  const session = createSession(values)
  for (const key of ['loginId', 'cart', 'notice'] as const) {
    assert.deepEqual(readSession(session, key), values[key])
  }
  assert.equal(readSession(session, 'pricesSeen'), undefined)

  const changed = createSession({
    loginId: { id: 'abc' },
    cart: { 1: 2, two: 1, 3: '4', 0: 1, '-1': 1 },
    pricesSeen: [1000],
    notice: 'Hello',
    loginForm: { email: 'a@example.com' },
  })
  assert.deepEqual(readSession(changed, 'cart'), { 1: 2 })
  for (const key of [
    'loginId',
    'pricesSeen',
    'notice',
    'loginForm',
    'registration',
    'wayOn',
  ] as const) {
    assert.equal(readSession(changed, key), undefined, key)
  }
})

/** The header of a browser whose session was written by another version of the shop. */
onEachStorage('a session of another version of the shop', (open) => {
  it('is no error on any page, and the shop can be used with it', async () => {
    const shop = await open()
    const { storage, cookie } = shop.sessions
    for (const value of wrong) {
      for (const flash of [false, true]) {
        const what = JSON.stringify(value)
        const Cookie = await createTestSession(storage, cookie, (session) => {
          for (const key of keys) {
            if (flash) session.flash(key as string, value)
            else session.set(key as string, value)
          }
        })
        const browser = shop.browser()
        for (const path of [
          '/',
          '/cart',
          '/login',
          '/login/code',
          '/books',
          '/account',
          '/session',
          '/checkout',
        ]) {
          const page = await browser.get(path, { Cookie })
          assert.ok(page.status === 200 || page.status === 303, `${path} ${what} ${page.status}`)
          assert.equal(page.signedIn, false, what)
        }
      }

      const browser = shop.browser()
      browser.receive(
        await createTestSession(storage, cookie, (session) => {
          for (const key of keys) session.set(key as string, value)
        }),
      )
      const cart = await browser.submit('/cart/items', { bookId: 2, quantity: 3 })
      assert.equal(cart.status, 200)
      assert.match(cart.cart!, /^Cart, [3-9] items$/)
      assert.equal((await browser.login(reader)).signedIn, true)
      for (const path of ['/account/second-factor', '/account/second-factor/codes']) {
        const { status } = await browser.get(path)
        assert.ok(status === 200 || status === 303, `${path} ${status}`)
      }
    }
  })
})

it('is how the whole shop reads its session', () => {
  const reading = new RegExp(String.raw`\.get\(\s*'(?:${keys.join('|')})'`)
  const files = globSync('**/*.ts', { cwd: import.meta.dirname }).filter(
    (file) => !/\.test\.ts$|^testing|^inspector/.test(file),
  )
  assert.ok(files.includes(join('auth', 'sign-in.ts')))
  for (const file of files) {
    const source = readFileSync(join(import.meta.dirname, file), 'utf8')
    assert.doesNotMatch(source, reading, file)
  }
})
