import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openTestShop, reader } from '../testing/shop.ts'

it('slows down who guesses the password of an open login, whatever id that gets', async () => {
  const guesses = {
    '/account/password': { newPassword: 'a chair by the sea' },
    '/confirm': {},
    '/confirm/passkey': {},
  }
  for (const [path, fields] of Object.entries(guesses)) {
    const shop = await openTestShop()
    const browser = shop.browser()
    await browser.login(reader)
    const statuses: number[] = []
    for (let guess = 0; guess < 6; guess++) {
      const typed = { currentPassword: `a guess ${guess}`, password: `a guess ${guess}` }
      statuses.push((await browser.post(path, { ...fields, ...typed })).status)
      const renewed = await browser.post('/account/logins/others/remove')
      assert.equal(renewed.location, '/account')
    }
    assert.equal(statuses.indexOf(429), 5, `${path}: ${statuses.join()}`)
  }
})
