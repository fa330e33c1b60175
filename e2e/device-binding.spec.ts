import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { reader } from './accounts.ts'
import { anyStorage, everyStorage, expect, filesAtLeast, test as base } from './fixtures.ts'
import { launchBrowser } from './launch-browser.ts'
import { PasskeyDevice } from './passkey-device.ts'
import { SecureShop } from './secure-shop.ts'

const MAX_AGE = 4

const REFRESHES = everyStorage ? 200 : 50

/** How the browser of all tests visits, which binds no login and does not know the certificate. */
const plain: BrowserContextOptions = { ignoreHTTPSErrors: true }

interface Fixtures {
  shop: SecureShop
  /** One that binds logins to its device. */
  ownersBrowser: Browser
}

const test = base.extend<object, { secure: Fixtures }>({
  secure: [
    async ({ storage, postgresUrl }, use) => {
      const shop = await SecureShop.start(storage, MAX_AGE, { postgresUrl })
      const ownersBrowser = await launchBrowser({ args: shop.browserArgs })
      await use({ shop, ownersBrowser })
      await ownersBrowser.close()
      await shop.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
})

// One shop and one browser for all of them.
test.describe.configure({ mode: 'default' })
test.skip(({ browserName }) => browserName !== 'chromium', 'Chromium alone binds logins')

async function logIn(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto('/login?returnTo=/account')
  await page.getByLabel('E-mail').fill(reader.email)
  await page.getByLabel('Password').fill(reader.password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await expect(page).toHaveURL(/\/account$/)
  return page
}

/** Logs in, and waits until the login is bound, which comes right after. */
async function logInBound(browser: Browser, url: string): Promise<Page> {
  const page = await logIn(browser, { baseURL: url })
  await expectBound(page)
  return page
}

async function expectBound(page: Page): Promise<void> {
  await expect(async () => {
    await page.reload()
    await expect(bound(page)).toBeVisible({ timeout: 100 })
  }).toPass()
}

const bound = (page: Page) => page.getByText('Bound to this device')
const seconds = (count: number) => new Promise((done) => setTimeout(done, count * 1000))

async function expectLoggedIn(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Log out', exact: true })).toBeVisible()
}

test(
  'a stolen jar is dead after the life of the short cookie, and its owner notices nothing',
  { tag: filesAtLeast },
  async ({ secure: { shop, ownersBrowser }, browser }) => {
    const page = await logInBound(ownersBrowser, shop.url)
    const storageState = await page.context().storageState()
    const jar = storageState.cookies
    expect(jar.map(({ name }) => name.split('-')[0]).sort()).toEqual(['bound', 'device', 'session'])

    expect((await shop.fetch('/account', jar)).status).toBe(200)
    const theirs = await browser.newContext({ ...plain, storageState, baseURL: shop.url })
    const thief = await theirs.newPage()
    await seconds(MAX_AGE)
    const stolen = await shop.fetch('/account', jar)
    expect([stolen.status, stolen.headers.get('Location')]).toEqual([
      303,
      '/login?returnTo=%2Faccount',
    ])
    await thief.goto('/account')
    await expect(thief).toHaveURL(/\/login\?/)
    await expect(thief.getByRole('alert')).toContainText('could not prove that it is on the device')

    await page.goto('/account')
    await expect(bound(page)).toBeVisible()
  },
)

test(
  'a browser that does not know of it is logged in as ever',
  { tag: filesAtLeast },
  async ({ secure: { shop }, browser }) => {
    const page = await logIn(browser, { ...plain, baseURL: shop.url })
    await seconds(MAX_AGE + 1)
    await page.reload()
    await expect(page).toHaveURL(/\/account$/)
    await expect(bound(page)).toHaveCount(0)
  },
)

test(`a login by passkey is bound as well ${anyStorage}`, async ({
  secure: { shop, ownersBrowser },
}) => {
  const page = await logIn(ownersBrowser, { baseURL: shop.url })
  const device = await PasskeyDevice.plugInto(page)
  await device.addPasskey()
  await page.getByRole('button', { name: 'Log out', exact: true }).click()
  await device.touch(async () => {
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await expectLoggedIn(page)
  })
  await page.goto('/account')
  await expectBound(page)
  const jar = await page.context().cookies()
  await seconds(MAX_AGE)
  expect((await shop.fetch('/account', jar)).status).toBe(303)
  await page.reload()
  await expect(bound(page)).toBeVisible()
})

test(`two tabs notice nothing of many refreshes ${anyStorage}`, async ({
  secure: { shop, ownersBrowser },
}) => {
  const page = await logInBound(ownersBrowser, shop.url)
  const tabs = [page, await page.context().newPage()]
  await tabs[1]!.goto('/account')
  const before = shop.proofs
  let asked = 0
  while (shop.proofs - before < REFRESHES) {
    const answers = await Promise.all(
      tabs.map((tab) =>
        tab.evaluate(async () => {
          const { status, redirected } = await fetch('/account')
          return { status, redirected }
        }),
      ),
    )
    for (const answer of answers) expect(answer).toEqual({ status: 200, redirected: false })
    if (++asked % 20 !== 0) continue
    for (const tab of tabs) {
      await tab.reload()
      await expect(bound(tab)).toBeVisible()
    }
  }
})

test(`pages wait for a slow refresh, are those of a guest without one, and come back ${anyStorage}`, async ({
  secure: { shop, ownersBrowser },
}) => {
  const page = await logInBound(ownersBrowser, shop.url)
  await seconds(MAX_AGE)
  shop.trouble = 'slow'
  await page.goto('/account')
  await expect(bound(page)).toBeVisible()

  shop.trouble = 'down'
  await seconds(MAX_AGE + 1)
  const answer = await page.goto('/')
  expect(answer!.status()).toBe(200)
  await expect(page.getByRole('link', { name: 'Log in' }).first()).toBeVisible()

  shop.trouble = 'none'
  await expect(async () => {
    await page.goto('/account')
    await expect(bound(page)).toBeVisible({ timeout: 100 })
  }).toPass({ timeout: 30_000 })
})

test(`a restart, the back button and a link from elsewhere find it logged in ${anyStorage}`, async ({
  secure: { shop, ownersBrowser },
}) => {
  const page = await logInBound(ownersBrowser, shop.url)
  await shop.shop.restart()
  await page.goto('/')
  await expectLoggedIn(page)
  await page.goto('/books')
  await seconds(MAX_AGE + 1)
  await page.goBack()
  await page.getByRole('link', { name: 'Orders' }).first().click()
  await expect(page).toHaveURL(/\/orders$/)

  const elsewhere = 'https://elsewhere.example/'
  const link = `<a href="${shop.url}/account">The shop</a>`
  await page.route(elsewhere, (route) => route.fulfill({ contentType: 'text/html', body: link }))
  await page.goto(elsewhere)
  await seconds(MAX_AGE + 1)
  await page.getByRole('link', { name: 'The shop' }).click()
  await expect(page).toHaveURL(`${shop.url}/account`)
  await expect(bound(page)).toBeVisible()
})
