import { readFile } from 'node:fs/promises'
import { expect } from 'playwright/test'
import { newAccount } from './accounts.ts'
import { AuthenticatorApp } from './authenticator-app.ts'
import { books } from './books.ts'
import { inEachWay, test } from './hands.ts'

inEachWay(() => {
  test('a second factor is set up, asked for and removed', async ({
    page,
    visitor,
    hands,
    look,
    shop,
  }) => {
    const main = page.getByRole('main')
    const heading = page.getByRole('heading', { level: 1 })
    const button = (name: string | RegExp) => main.getByRole('button', { name })
    const code = main.getByLabel('Code', { exact: true })
    const app = new AuthenticatorApp()

    const account = await visitor.byRequest.register(newAccount())
    async function logIn(): Promise<void> {
      await visitor.open('/login?returnTo=/account')
      await hands.type(main.getByLabel('E-mail'), account.email)
      await hands.type(main.getByLabel('Password'), account.password)
      await hands.press(button('Log in'))
    }
    async function logInAgain(): Promise<void> {
      const { email, password } = account
      const form = { email, password, returnTo: '/account' }
      await visitor.open((await visitor.byRequest.post('/login', form)).url())
    }

    await visitor.open('/account')
    await hands.press(main.getByRole('link', { name: 'Codes from an authenticator app' }))
    await expect(page.getByRole('img', { name: /QR code/ })).toBeInViewport()
    await look()
    await app.scan(page)
    await hands.type(code, '000000')
    await hands.press(button('Turn it on'))
    await expect(page.getByRole('alert')).toBeFocused()
    await expect(page.getByRole('alert')).toBeInViewport()
    await expect(code).toHaveAccessibleDescription(/not the code that the app shows now/)
    await look()
    await expect(code).toHaveAttribute('inputmode', 'numeric')
    await hands.type(code, app.code())
    await hands.press(button('Turn it on'))

    await expect(heading).toHaveText('Your recovery codes')
    await look()
    const recoveryCodes = await main.locator('.recovery-codes code').allInnerTexts()
    expect(recoveryCodes).toHaveLength(10)
    await page.emulateMedia({ media: 'print' })
    for (const each of recoveryCodes) await expect(main.getByText(each)).toBeVisible()
    await expect(page.getByRole('banner')).toBeHidden()
    await expect(main.getByRole('link')).toHaveCount(0)
    await page.emulateMedia({ media: null })
    const download = page.waitForEvent('download')
    await hands.press(main.getByRole('link', { name: 'Download' }))
    const file = await readFile(await (await download).path(), 'utf8')
    for (const recoveryCode of recoveryCodes) expect(file).toContain(recoveryCode)
    await hands.press(main.getByRole('link', { name: 'I have kept them' }))
    await expect(heading).toHaveText('Your account')

    await visitor.byRequest.logOut()
    await visitor.byRequest.addToCart(books.pride)
    const guest = await visitor.session()
    await logIn()
    await expect(heading).toHaveText('Enter your code')
    await expect(code, 'it is the next to be typed').toBeFocused()
    await expect(code).toHaveAttribute('autocomplete', 'one-time-code')
    await look()
    const pending = await visitor.session()
    expect(pending.id).not.toBe(guest.id)
    await visitor.byRequest.expectSignedOut()
    await visitor.expectSignedOut()
    await hands.type(code, '000000')
    await hands.press(button('Log in'))
    await expect(page.getByRole('alert')).toBeFocused()
    await expect(code).toHaveAccessibleDescription(/wrong, too old, or was used already/)
    await look()
    const used = app.code(1)
    await hands.type(code, used)
    await hands.press(button('Log in'))
    await expect(page).toHaveURL('/account')
    await visitor.expectSignedIn(account)
    await visitor.expectInCart('1 item')
    expect((await visitor.session()).id).not.toBe(pending.id)

    await visitor.byRequest.logOut()
    await logInAgain()
    await hands.type(code, recoveryCodes[0]!)
    await hands.press(main.getByLabel(/^Do not ask in this browser/))
    await hands.press(button('Log in'))
    await expect(page.getByRole('status')).toContainText('You have 9 recovery codes left.')
    await visitor.byRequest.logOut()
    await logInAgain()
    await visitor.expectSignedIn(account)

    await hands.press(main.getByRole('link', { name: 'Codes from an authenticator app' }))
    await expect(heading).toHaveText('Your second factor')
    await look()
    await hands.press(button('Make new codes'))
    await expect(heading).toHaveText('Your recovery codes')
    const [newCode] = await main.locator('.recovery-codes code').allInnerTexts()
    await visitor.open('/account/second-factor')
    await hands.press(button(/^Ask again/))
    await expect(page.getByRole('status')).toContainText('is asked for a code again')

    await shop.ageLogins()
    await hands.press(button('Turn it off'))
    await expect(heading).toHaveText('Confirm that it is you')
    await expect(main).toContainText('You asked to remove your second factor.')
    await look()
    await hands.type(main.getByLabel('Password'), account.password)
    await hands.type(code, used)
    await hands.press(button('Confirm'))
    await expect(page.getByRole('alert'), 'a code works once').toBeFocused()
    await expect(main.getByLabel('Password')).toHaveAccessibleDescription(/A code works once/)
    await hands.type(main.getByLabel('Password'), account.password)
    await hands.type(code, newCode!)
    await hands.press(button('Confirm'))
    await expect(page.getByRole('status')).toContainText('no longer asks for a code')
    await visitor.byRequest.logOut()
    await logInAgain()
    await visitor.expectSignedIn(account)
  })
})
