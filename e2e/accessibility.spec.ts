import { anyStorage, expect, test } from './fixtures.ts'
import { admin, newAccount } from './accounts.ts'
import { expectNoProblems, expectNoProblemsInForcedColours } from './axe.ts'
import { books } from './books.ts'
import type { Visitor } from './visitor.ts'

/** The pages at which axe looks in forced colours, too: those that differ in more than words. */
const inForcedColours = new Set([
  '/',
  '/books?genre=Poetry',
  '/books?q=nothing+matches+this',
  `/books/${books.pride.slug}`,
  '/cart',
  '/login?form=again',
  '/register',
  '/reset-password',
  '/no-such-page',
  '/checkout',
  '/account',
  '/orders',
  '/admin/books',
])

async function expectNoProblemsAt(visitor: Visitor, paths: string[]): Promise<void> {
  for (const path of paths) {
    await visitor.open(path)
    await expectNoProblems(visitor)
    if (inForcedColours.has(path)) await expectNoProblemsInForcedColours(visitor)
  }
}

test.describe('axe finds nothing in any colours', { tag: anyStorage }, () => {
  test('on the pages for everybody', async ({ visitor }) => {
    await expectNoProblemsAt(visitor, [
      '/',
      // The last of several, which is short.
      '/books?page=4',
      '/books?genre=Poetry',
      '/books?q=nothing+matches+this',
      `/books/${books.pride.slug}`,
      `/books/${books.soldOut.slug}`,
      '/cart',
      '/login',
      '/login?form=again',
      '/register',
      '/reset-password',
      '/reset-password?sent',
      '/reset-password/no-such-token',
      '/register?sent',
      '/register/no-such-token',
      '/confirm-email/no-such-token',
      '/outbox',
      '/session',
      '/no-such-page',
    ])
  })

  test('on the pages for guests who order', async ({ page, visitor }) => {
    await visitor.byRequest.addToCart(books.pride)
    await expectNoProblemsAt(visitor, ['/cart', '/checkout'])
    await visitor.orderAsGuest(async () => {
      await visitor.byRequest.addToCart(books.moonstone)
    })
    await expect(page.getByRole('alert')).toContainText('The total has changed')
    await expectNoProblems(visitor)
    await page.getByRole('button', { name: /^Place order/ }).click()
    await expect(page).toHaveURL(/\/orders\/guest\//)
    await expectNoProblems(visitor)
    await expectNoProblemsAt(visitor, ['/orders/guest/no-such-token'])
  })

  test('on the pages for customers', async ({ page, visitor }) => {
    await visitor.byRequest.register(newAccount())
    await visitor.addToCart(books.pride)
    await expectNoProblems(visitor)
    await expectNoProblemsInForcedColours(visitor)
    await expectNoProblemsAt(visitor, [
      '/checkout',
      '/account',
      '/account/email',
      '/orders',
      '/session',
    ])
    await visitor.checkOut()
    await expectNoProblems(visitor)
    await expectNoProblemsInForcedColours(visitor)
    const inspector = page.getByRole('complementary', { name: 'Session inspector' })
    await inspector.locator('summary').first().click()
    await expectNoProblems(visitor)
    await expectNoProblemsAt(visitor, ['/orders'])
  })

  test('on forms that are wrong', async ({ page, visitor }) => {
    for (const path of ['/register', '/reset-password', '/login']) {
      await visitor.open(path)
      const form = page.getByRole('main').locator('form').first()
      await form.evaluate((element) => ((element as HTMLFormElement).noValidate = true))
      await form.getByRole('button').first().click()
      await expect(page.getByRole('alert').first()).toBeVisible()
      await expectNoProblems(visitor)
    }
  })

  test('on the pages of the admin', async ({ visitor }) => {
    await visitor.byRequest.logIn(admin)
    await expectNoProblemsAt(visitor, [
      '/admin/books',
      '/admin/books?q=zzzz',
      '/admin/books/new',
      '/admin/books/1',
      '/admin/books/1/retire',
      '/admin/customers?email=reader@example.com',
    ])
  })
})
