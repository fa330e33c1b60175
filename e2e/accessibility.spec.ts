import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'
import { anyStorage, expect, test } from './fixtures.ts'
import { admin, newAccount } from './accounts.ts'
import { AuthenticatorApp } from './authenticator-app.ts'
import { books } from './books.ts'
import { PasskeyDevice } from './passkey-device.ts'
import type { Visitor } from './visitor.ts'

/** The rules of axe that see colours. For all others a page is the same whatever colours it has. */
const colourRules = ['color-contrast', 'link-in-text-block']

/** What axe finds on the page that is open, in words that lead to it. */
async function findProblems(page: Page, rules?: string[]): Promise<string[]> {
  // The mode that is not for frames, which the shop has none of: they take a blank page a time. What
  // is right is told once a rule, because looking up where each of it stands is half of the work.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  axe.options({ resultTypes: ['violations'], ...(rules && { runOnly: rules }) })
  const { violations, passes } = await axe.analyze()
  expect(passes.map(({ id }) => id)).toContain('color-contrast')
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  )
}

/** Has axe look at the page that is open, in both schemes. */
async function expectNoProblems({ page }: Visitor): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    const rules = scheme === 'light' ? undefined : colourRules
    expect.soft(await findProblems(page, rules), `${page.url()} in ${scheme}`).toEqual([])
  }
}

/** The same where the system chooses the colours, of which axe sees those that the styles name. */
async function expectNoProblemsInForcedColours({ page }: Visitor): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' })
  expect.soft(await findProblems(page, colourRules), `${page.url()} in forced colours`).toEqual([])
}

async function expectNoProblemsAt(visitor: Visitor, paths: string[]): Promise<void> {
  for (const path of paths) {
    await visitor.open(path)
    await expectNoProblems(visitor)
  }
}

test.describe('axe finds nothing in forced colours', { tag: anyStorage }, () => {
  test.slow()

  test('on the pages for everybody', async ({ visitor }) => {
    for (const path of [
      '/',
      '/books?genre=Poetry',
      '/books?q=nothing+matches+this',
      `/books/${books.pride.slug}`,
      '/cart',
      '/login?form=again',
      '/register',
      '/reset-password',
      '/no-such-page',
    ]) {
      await visitor.open(path)
      await expectNoProblemsInForcedColours(visitor)
    }
  })

  test('on the pages for customers and the admin', async ({ visitor }) => {
    await visitor.byRequest.register(newAccount())
    await visitor.addToCart(books.pride)
    await expectNoProblemsInForcedColours(visitor)
    for (const path of ['/checkout', '/account', '/orders']) {
      await visitor.open(path)
      await expectNoProblemsInForcedColours(visitor)
    }
    await visitor.checkOut()
    await expectNoProblemsInForcedColours(visitor)
    await visitor.byRequest.logIn(admin)
    await visitor.open('/admin/books')
    await expectNoProblemsInForcedColours(visitor)
  })
})

test.describe('axe finds nothing in either scheme', { tag: anyStorage }, () => {
  test.slow()

  test('on the pages for everybody', async ({ visitor }) => {
    await expectNoProblemsAt(visitor, [
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
      '/register?sent',
      '/register/no-such-token',
      '/confirm-email/no-such-token',
      '/outbox',
      '/session',
      '/no-such-page',
    ])
  })

  test('on the pages for customers', async ({ page, visitor, shop }) => {
    await visitor.byRequest.register(newAccount())
    await visitor.addToCart(books.pride)
    await expectNoProblems(visitor)
    await expectNoProblemsAt(visitor, [
      '/checkout',
      '/account',
      '/account/email',
      '/orders',
      '/session',
    ])
    await visitor.checkOut()
    await expectNoProblems(visitor)
    const inspector = page.getByRole('complementary', { name: 'Session inspector' })
    await inspector.locator('summary').first().click()
    await expectNoProblems(visitor)
    await expectNoProblemsAt(visitor, ['/orders'])
    await expectNoProblemsAt(visitor, ['/account/second-factor'])
    await new AuthenticatorApp().setUp(page)
    await expectNoProblems(visitor)
    await expectNoProblemsAt(visitor, ['/account/second-factor'])
    const device = await PasskeyDevice.plugInto(page)
    await expectNoProblemsAt(visitor, ['/account/passkeys'])
    await device.addPasskey()
    await page.getByText('Rename').click()
    await expectNoProblems(visitor)
    await shop.ageLogins()
    await expectNoProblemsAt(visitor, ['/account', '/confirm'])
    await page.getByLabel('Password').fill('a guess')
    await page.getByLabel('Code', { exact: true }).fill('000000')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toBeVisible()
    await expectNoProblems(visitor)
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
