import { readFile } from 'node:fs/promises'
import { expect, test } from './fixtures.ts'
import { newAccount } from './accounts.ts'
import { AuthenticatorApp } from './authenticator-app.ts'
import { books } from './books.ts'

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled })

    test('a login asks for a code, and is nobody’s until then', async ({
      page,
      visitor,
      otherVisitor,
    }) => {
      const account = await visitor.byRequest.register(newAccount())
      await visitor.open('/account')
      await page.getByRole('link', { name: 'Codes of an authenticator app' }).click()
      await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible()
      const app = new AuthenticatorApp()
      const recoveryCodes = await app.setUp(page)
      expect(recoveryCodes).toHaveLength(10)
      const download = page.waitForEvent('download')
      await page.getByRole('link', { name: 'Download' }).click()
      const file = await readFile(await (await download).path(), 'utf8')
      for (const code of recoveryCodes) expect(file).toContain(code)

      const other = otherVisitor.page
      await otherVisitor.byRequest.addToCart(books.pride)
      await otherVisitor.open('/login')
      const before = await otherVisitor.session()
      await otherVisitor.submitLogin(account)
      await expect(other.getByRole('heading', { level: 1 })).toHaveText('Enter your code')
      const pending = await otherVisitor.session()
      expect(pending.id).not.toBe(before.id)
      await otherVisitor.open('/account')
      await expect(other).toHaveURL(/\/login\?/)
      await otherVisitor.expectSignedOut()

      await otherVisitor.open('/login/code?returnTo=/cart')
      await other.getByLabel('Code', { exact: true }).fill('000000')
      await other.keyboard.press('Enter')
      await expect(other.getByLabel('Code', { exact: true })).toHaveAccessibleDescription(
        /That code is wrong, too old, or was used already/,
      )
      await other.getByLabel('Code', { exact: true }).fill(app.code(1))
      await other.keyboard.press('Enter')
      await expect(other).toHaveURL('/cart')
      await otherVisitor.expectSignedIn(account)
      await otherVisitor.expectInCart('1 item')
      expect((await otherVisitor.session()).id).not.toBe(pending.id)

      await otherVisitor.logOut()
      await otherVisitor.open('/login')
      await otherVisitor.submitLogin(account)
      await other.getByLabel('Code', { exact: true }).fill(recoveryCodes[0]!)
      await other.getByLabel(/^Do not ask in this browser/).check()
      await other.keyboard.press('Enter')
      await expect(other.getByRole('status')).toContainText('You have 9 recovery codes left.')
      await otherVisitor.logOut()
      await otherVisitor.logIn(account)

      await otherVisitor.open('/account/second-factor')
      await other.getByRole('button', { name: /^Ask again/ }).click()
      await expect(other.getByRole('status')).toContainText('is asked for a code again')
      await other.getByRole('button', { name: 'Turn it off' }).click()
      await expect(other.getByRole('status')).toContainText('asks for no code any more')
      await otherVisitor.logOut()
      await otherVisitor.logIn(account)
    })
  })
}
