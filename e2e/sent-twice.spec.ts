import type { Locator, Page, Route } from 'playwright'
import { newAccount, reader } from './accounts.ts'
import type { Account } from './accounts.ts'
import { books } from './books.ts'
import { expect, test } from './fixtures.ts'

// So long each answer takes to come back: the second click falls into it.
const DELAY_MS = 400

/** Clicks again while the answer to the first click is on its way. */
async function clickTwice(page: Page, button: Locator): Promise<void> {
  let forms = 0
  await page.route('**/*', async (route: Route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    forms += 1
    const response = await route.fetch({ maxRedirects: 0 }).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, DELAY_MS))
    // The page has gone on to the second one.
    if (response) await route.fulfill({ response }).catch(() => {})
  })
  await button.scrollIntoViewIfNeeded()
  const { x, y, width, height } = (await button.boundingBox())!
  for (const sent of [1, 2]) {
    // Not by the locator, which would wait until the page has gone on.
    await page.mouse.click(x + width / 2, y + height / 2)
    await expect.poll(() => forms, { intervals: [5] }).toBe(sent)
  }
}

async function countLogins(page: Page): Promise<number> {
  await page.goto('/account')
  return page.getByRole('button', { name: /^Log out (?!all)/ }).count()
}

async function fillLogin(page: Page, { email, password }: Account): Promise<Locator> {
  const main = page.getByRole('main')
  await main.getByLabel('E-mail').fill(email)
  await main.getByLabel('Password').fill(password)
  return main.getByRole('button', { name: 'Log in' })
}

// What the last page asked for may still be under way when the test has seen enough.
test.afterEach(({ page }) => page.unrouteAll({ behavior: 'wait' }))

test('a double click on "Log in" is one login', async ({ page, visitor, elsewhere }) => {
  const account = await elsewhere.register(newAccount())
  await elsewhere.logOut()
  await visitor.byRequest.addToCart(books.pride)
  await visitor.open('/login?returnTo=%2Forders')
  await clickTwice(page, await fillLogin(page, account))
  await expect(page).toHaveURL('/orders')
  await visitor.expectSignedIn(account)
  await expect(page.getByRole('status')).toHaveText(`Welcome back, ${account.name}.`)
  expect(await countLogins(page)).toBe(1)
})

test('a double click on "Create account" is one account', async ({ page, visitor }) => {
  const account = newAccount()
  await visitor.open('/register')
  const main = page.getByRole('main')
  await main.getByLabel('Name').fill(account.name)
  await main.getByLabel('E-mail').fill(account.email)
  await main.getByLabel('Password').fill(account.password)
  await clickTwice(page, main.getByRole('button', { name: 'Create account' }))
  await visitor.expectSignedIn(account)
  await expect(page.getByRole('status')).toContainText(`Welcome, ${account.name}.`)
  expect(await countLogins(page)).toBe(1)
})

test('a double click on "Change password" changes it and stays logged in', async ({
  page,
  visitor,
  elsewhere,
}) => {
  const account = await visitor.byRequest.register(newAccount())
  await visitor.open('/account')
  await page.getByLabel('Current password').fill(account.password)
  await page.getByLabel('New password').fill('quite another password')
  await clickTwice(page, page.getByRole('button', { name: 'Change password' }))
  await expect(page.getByRole('status')).toContainText('Your password has been changed.')
  await visitor.expectSignedIn(account)
  expect(await countLogins(page)).toBe(1)
  await elsewhere.logIn({ ...account, password: 'quite another password' })
})

test('a browser that keeps no cookies is told so after the login', async ({ page, visitor }) => {
  // The script asks for it when it likes, and a cookie of that may come between the others.
  await page.route('**/login/passkey/options', (route) => route.abort())
  await page.route(/^(?!.*passkey)/, async (route) => {
    const response = await route.fetch({ maxRedirects: 0 })
    const headers = response.headers()
    delete headers['set-cookie']
    // What fetched it has a jar of its own, the same as the browser's.
    await visitor.context.clearCookies()
    await route.fulfill({ response, headers })
  })
  await visitor.open('/login')
  await (await fillLogin(page, reader)).click()
  await expect(page.getByRole('alert')).toContainText('did not keep our cookie')
  await visitor.expectSignedOut()
})
