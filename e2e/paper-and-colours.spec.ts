import { anyStorage, expect, test } from './fixtures.ts'
import { newAccount } from './accounts.ts'
import { books } from './books.ts'

test.describe('where the system chooses the colours', { tag: anyStorage }, () => {
  test('what is current and what is told has a line of its own', async ({ page, visitor }) => {
    await page.emulateMedia({ forcedColors: 'active' })
    await visitor.open('/books?genre=Poetry')
    const genres = page.getByRole('navigation', { name: 'Genres' })
    const colours = await genres
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => getComputedStyle(link).borderBottomColor))
    const current = await genres
      .locator('[aria-current]')
      .evaluate((link) => getComputedStyle(link).borderBottomColor)
    expect(colours.filter((colour) => colour === current)).toHaveLength(1)

    await visitor.open('/books?page=2')
    await expect(page.getByRole('link', { name: 'Page 2' })).toHaveCSS('border-style', 'solid')

    await visitor.addToCart(books.pride)
    await expect(page.getByRole('status')).toHaveCSS('border-style', 'solid')
  })
})

test(
  'in the dark the link in a notice is no yellow on yellow',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    await page.emulateMedia({ colorScheme: 'dark' })
    await visitor.open('/books')
    await page.getByRole('main').getByRole('button', { name: 'Add to cart' }).first().click()
    const notice = page.getByRole('status')
    const colour = await notice.evaluate((element) => getComputedStyle(element).color)
    await expect(notice.getByRole('link')).toHaveCSS('color', colour)
  },
)

test(
  'a receipt is one light page of paper, whatever the scheme is',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    await page.emulateMedia({ colorScheme: 'dark' })
    await visitor.byRequest.register(newAccount())
    for (let id = 1; id <= 8; id++) await visitor.byRequest.post('/cart/items', { bookId: id })
    await visitor.checkOut()

    const pdf = await page.pdf({ format: 'A4' })
    expect(String(pdf).match(/\/Type\s*\/Page\b/g)).toHaveLength(1)

    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    const receipt = page.getByRole('article')
    await expect(page.locator('body')).toHaveCSS('background-color', 'rgb(255, 255, 255)')
    for (const text of await receipt.locator('h1, p, a, dt, dd, address').all()) {
      const luminance = await text.evaluate((element) =>
        Math.max(...getComputedStyle(element).color.match(/\d+/g)!.map(Number)),
      )
      expect(luminance, 'dark on light').toBeLessThan(130)
    }
    await expect(page.getByRole('banner')).toBeHidden()
  },
)
