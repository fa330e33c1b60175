import { anyStorage, expect, test } from './fixtures.ts'
import { newAccount } from './accounts.ts'
import { books } from './books.ts'
import { ShopServer } from './server.ts'
import { Visitor } from './visitor.ts'
import { shop as words } from '../app/ui/shop.ts'

test('an address is confirmed by its link, and then told of logins and orders', async ({
  page,
  visitor,
  elsewhere,
}) => {
  const account = await visitor.register()
  await visitor.open('/account')
  await expect(page.getByText('Not confirmed')).toBeVisible()
  const link = await visitor.followMail(account.email, `Your address at ${words.name}`)
  await page.getByRole('button', { name: `Confirm ${account.email}` }).click()
  await expect(page.getByRole('status')).toContainText('and it is confirmed')
  await expect(page.getByText('Not confirmed')).toHaveCount(0)
  expect((await visitor.open(link))?.status(), 'the link is used up').toBe(404)

  await elsewhere.logIn(account)
  await visitor.addToCart(books.pride)
  await visitor.checkOut()
  await visitor.open('/outbox')
  const mails = page.getByRole('article').filter({ hasText: `To ${account.email}` })
  await expect(mails.getByRole('heading')).toHaveText([
    new RegExp(`^Your order \\d+ at ${words.name}$`),
    `A new login at ${words.name}`,
    `Your address at ${words.name}`,
  ])
  await expect(mails.first()).toContainText(`1 × Pride and Prejudice`)
})

test('another address is the account’s when its link is followed, and the old one is told', async ({
  page,
  visitor,
  elsewhere,
}) => {
  const account = await visitor.byRequest.register(newAccount())
  await visitor.followMail(account.email, `Your address at ${words.name}`)
  await page.getByRole('button', { name: 'Confirm' }).click()
  const { email } = newAccount()
  await page.getByRole('link', { name: 'Change your e-mail address' }).click()
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await expect(page.getByRole('status')).toContainText(`We have sent a link to ${email}.`)
  await expect(page.getByRole('definition').filter({ hasText: account.email })).toBeVisible()

  await visitor.followMail(email, `Your address at ${words.name}`)
  await page.getByRole('button', { name: `Confirm ${email}` }).click()
  await expect(page.getByRole('status')).toContainText(`Your address is ${email}`)
  await elsewhere.logIn({ ...account, email })
  await visitor.open('/outbox')
  const told = page.getByRole('article').filter({ hasText: `To ${account.email}` })
  await expect(told.first()).toContainText(`Your address at ${words.name} was changed`)
})

test('who typed somebody else’s address loses it to its owner, who gets a new account', async ({
  page,
  visitor,
  elsewhere,
}) => {
  const stranger = await elsewhere.register(newAccount())
  await visitor.open('/reset-password')
  await page.getByLabel('E-mail').fill(stranger.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await visitor.followMail(stranger.email, `Your new password for ${words.name}`)
  await expect(page.getByText('somebody else may have opened its account')).toBeVisible()
  const owner = { name: 'Olive Owner', email: stranger.email, password: 'quite another password' }
  await page.getByLabel('Name').fill(owner.name)
  await page.getByLabel('New password').fill(owner.password)
  await page.getByRole('button', { name: 'Save password' }).click()
  await expect(page).toHaveURL('/login')
  await elsewhere.expectSignedOut()
  await visitor.submitLogin(owner)
  await visitor.expectSignedIn(owner)
})

for (const javaScriptEnabled of [true, false]) {
  test(
    `with REGISTRATION=confirm an account opens by its link, scripts ${javaScriptEnabled ? 'on' : 'off'}`,
    { tag: anyStorage },
    async ({ browser }) => {
      const shop = await ShopServer.start('fs', { settings: { REGISTRATION: 'confirm' } })
      const open = async () => {
        const context = await browser.newContext({ baseURL: shop.url, javaScriptEnabled })
        return new Visitor(await context.newPage(), shop.url)
      }
      const visitor = await open()
      const { page } = visitor
      const account = newAccount()
      await visitor.addToCart(books.pride)
      await visitor.open('/register')
      await page.getByLabel('Name').fill(account.name)
      await page.getByLabel('E-mail').fill(account.email)
      await page.getByLabel('Password').fill(account.password)
      await page.getByRole('button', { name: 'Create account' }).click()
      await expect(page.getByRole('heading', { name: 'Check your e-mail' })).toBeVisible()
      await visitor.expectSignedOut()

      const phone = await open()
      const link = await phone.followMail(account.email, `Your account at ${words.name}`)
      await expect(phone.page.getByLabel('Password')).toBeVisible()

      await visitor.open(link)
      await page.getByRole('button', { name: 'Open the account' }).click()
      await visitor.expectSignedIn(account)
      await visitor.expectInCart('1 item')
      expect((await phone.open(link))?.status(), 'the link is used up').toBe(404)
      for (const { context } of [visitor, phone]) await context.close()
      await shop.stop()
    },
  )
}
