import { anyStorage, expect, test } from './fixtures.ts'
import { newAccount } from './accounts.ts'
import { AuthenticatorApp } from './authenticator-app.ts'
import { books } from './books.ts'
import { PasskeyDevice } from './passkey-device.ts'

for (const [screen, viewport] of Object.entries({
  desktop: { width: 1280, height: 800 },
  phone: { width: 360, height: 740 },
})) {
  const tag = screen === 'phone' ? anyStorage : []
  test.describe(`on a ${screen}`, { tag }, () => {
    test.use({ viewport })

    test('a passkey is added, logs in, confirms and is removed, by keyboard', async ({
      page,
      visitor,
      elsewhere,
      shop,
    }) => {
      test.slow()
      const account = await visitor.byRequest.register(newAccount())
      await elsewhere.logIn(account)
      const device = await PasskeyDevice.plugInto(page)
      await visitor.open('/account')
      await page.getByRole('link', { name: 'Your passkeys' }).press('Enter')
      await page.getByLabel('Name').fill('My laptop')
      const before = await visitor.session()
      await device.touch(async () => {
        await page.keyboard.press('Enter')
        await expect(page.getByRole('status')).toContainText('“My laptop” was added')
      })
      await expect(page.getByRole('listitem').filter({ hasText: 'My laptop' })).toContainText(
        'This device only',
      )
      expect((await visitor.session()).id).not.toBe(before.id)
      await elsewhere.expectSignedOut()

      await device.touch(async () => {
        await page.getByRole('button', { name: 'Add a passkey' }).press('Enter')
        await expect(page.getByRole('alert')).toHaveText(/has a passkey for your account already/)
      })

      await page.getByText('Rename').press('Enter')
      const name = page.getByRole('group').getByLabel('Name')
      await name.fill('Our laptop')
      await name.press('Enter')
      await expect(page.getByRole('status')).toContainText('is called “Our laptop”')

      await visitor.logOut()
      await visitor.byRequest.addToCart(books.pride)
      await visitor.open('/login?returnTo=/cart')
      const guest = await visitor.session()
      await device.touch(async () => {
        await page.getByRole('button', { name: 'Use a passkey' }).press('Enter')
        await expect(page).toHaveURL('/cart')
      })
      await visitor.expectSignedIn(account)
      await visitor.expectInCart('1 item')
      const after = await visitor.session()
      expect(after.id).not.toBe(guest.id)
      expect(after.data).toHaveProperty('loginId')
      expect(after.data).not.toHaveProperty('passkeyChallenges')

      await shop.ageLogins()
      await visitor.open('/account/passkeys')
      await expect(page).toHaveURL(/\/confirm\?/)
      await device.touch(async () => {
        await page.getByRole('button', { name: 'Use a passkey' }).press('Enter')
        await expect(page).toHaveURL('/account/passkeys')
      })
      expect((await visitor.session()).id).not.toBe(after.id)
      await shop.ageLogins()
      await page.getByRole('button', { name: 'Remove Our laptop' }).press('Enter')
      await expect(page.getByText('You asked to remove one of your passkeys')).toBeVisible()
      await device.touch(async () => {
        await page.getByRole('button', { name: 'Use a passkey' }).press('Enter')
        await expect(page.getByRole('status')).toContainText('The passkey was removed')
      })
      await expect(page.getByText('None yet.')).toBeVisible()

      await visitor.logOut()
      await visitor.logIn(account)
    })
  })
}

test('the e-mail field offers the passkey, which counts as password and code', async ({
  page,
  visitor,
}) => {
  test.slow()
  const account = await visitor.byRequest.register(newAccount())
  const device = await PasskeyDevice.plugInto(page)
  await device.addPasskey()
  await visitor.open('/account/second-factor')
  await new AuthenticatorApp().setUp(page)
  await visitor.logOut()

  await expect(page.getByLabel('E-mail')).toHaveAttribute('autocomplete', 'username webauthn')
  await visitor.open('/cart')
  const guest = await visitor.session()
  // The virtual device answers the field without the list that a browser shows there.
  await device.touch(async () => {
    await page.getByRole('banner').getByRole('link', { name: 'Log in' }).click()
    await page.getByLabel('E-mail').focus()
    await visitor.expectSignedIn(account)
  })
  expect((await visitor.session()).id).not.toBe(guest.id)
})

test('a password works while the e-mail field waits for a passkey', async ({ page, visitor }) => {
  const account = await visitor.byRequest.register(newAccount())
  await visitor.byRequest.logOut()
  await PasskeyDevice.plugInto(page)
  for (let again = 0; again < 3; again++) {
    await visitor.open('/login')
    await visitor.submitLogin(account)
    await visitor.expectSignedIn(account)
    await page.reload()
    await visitor.expectSignedIn(account)
    await visitor.logOut()
  }
})

test(
  'nobody gets in whom the device does not recognize',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    await visitor.byRequest.register(newAccount())
    const device = await PasskeyDevice.plugInto(page)
    await device.addPasskey()
    await visitor.logOut()
    await device.forgetFace()
    await device.touch(async () => {
      await page.getByRole('button', { name: 'Use a passkey' }).click()
      await expect(page.getByRole('alert')).toHaveText('No passkey was used.')
    })
    await visitor.expectSignedOut()
  },
)

test.describe('without JavaScript', { tag: anyStorage }, () => {
  test.use({ javaScriptEnabled: false })

  test('passkeys are nowhere offered, and the password works', async ({ page, visitor }) => {
    const account = await visitor.byRequest.register(newAccount())
    await visitor.open('/account/passkeys')
    await expect(page.getByText('does not run scripts')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Add a passkey' })).toBeHidden()
    await visitor.logOut()
    await expect(page.getByRole('button', { name: 'Use a passkey' })).toBeHidden()
    await visitor.logIn(account)
  })
})
