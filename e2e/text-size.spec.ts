import type { CDPSession, Page } from 'playwright'
import { anyStorage, expect, test } from './fixtures.ts'
import { admin, newAccount } from './accounts.ts'
import { books } from './books.ts'
import { findMisfits } from './misfits.ts'

const widths = [360, 390, 768, 1280]

// As somebody sets it in the browser; 16 is what it is without.
const textSizes = [16, 20, 24, 32]

async function expectToFit(page: Page, settings: CDPSession): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 740 })
    for (const standard of textSizes) {
      await settings.send('Page.setFontSizes', { fontSizes: { standard } })
      const found = await page.evaluate(`[
        getComputedStyle(document.documentElement).fontSize,
        ...(${findMisfits})(),
      ]`)
      expect.soft(found, `${page.url()} at ${width} pixels`).toEqual([`${standard}px`])
    }
  }
}

test.describe('in any size of text everything is in the window', { tag: anyStorage }, () => {
  test.skip(({ browserName }) => browserName !== 'chromium', 'Its protocol sets the size')

  let expectToFitAt: (...paths: string[]) => Promise<void>
  let expectOpenToFit: () => Promise<void>
  test.beforeEach(async ({ page, visitor }) => {
    const settings = await page.context().newCDPSession(page)
    expectOpenToFit = () => expectToFit(page, settings)
    expectToFitAt = async (...paths) => {
      for (const path of paths) {
        await visitor.open(path)
        await expectOpenToFit()
      }
    }
  })

  test('for guests', async ({ page, visitor }) => {
    await expectToFitAt('/', '/books', '/books?genre=Science+Fiction', '/books?q=zzz')
    await expectToFitAt(`/books/${books.pride.slug}`, `/books/${books.soldOut.slug}`, '/cart')
    await expectToFitAt('/login', '/register', '/reset-password', '/outbox', '/no-such-page')
    await visitor.byRequest.addToCart(books.pride)
    await visitor.orderAsGuest(async () => {
      await visitor.byRequest.addToCart(books.moonstone)
    })
    await expectOpenToFit()
    await page.getByRole('button', { name: /^Place order/ }).click()
    await expect(page).toHaveURL(/\/orders\/guest\//)
    await expectOpenToFit()
  })

  test('for customers', async ({ visitor }) => {
    await visitor.byRequest.register(newAccount())
    await visitor.byRequest.addToCart(books.pride)
    await visitor.byRequest.addToCart(books.moonstone, 3)
    await expectToFitAt('/cart', '/checkout', '/account', '/account/email', '/session')
    await expectToFitAt('/account/passkeys', '/account/second-factor')
    await visitor.checkOut()
    await expectOpenToFit()
    await expectToFitAt('/orders')
  })

  test('for the admin', async ({ visitor }) => {
    await visitor.byRequest.logIn(admin)
    await expectToFitAt('/admin/books', '/admin/books/new', '/admin/books/1')
    await expectToFitAt('/admin/books/1/retire', '/admin/customers?email=reader@example.com')
  })
})
