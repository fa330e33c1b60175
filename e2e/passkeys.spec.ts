import { expect } from 'playwright/test'
import { newAccount } from './accounts.ts'
import { AuthenticatorApp } from './authenticator-app.ts'
import { books } from './books.ts'
import { anyStorage, notOnFiles } from './fixtures.ts'
import { phone, test } from './hands.ts'
import { PasskeyDevice } from './passkey-device.ts'

for (const way of ['touch', 'keys'] as const) {
  const tag = way === 'touch' ? anyStorage : notOnFiles
  test.describe(way === 'touch' ? 'on a phone' : 'by keyboard', { tag }, () => {
    test.use({ way, ...(way === 'touch' && phone) })

    test('a passkey is added, logs in, confirms and is removed', async ({
      page,
      visitor,
      elsewhere,
      hands,
      look,
      shop,
    }) => {
      const main = page.getByRole('main')
      const button = (name: string) => main.getByRole('button', { name, exact: true })
      const account = await visitor.byRequest.register(newAccount())
      await elsewhere.logIn(account)
      const device = await PasskeyDevice.plugInto(page)
      await visitor.open('/account')
      await hands.press(main.getByRole('link', { name: 'Your passkeys' }))
      await expect(page).toHaveURL('/account/passkeys')
      await look()
      await hands.type(main.getByLabel('Name'), 'My laptop')
      const before = await visitor.session()
      await device.touch(async () => {
        await hands.press(button('Add a passkey'))
        await expect(page.getByRole('status')).toContainText('“My laptop” was added')
      })
      await expect(main.getByRole('listitem').filter({ hasText: 'My laptop' })).toContainText(
        'This device only',
      )
      expect((await visitor.session()).id).not.toBe(before.id)
      await elsewhere.expectSignedOut()

      await device.touch(async () => {
        await hands.press(button('Add a passkey'))
        await expect(page.getByRole('alert')).toHaveText(/has a passkey for your account already/)
      })
      await expect(page.getByRole('alert')).toBeInViewport()
      await expect(button('Add a passkey')).toBeFocused()

      await hands.press(main.locator('summary').filter({ hasText: 'Rename' }))
      await look()
      const form = (await main.getByRole('group').locator('form').boundingBox())!
      expect(form.width, 'the form is as wide as there is room').toBeGreaterThan(300)
      await hands.type(main.getByRole('group').getByLabel('Name'), 'Our laptop')
      await hands.press(button('Save'))
      await expect(page.getByRole('status')).toContainText('is called “Our laptop”')

      await visitor.byRequest.logOut()
      await visitor.byRequest.addToCart(books.pride)
      await visitor.open('/login?returnTo=/cart')
      await look()
      const guest = await visitor.session()
      // A touch would answer the e-mail field on the way.
      await hands.reach(button('Use a passkey'))
      await device.touch(async () => {
        await hands.press(button('Use a passkey'))
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
      await look()
      await device.touch(async () => {
        await hands.press(button('Use a passkey'))
        await expect(page).toHaveURL('/account/passkeys')
      })
      expect((await visitor.session()).id).not.toBe(after.id)
      await shop.ageLogins()
      await hands.press(button('Remove Our laptop'))
      await expect(main).toContainText('You asked to remove one of your passkeys')
      await device.touch(async () => {
        await hands.press(button('Use a passkey'))
        await expect(page.getByRole('status')).toContainText('The passkey was removed')
      })
      await expect(main.getByText('None yet.')).toBeVisible()

      await visitor.byRequest.logOut()
      await visitor.byRequest.logIn(account)
    })
  })
}

test('the e-mail field offers the passkey, which counts as password and code', async ({
  page,
  visitor,
}) => {
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
    const [email, alert] = [page.getByLabel('E-mail'), page.getByRole('alert')]
    await email.fill('typed@example.com')
    for (const [status, problem] of [
      [429, 'Too many attempts. Please try again later.'],
      [500, 'That did not work. Please try again.'],
    ] as const) {
      await page.route('**/login/passkey/options', (route) => route.fulfill({ status }))
      await page.getByRole('button', { name: 'Use a passkey' }).click()
      await expect(alert).toHaveText(problem)
      await expect(email).toHaveValue('typed@example.com')
    }
    await expect(alert).not.toHaveCSS('margin-top', '0px')
    await page.unrouteAll()
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
    await expect(page.getByLabel('Name')).toBeHidden()
    await expect(page.getByRole('button', { name: 'Add a passkey' })).toBeHidden()
    await visitor.logOut()
    await expect(page.getByRole('button', { name: 'Use a passkey' })).toBeHidden()
    await visitor.logIn(account)
  })
})
