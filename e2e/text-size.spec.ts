import type { Page } from 'playwright'
import { anyStorage, expect, test } from './fixtures.ts'
import { chromiumArgs, launchBrowser } from './launch-browser.ts'
import { admin, newAccount } from './accounts.ts'
import { books } from './books.ts'
import { findMisfits } from './misfits.ts'
import { Visitor } from './visitor.ts'

const widths = [360, 390, 768, 1280]

async function expectToFit(page: Page): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 740 })
    expect.soft(await page.evaluate(findMisfits), `${page.url()} at ${width} pixels`).toEqual([])
  }
}

test.describe('with text of', { tag: anyStorage }, () => {
  test.slow()
  test.skip(({ browserName }) => browserName !== 'chromium', 'The size is a setting of Chromium')

  for (const size of [16, 20, 24, 32]) {
    test(`${size} pixels everything is in the window`, async ({ shop }) => {
      const args = [...chromiumArgs, `--blink-settings=defaultFontSize=${size}`]
      const browser = await launchBrowser({ executablePath: process.env.E2E_SHELL!, args })
      try {
        const options = { baseURL: shop.url, reducedMotion: 'reduce' } as const
        const page = await (await browser.newContext(options)).newPage()
        const visitor = new Visitor(page, shop.url)
        const expectToFitAt = async (...paths: string[]): Promise<void> => {
          for (const path of paths) {
            await visitor.open(path)
            await expectToFit(page)
          }
        }

        await expectToFitAt('/', '/books', '/books?genre=Science+Fiction', '/books?q=zzz')
        const rootSize = 'getComputedStyle(document.documentElement).fontSize'
        expect(await page.evaluate(rootSize)).toBe(`${size}px`)
        await expectToFitAt(`/books/${books.pride.slug}`, `/books/${books.soldOut.slug}`, '/cart')
        await expectToFitAt('/login', '/register', '/reset-password', '/outbox', '/no-such-page')
        await visitor.byRequest.addToCart(books.pride)
        await visitor.orderAsGuest(async () => {
          await visitor.byRequest.addToCart(books.moonstone)
        })
        await expectToFit(page)
        await page.getByRole('button', { name: /^Place order/ }).click()
        await expect(page).toHaveURL(/\/orders\/guest\//)
        await expectToFit(page)
        await visitor.byRequest.register(newAccount())
        await visitor.byRequest.addToCart(books.pride)
        await visitor.byRequest.addToCart(books.moonstone, 3)
        await expectToFitAt('/cart', '/checkout', '/account', '/account/email', '/session')
        await expectToFitAt('/account/passkeys', '/account/second-factor')
        await visitor.checkOut()
        await expectToFit(page)
        await expectToFitAt('/orders')
        await visitor.byRequest.logIn(admin)
        await expectToFitAt('/admin/books', '/admin/books/new', '/admin/books/1')
        await expectToFitAt('/admin/books/1/retire', '/admin/customers?email=reader@example.com')
      } finally {
        await browser.close()
      }
    })
  }
})
