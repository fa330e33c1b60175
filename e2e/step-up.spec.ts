import { expect } from 'playwright/test'
import { admin, newAccount } from './accounts.ts'
import { inEachWay, test } from './hands.ts'

inEachWay(() => {
  test('a form that comes long after the login waits until it is known who sent it', async ({
    page,
    visitor,
    elsewhere,
    hands,
    look,
    shop,
  }) => {
    const main = page.getByRole('main')
    const heading = page.getByRole('heading', { level: 1 })
    const password = main.getByLabel('Password', { exact: true })
    const confirm = main.getByRole('button', { name: 'Confirm' })
    const others = main.getByRole('button', { name: 'Log out all other browsers' })

    const account = await visitor.byRequest.register(newAccount())
    await elsewhere.logIn(account)
    await visitor.open('/account')
    await shop.ageLogins()
    await hands.press(others)
    await expect(page).toHaveURL(/\/confirm\?/)
    await expect(heading).toHaveText('Confirm that it is you')
    await expect(main).toContainText('You asked to log out all other browsers.')
    await look()
    await hands.press(main.getByRole('link', { name: 'Leave it as it is' }))
    await expect(page).toHaveURL('/account')

    await hands.press(others)
    await expect(heading).toHaveText('Confirm that it is you')
    await visitor.byRequest.logOut()
    await hands.type(password, account.password)
    await hands.press(confirm)
    await expect(page.getByRole('alert')).toContainText('What you typed is kept.')
    await hands.type(main.getByLabel('E-mail'), account.email)
    await hands.type(password, account.password)
    await hands.press(main.getByRole('button', { name: 'Log in' }))
    await expect(heading).toHaveText('Carry on where you were')
    await expect(main).toContainText('You asked to log out all other browsers.')
    await look()
    await hands.press(main.getByRole('button', { name: 'Carry on' }))
    await expect(page.getByRole('status')).toContainText('logged out of 1 other browser')
    await expect(page).toHaveURL('/account')

    await elsewhere.logIn(account)
    await page.reload()
    const before = await visitor.session()
    await shop.ageLogins()
    await hands.press(others)
    await hands.type(password, 'a guess')
    await hands.press(confirm)
    await expect(page.getByRole('alert')).toBeFocused()
    await expect(page.getByRole('alert')).toBeInViewport()
    await expect(password).toHaveAccessibleDescription('That is not your password.')
    await look()
    await hands.type(password, account.password)
    await hands.press(confirm)
    await expect(page.getByRole('status')).toContainText('logged out of 1 other browser')
    await expect(page).toHaveURL('/account')
    await elsewhere.expectSignedOut()
    const confirmed = await visitor.session()
    expect(confirmed.id).not.toBe(before.id)
    await page.reload()
    await visitor.expectSignedIn(account)

    await shop.ageLogins()
    await page.reload()
    await hands.press(main.getByRole('link', { name: 'Choose a new password' }))
    await expect(heading).toHaveText('Confirm that it is you')
    await hands.type(password, account.password)
    await hands.press(confirm)
    const current = main.getByLabel('Current password')
    await expect(page).toHaveURL('/account#field-currentPassword')
    await expect(current).toBeFocused()
    await expect(current).toBeInViewport()
    expect((await visitor.session()).id).not.toBe(confirmed.id)

    await hands.type(current, account.password)
    await hands.type(main.getByLabel('New password'), 'an evening on the balcony')
    await shop.ageLogins()
    await hands.press(main.getByRole('button', { name: 'Change password' }))
    await expect(main).toContainText('What you sent was not kept')
    await hands.type(password, account.password)
    await hands.press(confirm)
    await expect(current).toBeFocused()
    await expect(current).toHaveAccessibleDescription(/has not been changed yet/)
    await look()
  })
})

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
