import assert from 'node:assert/strict'
import { it } from 'node:test'
import { routesIn } from '../middleware/methods.ts'
import { routes } from '../routes.ts'
import { hiddenFields } from '../testing/passkey-authenticator.ts'
import { admin, openTestShop } from '../testing/shop.ts'

/** The forms that no page makes for somebody. */
const forEverybody = [
  '/register',
  '/register/1',
  '/login',
  '/login/code',
  '/login/passkey/options',
  '/login/passkey',
  '/logout',
  '/device-binding',
  '/reset-password',
  '/reset-password/1',
]

it('asks for the login before any form that was made for who is not logged in any more', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(admin)
  const { madeFor } = hiddenFields(await browser.get('/account'))
  shop.pass(2 * 60 * 60 + 1)
  const taken: string[] = []
  for (const { method, pattern } of routesIn(routes)) {
    if (method !== 'POST') continue
    const path = String(pattern).replaceAll(/:\w+/g, '1')
    const { location } = await browser.copy().post(path, { madeFor: madeFor! })
    const isAsked = /^\/login\?returnTo=%2F.*&form=(again|kept)$/.test(location ?? '')
    if (!isAsked) taken.push(path)
  }
  assert.deepEqual(taken, forEverybody)
})
