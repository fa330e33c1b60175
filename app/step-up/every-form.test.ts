import assert from 'node:assert/strict'
import { it } from 'node:test'
import { routesIn } from '../middleware/methods.ts'
import { routes } from '../routes.ts'
import type { TestBrowser } from '../testing/browser.ts'
import type { TestPage } from '../testing/page.ts'
import { hiddenFields } from '../testing/passkey-authenticator.ts'
import { admin, openTestShop, reader } from '../testing/shop.ts'

const forms = routesIn(routes)
  .filter(({ method }) => method === 'POST')
  .map(({ pattern }) => String(pattern).replaceAll(/:\w+/g, '1'))

/** Goes wherever an answer leads, as browsers do. */
async function goOn(
  browser: TestBrowser,
  answer: TestPage,
  fields: Record<string, string>,
): Promise<TestPage> {
  if (answer.location === null) return answer
  const next =
    answer.status === 307
      ? await browser.post(answer.location, fields)
      : await browser.get(answer.location)
  return goOn(browser, next, fields)
}

function assertPage({ status, heading, text }: TestPage, path: string): void {
  assert.ok(status === 200 || status === 422 || status === 404, `${path}: ${status} ${text}`)
  assert.ok(heading, path)
}

it('leads from each form of who is not logged in to a page, by the login', async () => {
  const shop = await openTestShop()
  const seen: string[] = []
  for (const path of forms) {
    const browser = shop.browser()
    const answer = await browser.post(path)
    if (answer.location?.startsWith('/login?') !== true) continue
    seen.push(path)
    const fields = { ...hiddenFields(await browser.follow(answer)), ...admin }
    assertPage(await goOn(browser, await browser.post('/login', fields), fields), path)
    assert.equal((await browser.get('/')).signedIn, true)
  }
  for (const path of ['/account/passkeys', '/account/logins/1/remove', '/admin/books/1/restore']) {
    assert.ok(seen.includes(path), path)
  }
})

it('tells of each form that waits what it does, keeps no other, and leads to a page', async () => {
  const shop = await openTestShop()
  const seen: Record<'told' | 'not kept', string[]> = { told: [], 'not kept': [] }
  for (const path of forms) {
    const browser = shop.browser()
    await browser.login(admin)
    shop.pass(15 * 60 + 1)
    const answer = await browser.post(path)
    if (answer.location?.startsWith('/confirm?') !== true) continue
    const asked = await browser.follow(answer)
    const isKept = answer.location.includes('&kept=')
    assert.equal(/ You asked to \w/.test(asked.text), isKept, path)
    seen[isKept ? 'told' : 'not kept'].push(path)
    const fields = { ...hiddenFields(asked), password: admin.password }
    assertPage(await goOn(browser, await browser.post('/confirm', fields), fields), path)
  }
  assert.deepEqual(seen['not kept'], [
    '/confirm/passkey',
    '/account/password',
    '/account/second-factor',
    '/account/passkeys',
  ])
  assert.ok(seen.told.includes('/account/second-factor/remove'))
})

it('carries on with no form that was kept for a login alone, of which it would tell nothing', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.submit('/cart/items', { bookId: 1 })
  await browser.login(reader)
  const { madeFor } = hiddenFields(await browser.get('/checkout'))
  await browser.post('/logout')
  const { location } = await browser.post('/checkout', { madeFor: madeFor!, city: 'Hobbiton' })
  const page = new URL(location!, shop.config.publicOrigin).searchParams.get('returnTo')!
  const kept = new URL(page, shop.config.publicOrigin).searchParams.get('kept')!
  await browser.login(reader)
  shop.pass(15 * 60 + 1)
  const asked = await browser.get(`/confirm?${new URLSearchParams({ kept, returnTo: page })}`)
  assert.doesNotMatch(asked.text, /You asked|is kept/)
  const confirmed = await browser.submit('/confirm', {
    ...hiddenFields(asked),
    kept,
    password: reader.password,
  })
  assert.equal(confirmed.heading, 'Check out')
  assert.equal(confirmed.field('city')!.value, 'Hobbiton', 'it is there to be sent')
})
