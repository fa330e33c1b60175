import assert from 'node:assert/strict'
import { it } from 'node:test'
import { findUserByEmail, setPassword } from '../../db/users.ts'
import {
  admin,
  hashAtFullPrice,
  onBothKinds,
  openTestShop,
  passwords,
  reader,
} from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'
import { createPasswordHasher } from './passwords.ts'

const newPassword = 'an evening on the balcony'
const wrong = { email: reader.email, password: 'a guess' }

function deviceCookie(cookieHeader: string): string | undefined {
  return /\b(?:__Host-)?device(?:-\d+)?=[^;]*/.exec(cookieHeader)?.[0]
}

/** Strangers guess at an account, from everywhere and from the neighbourhood. */
async function besiege(shop: TestShop, address = '192.0.2'): Promise<void> {
  for (let n = 1; n <= 8; n++) {
    await shop.browser({ address: `203.0.${n}.1` }).post('/login', wrong)
    for (const email of [`${n}@a.example`, `${n}@b.example`, `${n}@c.example`]) {
      await shop.browser({ address: `${address}.${n}` }).post('/login', { ...wrong, email })
    }
  }
}

onBothKinds('a device that was logged in before', (open) => {
  it('lets its owner in while strangers fail, and nobody else', async () => {
    const shop = await open()
    const owner = shop.browser({ address: '192.0.2.99' })
    await owner.login(reader)
    await owner.post('/logout')
    await besiege(shop)
    const newcomer = shop.browser({ address: '192.0.2.99' })
    assert.equal((await newcomer.post('/login', { ...reader })).status, 429)
    assert.equal((await owner.login(reader)).signedIn, true)
  })

  it('lets who is logged in change the password while strangers fail', async () => {
    const shop = await open()
    const owner = shop.browser({ address: '192.0.2.99' })
    await owner.login(reader)
    await besiege(shop)
    const change = { currentPassword: reader.password, newPassword }
    assert.equal((await owner.post('/account/password', change)).location, '/account')
  })
})

it('is known by a cookie that tells no secret and that production binds to the host', async () => {
  const shop = await openTestShop({ production: true, publicOrigin: 'https://shop.example' })
  const browser = shop.browser()
  const headers = { Host: 'shop.example' }
  const answer = await shop.fetch(
    new Request('https://shop.example/login', {
      method: 'POST',
      headers,
      body: new URLSearchParams({ ...reader }),
    }),
  )
  const device = answer.headers.getSetCookie().find((cookie) => cookie.includes('device'))
  const { id } = (await findUserByEmail(shop.db, reader.email))!
  assert.match(
    device!,
    new RegExp(
      `^__Host-device=[\\w-]{16}\\.${id}\\.[\\w-]{8}\\.[\\w-]{43}; Path=/; Max-Age=34560000; HttpOnly; Secure; SameSite=Lax$`,
    ),
  )
  await browser.login(reader)
  const first = deviceCookie(browser.cookieHeader)
  await browser.post('/logout')
  await browser.login(reader)
  assert.ok(first)
  assert.equal(deviceCookie(browser.cookieHeader), first, 'it stays the same device')
})

it('logs nobody in by itself, and counts its own wrong passwords', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(reader)
  await browser.post('/logout')
  assert.equal((await browser.get('/')).signedIn, false)
  for (let guess = 1; guess <= 5; guess++) await browser.post('/login', wrong)
  assert.equal((await browser.post('/login', { ...reader })).status, 429)
  assert.equal((await shop.browser().login(reader)).signedIn, true, 'nobody else')
})

it('is a stranger to another account, with a forged cookie, and after a new password', async () => {
  const shop = await openTestShop()
  const owner = shop.browser({ address: '192.0.2.99' })
  await owner.login(reader)
  await owner.post('/logout')
  const other = shop.browser({ address: '192.0.2.99' })
  await other.login(admin)
  await other.post('/logout')
  await besiege(shop)

  assert.equal((await other.post('/login', { ...reader })).status, 429)
  const { id } = (await findUserByEmail(shop.db, reader.email))!
  const Cookie = deviceCookie(other.cookieHeader)!.replace(/\.\d+\./, `.${id}.`)
  const forged = await shop.browser({ address: '192.0.2.99' }).request('/login', {
    method: 'POST',
    headers: { Cookie, Origin: shop.config.publicOrigin },
    body: new URLSearchParams({ ...reader }),
  })
  assert.equal(forged.status, 429)

  const thief = owner.copy()
  await setPassword(shop.db, id, await passwords.hash(newPassword))
  assert.equal((await thief.post('/login', { ...reader, password: newPassword })).status, 429)
})

it('sends a customer away from no full queue that a flood of registrations has filled', async () => {
  const shop = await openTestShop({ passwords: createPasswordHasher() })
  await hashAtFullPrice(shop)
  const flood = Array.from({ length: 40 }, (_, n) =>
    shop.browser({ address: '203.0.113.1' }).post('/register', {
      name: 'Flood',
      email: `flood${n}@example.com`,
      password: newPassword,
    }),
  )
  const logins = Array.from({ length: 8 }, (_, n) =>
    shop.browser({ address: `198.51.${n}.1` }).post('/login', { ...(n % 2 ? admin : reader) }),
  )
  assert.deepEqual(
    (await Promise.all(logins)).map(({ status }) => status),
    Array(8).fill(303),
  )
  const statuses = (await Promise.all(flood)).map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 429).length, 10)
})
