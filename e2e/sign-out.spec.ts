import { eachStorage, expect, test } from './fixtures.ts'
import { newAccount, reader } from './accounts.ts'
import { books } from './books.ts'

test(
  'a logout empties the jar and the store, and the cookie from before is worth nothing',
  { tag: eachStorage },
  async ({ page, visitor, shop }) => {
    await visitor.byRequest.addToCart(books.pride)
    await visitor.byRequest.logIn(reader)
    const stolen = (await visitor.cookie())!
    const { id } = await visitor.session()
    await visitor.open('/')
    await visitor.logOut()
    await expect(page.getByRole('status')).toHaveText('You are logged out.')
    await visitor.expectSignedOut()
    expect(await visitor.cookie()).toBeUndefined()
    await visitor.expectInCart('0 items')
    expect(shop.readSessionFiles().has(id!)).toBe(false)

    await visitor.replay(stolen)
    await visitor.open('/account')
    await expect(page).toHaveURL(/\/login/)
    await visitor.expectSignedOut()
  },
)

test('after the logout the back button shows nobody’s account', async ({ page, visitor }) => {
  const account = await visitor.byRequest.register(newAccount())
  await visitor.open('/account')
  await expect(page.getByRole('main')).toContainText(account.email)
  await visitor.logOut()
  await page.goBack()
  await expect(page).toHaveURL(/\/login/)
  await expect(page.getByText(account.email)).toHaveCount(0)
})

test('a page from before the logout in another tab cannot act any more', async ({
  page,
  visitor,
}) => {
  await visitor.byRequest.register(newAccount())
  await visitor.byRequest.addToCart(books.pride)
  await visitor.open('/checkout')
  const tab = await visitor.openTab()
  await tab.open('/')
  await tab.logOut()

  await visitor.comeToFront()
  await visitor.fillAddress()
  await page.getByRole('button', { name: /^Place order/ }).click()
  await expect(page).toHaveURL(/\/login/)
  expect((await visitor.session()).data).not.toHaveProperty('loginId')
  await visitor.open('/account')
  await expect(page).toHaveURL(/\/login/)
})
