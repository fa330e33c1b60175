import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { TestBrowser } from '../testing/browser.ts'
import { queriesOf } from '../testing/queries.ts'
import { openTestShop, reader } from '../testing/shop.ts'
import type { TestShop } from '../testing/shop.ts'

async function login({ db }: TestShop, browser: TestBrowser, password = reader.password) {
  const formKey = (await browser.get('/login')).field('formKey')!.value!
  const sent = { email: reader.email, password, formKey }
  const asked = await queriesOf(db, () => browser.post('/login', sent))
  return asked.filter((query) => !query.startsWith('PRAGMA'))
}

it('logs in whoever has no factor without a query for those who have one', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  const first = await login(shop, browser)
  await browser.post('/logout')
  const again = await login(shop, browser)
  await browser.post('/logout')
  assert.equal(again.length, 8, 'none that looks at all logins, which may be many')
  assert.equal(first.length, 9, 'one mail more from a browser that was not known')
  assert.equal((await login(shop, browser, 'a guess')).length, 1)
  assert.ok(again.some((query) => query.startsWith('insert into "logins"')))
  const factors = /"(passkeys|used_challenges|pending_logins|remembered_devices|recovery_codes)"/
  assert.deepEqual(
    [...first, ...again].filter((query) => factors.test(query)),
    [],
  )
})
