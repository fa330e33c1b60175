import { chromium } from 'playwright'
import type { Browser, Page } from 'playwright'
import { expect, test } from './fixtures.ts'
import { findOrGetBrowser } from './find-browser.ts'
import { chromiumArgs } from './launch-browser.ts'
import { reader } from './accounts.ts'
import { books } from './books.ts'
import { Visitor } from './visitor.ts'

// Playwright turns the back/forward cache off, and people have it on.
let browser: Browser
test.beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: findOrGetBrowser(),
    args: [...chromiumArgs, '--enable-features=CacheControlNoStoreEnterBackForwardCache'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
})
test.afterAll(() => browser.close())

// One browser for both.
test.describe.configure({ mode: 'default' })

test.skip(({ browserName }) => browserName !== 'chromium', 'it is the cache of Chromium')

test('whoever goes back finds what was typed, and the cart as it is', async ({
  baseURL,
  storage,
}) => {
  const visitor = await openVisitor(baseURL!)
  const { page } = visitor
  const street = page.getByLabel('Street and number')
  const isRestored = () => page.evaluate(() => sessionStorage.getItem('restored'))
  await visitor.addToCart(books.moonstone)
  await visitor.open('/checkout')
  await noteRestoring(page)
  await street.fill('1 Reading Lane')
  await page.getByRole('banner').getByRole('link', { name: /^Cart/ }).click()
  await expect(page).toHaveURL('/cart')
  await goBack(page, '/checkout')
  expect(await isRestored()).toBe('true')
  await expect(street).toHaveValue('1 Reading Lane')

  // As in another tab.
  await page.evaluate(() => sessionStorage.removeItem('restored'))
  await visitor.byRequest.addToCart(books.pride)
  await visitor.open('/cart')
  await goBack(page, '/checkout')
  await visitor.expectInCart('2 items')
  // With the cart in the cookie there is nothing to see: a changed cookie ends what was kept.
  if (storage !== 'cookie') expect(await isRestored()).toBe('true')

  await noteRestoring(page)
  await page.getByRole('banner').getByRole('link', { name: /^Cart/ }).click()
  await expect(page).toHaveURL('/cart')
  await page.context().setOffline(true)
  await goBack(page, '/checkout')
  await visitor.expectInCart('2 items')
  expect(await isRestored()).toBe('true')
  await page.context().close()
})

test('whoever goes back finds what was typed after a sending without an answer', async ({
  baseURL,
}) => {
  const visitor = await openVisitor(baseURL!)
  const { page } = visitor
  const path = `/books/${books.moonstone.slug}`
  const quantity = page.getByLabel('Copies', { exact: true })
  const leave = async () => {
    await page.getByRole('banner').getByRole('link', { name: /^Cart/ }).click()
    await expect(page).toHaveURL('/cart')
  }
  await visitor.open(path)
  await quantity.fill('3')
  await page.context().setOffline(true)
  await quantity.press('Enter').catch(() => {})
  await page.waitForURL('chrome-error://**')
  await goBack(page, path)
  await expect(quantity).toHaveValue('3')
  await page.context().setOffline(false)

  await quantity.fill('4')
  await leave()
  await goBack(page, path)
  await expect(quantity).toHaveValue('4')

  // A script that sends by itself leaves the page where it is.
  await page.evaluate(() => {
    document.addEventListener('submit', (event) => event.preventDefault(), { once: true })
  })
  await quantity.press('Enter')
  await leave()
  await goBack(page, path)
  await expect(quantity).toHaveValue('4')
  await page.context().close()
})

test('whoever goes back after a logout finds nothing of the login', async ({ baseURL }) => {
  const visitor = await openVisitor(baseURL!)
  await visitor.logIn(reader)
  await visitor.open('/account')
  await visitor.page.getByRole('searchbox').first().fill('typed by the reader')
  await visitor.logOut()
  await goBack(visitor.page, '/login?returnTo=%2Faccount')
  await visitor.expectSignedOut()
  await visitor.page.context().close()
})

async function noteRestoring(page: Page): Promise<void> {
  await page.evaluate(() => {
    sessionStorage.removeItem('restored')
    addEventListener('pageshow', ({ persisted }) => {
      sessionStorage.setItem('restored', String(persisted))
    })
  })
}

async function goBack(page: Page, path: string): Promise<void> {
  // Not at once: a page that was kept may be back before this one has answered that it goes.
  await page.evaluate(() => void setTimeout(() => history.back()))
  await expect(page).toHaveURL(path)
}

async function openVisitor(baseURL: string): Promise<Visitor> {
  const context = await browser.newContext({ baseURL, reducedMotion: 'reduce' })
  return new Visitor(await context.newPage(), baseURL)
}
