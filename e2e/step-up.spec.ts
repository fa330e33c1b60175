import { expect, test } from './fixtures.ts'
import { admin, newAccount } from './accounts.ts'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled })

    test('a form that comes long after the login waits until it is known who sent it', async ({
      page,
      visitor,
      elsewhere,
      shop,
    }) => {
      const account = await visitor.byRequest.register(newAccount())
      await elsewhere.logIn(account)
      await visitor.open('/account')
      const before = await visitor.session()
      await shop.ageLogins()
      await page.getByRole('button', { name: 'Log out all other browsers' }).click()
      await expect(page).toHaveURL(/\/confirm\?/)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Confirm that it is you')

      await page.getByLabel('Password').fill('a guess')
      await page.keyboard.press('Enter')
      await expect(page.getByLabel('Password')).toHaveAccessibleDescription(
        'That is not your password.',
      )
      await page.getByLabel('Password').fill(account.password)
      await page.keyboard.press('Enter')
      await expect(page.getByRole('status')).toContainText('logged out of 1 other browser')
      await expect(page).toHaveURL('/account')
      await elsewhere.expectSignedOut()
      expect((await visitor.session()).id).not.toBe(before.id)
      await page.reload()
      await visitor.expectSignedIn(account)
    })
  })
}

test('a book is saved as it was typed, by who proves to be staff', async ({
  page,
  visitor,
  shop,
}) => {
  await visitor.byRequest.logIn(admin)
  await visitor.open('/admin/books/1')
  const description = `First line, “quoted”.\n\n<b>${shop.storage}</b> & more.`
  await page.getByLabel('Description').fill(description)
  await shop.ageLogins()
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByLabel('Password').fill(admin.password)
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('status')).toContainText('was saved')
  await visitor.open('/admin/books/1')
  await expect(page.getByLabel('Description')).toHaveValue(description)
})
