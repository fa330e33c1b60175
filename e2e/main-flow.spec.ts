import { expect, test } from './fixtures.ts'

const reader = { email: 'reader@example.com', password: 'reader-demo-password' }

test('a visitor fills a cart, signs in, keeps it, and signs out', async ({
  page,
  context,
  shop,
}) => {
  await page.goto('/')
  expect(await context.cookies()).toEqual([])

  await page.goto('/books')
  await page
    .getByRole('button', { name: /^Add to cart/ })
    .first()
    .click()
  await expect(page.getByRole('status')).toContainText('is in your cart')
  await expect(page.getByRole('link', { name: 'Cart, 1 item' })).toBeVisible()
  const [anonymous] = await context.cookies()
  expect(anonymous).toMatchObject({ name: 'session', httpOnly: true, sameSite: 'Lax', path: '/' })

  await page.reload()
  await expect(page.getByRole('status')).toHaveCount(0)

  await page.getByRole('link', { name: 'Log in' }).click()
  await page.getByLabel('E-mail').fill(reader.email)
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByRole('alert')).toHaveText('The e-mail or the password is wrong.')
  await expect(page.getByLabel('E-mail')).toHaveValue(reader.email)

  await page.getByLabel('Password').fill(reader.password)
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click()
  await expect(page.getByRole('status')).toContainText('Welcome back')
  await expect(page.getByRole('link', { name: 'Cart, 1 item' })).toBeVisible()
  const [signedIn] = await context.cookies()
  expect(signedIn!.value).not.toBe(anonymous!.value)

  await page.getByRole('button', { name: 'Log out' }).click()
  await expect(page).toHaveURL(/\/login\?signed-out/)
  expect(await context.cookies()).toEqual([])

  // The cookie from before: whoever copied it has nothing.
  await context.addCookies([{ ...signedIn!, url: shop.url, path: undefined, domain: undefined }])
  await page.goto('/account')
  await expect(page).toHaveURL(/\/login/)
})
