import { anyStorage, expect, test } from './fixtures.ts'
import { newAccount } from './accounts.ts'
import { books } from './books.ts'
import { shop } from '../app/ui/shop.ts'

test('logging out all other browsers ends them at once, and this one goes on', async ({
  page,
  visitor,
  otherVisitor,
}) => {
  const account = await visitor.byRequest.register(newAccount())
  await otherVisitor.byRequest.addToCart(books.pride)
  await otherVisitor.byRequest.logIn(account)
  await otherVisitor.open('/account')
  await otherVisitor.expectSignedIn(account)

  await visitor.open('/account')
  await expect(page.getByText('This browser', { exact: true })).toHaveCount(1)
  await page.getByRole('button', { name: 'Log out all other browsers' }).click()
  await expect(page.getByRole('status')).toContainText('logged out of 1 other browser')
  await expect(page.getByRole('button', { name: 'Log out all other browsers' })).toHaveCount(0)

  await otherVisitor.page.reload()
  await expect(otherVisitor.page).toHaveURL(/\/login/)
  await otherVisitor.expectSignedOut()
  await visitor.open('/account')
  await visitor.expectSignedIn(account)
})

test('one login is ended from the list, and it may be one’s own', async ({
  page,
  visitor,
  elsewhere,
}) => {
  const account = await visitor.byRequest.register(newAccount())
  await elsewhere.logIn(account)
  await visitor.open('/account')
  await page.getByRole('button', { name: /^Log out (?!this browser|all)/ }).click()
  await expect(page.getByRole('status')).toContainText('logged out of 1 other browser')
  await elsewhere.expectSignedOut()

  await page.getByRole('button', { name: 'Log out this browser' }).click()
  await expect(page).toHaveURL('/login?signed-out')
  expect(await visitor.cookie()).toBeUndefined()
})

test('a new password wants the old one, ends other logins and gives this one a new id', async ({
  page,
  visitor,
  elsewhere,
}) => {
  const account = await visitor.byRequest.register(newAccount())
  await elsewhere.logIn(account)
  const before = await visitor.session()
  const newPassword = 'quite another password'

  async function change(current: string): Promise<void> {
    await page.getByLabel('Current password').fill(current)
    await page.getByLabel('New password').fill(newPassword)
    await page.getByRole('button', { name: 'Change password' }).click()
  }
  await visitor.open('/account')
  await change('not the password')
  await expect(page.getByLabel('Current password')).toHaveAccessibleDescription(
    'That is not your current password.',
  )
  await change(account.password)
  await expect(page.getByRole('status')).toContainText('Your password has been changed.')
  expect((await visitor.session()).id).not.toBe(before.id)
  await elsewhere.expectSignedOut()
  await elsewhere.logIn({ ...account, password: newPassword })
})

test('a forgotten password is replaced through the mail, once, and ends every login', async ({
  page,
  visitor,
  elsewhere,
}) => {
  const account = await elsewhere.register(newAccount())
  await visitor.byRequest.logIn(account)
  await visitor.byRequest.logOut()
  await visitor.open('/login')
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByLabel('E-mail').fill(account.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await page.getByRole('link', { name: 'Open the development outbox' }).click()
  await expect(page).toHaveURL('/outbox')
  const link = await visitor.followMail(account.email, `Your new password for ${shop.name}`)
  await page.getByLabel('New password').fill('quite another password')
  await page.getByRole('button', { name: 'Save password' }).click()
  await expect(page).toHaveURL('/login')
  await expect(page.getByRole('status')).toContainText('Your password has been changed.')
  await elsewhere.expectSignedOut()

  await visitor.submitLogin(account)
  await expect(page.getByRole('alert')).toBeVisible()
  await visitor.submitLogin({ ...account, password: 'quite another password' })
  await visitor.expectSignedIn(account)
  expect((await visitor.open(link))?.status(), 'the link is used up').toBe(404)
})

test(
  'an address without an account gets the same answer and no mail',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    await visitor.open('/reset-password')
    await page.getByLabel('E-mail').fill('nobody@example.com')
    await page.getByRole('button', { name: 'Send the link' }).click()
    await expect(page.getByRole('heading', { name: 'Check your e-mail' })).toBeVisible()
    await visitor.open('/outbox')
    await expect(page.getByText('nobody@example.com')).toHaveCount(0)
  },
)
