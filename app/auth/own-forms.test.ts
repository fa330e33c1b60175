import assert from 'node:assert/strict'
import { it } from 'node:test'
import { routesIn } from '../middleware/methods.ts'
import { routes } from '../routes.ts'
import { isSecret } from '../forms/secret-field.ts'
import type { TestControl } from '../testing/page.ts'
import { addPasskey, hiddenFields, PasskeyAuthenticator } from '../testing/passkey-authenticator.ts'
import { admin, openTestShop, reader } from '../testing/shop.ts'

function pathsOf(wanted: 'GET' | 'POST'): string[] {
  return routesIn(routes)
    .filter(({ method }) => method === wanted)
    .map(({ pattern }) => String(pattern).replaceAll(/:\w+/g, '1'))
}

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
  for (const path of pathsOf('POST')) {
    const { location } = await browser.copy().post(path, { madeFor: madeFor! })
    const isAsked = /^\/login\?returnTo=%2F.*&form=(again|kept)$/.test(location ?? '')
    if (!isAsked) taken.push(path)
  }
  assert.deepEqual(taken, forEverybody)
})

/** What somebody puts into a field, other than what stands there. */
function typedInto({ name, type, value }: TestControl): string {
  if (type === 'checkbox') return 'on'
  if (type === 'number') return value === '7' ? '8' : '7'
  return type === 'email' ? `zebra.${name}@example.com` : `A zebra <in> "${name}"`
}

it('shows again what it says is kept of any form, all of it, and to nobody else', async () => {
  const shop = await openTestShop()
  const browser = shop.browser()
  await browser.login(admin)
  await browser.submit('/cart/items', { bookId: 1, quantity: 2 })
  const authenticator = new PasskeyAuthenticator(shop.config.publicOrigin)
  await addPasskey(browser, authenticator)

  /** Sends a form whose login has ended, and answers whether it said that it is kept. */
  async function isKept(action: string, sent: TestControl[], typed: TestControl[]) {
    shop.pass(2 * 60 * 60 + 1)
    const fields = [...sent, ...typed].map(({ name, value }) => [name, value])
    const login = await browser.submit(action, Object.fromEntries(fields))
    const returnTo = login.field('returnTo')!.value!
    const other = browser.copy()
    await other.login(reader)
    assert.doesNotMatch((await other.get(returnTo)).html, /zebra/, action)
    const page = await browser.submit('/login', { ...admin, returnTo })
    if (login.alerts[0] === 'Please log in, and then send the form again.') return false
    assert.deepEqual(login.alerts, ['Please log in to go on. What you typed is kept.'], action)
    const shown = page.forms.flatMap(({ controls }) => controls)
    const again = typed.map(({ name }) => shown.find((control) => control.name === name))
    assert.deepEqual(again, typed, action)
    return true
  }

  const kept = new Set<string>()
  for (const path of pathsOf('GET')) {
    for (const { actions, controls } of (await browser.get(path)).forms) {
      const hidden = controls.filter(({ type }) => type === 'hidden')
      const typed = controls
        .filter(({ type, name }) => type !== 'hidden' && !isSecret(name))
        .map((control) => ({ ...control, value: typedInto(control) }))
      if (typed.length === 0 || !hidden.some(({ name }) => name === 'madeFor')) continue
      for (const action of actions) if (await isKept(action, hidden, typed)) kept.add(action)
    }
  }
  const books = ['/admin/books/new', '/admin/books/1']
  const passkey = `/account/passkeys/${authenticator.passkeys[0]!.id}/rename`
  const others = ['/cart', '/cart/items/1/remove', '/checkout', '/account/email', passkey]
  assert.deepEqual([...kept], [...others, ...books])
})
