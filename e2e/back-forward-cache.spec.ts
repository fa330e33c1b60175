import { chromium } from 'playwright'
import type { Browser } from 'playwright'
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
    args: chromiumArgs,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
})
test.afterAll(() => browser.close())

// One browser for both.
test.describe.configure({ mode: 'default' })

test.skip(({ browserName }) => browserName !== 'chromium', 'it is the cache of Chromium')

test('whoever goes back after adding a book finds it counted', async ({ baseURL, storage }) => {
  const visitor = await openVisitor(baseURL!)
  await visitor.addToCart(books.moonstone)
  await visitor.open(`/books/${books.pride.slug}`)
  const { page } = visitor
  await page.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => {
      sessionStorage.setItem('restored', String(persisted))
    })
  })
  await page.getByRole('main').getByRole('button', { name: 'Add to cart', exact: true }).click()
  await expect(page).toHaveURL('/cart')
  await visitor.expectInCart('2 items')
  await page.evaluate(() => history.back())
  await expect(page).toHaveURL(`/books/${books.pride.slug}`)
  await visitor.expectInCart('2 items')

  // With the cart in the cookie there is nothing to see: a changed cookie ends what was kept.
  if (storage !== 'cookie') {
    expect(await page.evaluate(() => sessionStorage.getItem('restored'))).toBe('true')
  }
  await page.context().close()
})

test('whoever goes back after a logout finds nothing of the login', async ({ baseURL }) => {
  const visitor = await openVisitor(baseURL!)
  await visitor.logIn(reader)
  await visitor.open('/account')
  await visitor.logOut()
  await visitor.page.evaluate(() => history.back())
  await expect(visitor.page).toHaveURL('/login?returnTo=%2Faccount')
  await visitor.expectSignedOut()
  await visitor.page.context().close()
})

async function openVisitor(baseURL: string): Promise<Visitor> {
  const context = await browser.newContext({ baseURL, reducedMotion: 'reduce' })
  return new Visitor(await context.newPage(), baseURL)
}
