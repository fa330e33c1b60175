import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'
import { anyStorage, expect, test } from './fixtures.ts'
import { admin, books, newAccount } from './visitor.ts'
import type { Visitor } from './visitor.ts'

// What axe finds on the page that is open, in words that lead to it.
async function findProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${page.url()} ${id}: ${html}\n${failureSummary}`),
  )
}

async function expectNoProblems(visitor: Visitor, paths: string[]): Promise<void> {
  for (const path of paths) {
    await visitor.open(path)
    expect.soft(await findProblems(visitor.page)).toEqual([])
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in the ${colorScheme} scheme`, { tag: anyStorage }, () => {
    test.use({ colorScheme })

    test('axe finds nothing on the pages for everybody', async ({ visitor }) => {
      test.slow()
      await expectNoProblems(visitor, [
        '/',
        '/books',
        '/books?q=nothing+matches+this',
        `/books/${books.pride.slug}`,
        '/books/the-blazing-world',
        '/cart',
        '/login',
        '/register',
        '/reset-password',
        '/reset-password?sent',
        '/reset-password/no-such-token',
        '/outbox',
        '/session',
        '/no-such-page',
      ])
    })

    test('axe finds nothing on the pages for customers', async ({ page, visitor }) => {
      test.slow()
      await visitor.register(newAccount())
      await visitor.addToCart(books.pride)
      expect.soft(await findProblems(page)).toEqual([])
      await expectNoProblems(visitor, ['/cart', '/checkout', '/account', '/orders', '/session'])
      await visitor.checkOut()
      expect.soft(await findProblems(page)).toEqual([])
      await page
        .getByRole('complementary', { name: 'Session inspector' })
        .locator('summary')
        .first()
        .click()
      expect.soft(await findProblems(page)).toEqual([])
      await expectNoProblems(visitor, ['/orders'])
    })

    test('axe finds nothing on forms that are wrong', async ({ page, visitor }) => {
      test.slow()
      for (const path of ['/register', '/reset-password', '/login']) {
        await visitor.open(path)
        const form = page.getByRole('main').locator('form').first()
        await form.evaluate((element) => ((element as HTMLFormElement).noValidate = true))
        await form.getByRole('button').click()
        await expect(page.getByRole('alert').first()).toBeVisible()
        expect.soft(await findProblems(page)).toEqual([])
      }
    })

    test('axe finds nothing on the pages of the admin', async ({ visitor }) => {
      test.slow()
      await visitor.logIn(admin)
      await expectNoProblems(visitor, ['/admin/books', '/admin/books/new', '/admin/books/1'])
    })
  })
}
