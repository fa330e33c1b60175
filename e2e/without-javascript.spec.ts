import { expect, test } from './fixtures.ts'
import { books } from './books.ts'

test.use({ javaScriptEnabled: false })

test('everything works without JavaScript, from the first book to the logout', async ({
  page,
  visitor,
}) => {
  await visitor.open('/books?q=bronte')
  await page.getByRole('button', { name: /^Add to cart.*Wuthering Heights$/ }).click()
  await expect(page.getByRole('status')).toContainText('is in your cart')
  await visitor.addToCart(books.pride, 2)
  await page.getByLabel('Copies of Pride and Prejudice').fill('1')
  await page.getByRole('button', { name: 'Update Pride and Prejudice' }).click()
  await visitor.expectInCart('2 items')

  const account = await visitor.register()
  await visitor.expectInCart('2 items')
  await visitor.checkOut()
  await expect(page.getByRole('status')).toContainText('Your order has been placed')

  await visitor.open('/account')
  await page.getByLabel('Current password').fill(account.password)
  await page.getByLabel('New password').fill('quite another password')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByRole('status')).toContainText('Your password has been changed.')

  const inspector = page.getByRole('complementary', { name: 'Session inspector' })
  await expect(inspector.getByText('What it holds')).toBeHidden()
  await inspector.getByText('Session', { exact: true }).click()
  await expect(inspector.getByText('What it holds')).toBeVisible()

  await visitor.logOut()
  await visitor.logIn({ ...account, password: 'quite another password' })
})
