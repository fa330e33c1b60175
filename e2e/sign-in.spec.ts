import { anyStorage, eachStorage, expect, test } from './fixtures.ts'
import { newAccount, reader } from './accounts.ts'
import { books } from './books.ts'

test(
  'a login gives the session a new id and keeps the cart, and the old cookie is worth nothing',
  { tag: eachStorage },
  async ({ page, visitor, elsewhere }) => {
    const account = await elsewhere.register(newAccount())
    await visitor.byRequest.addToCart(books.pride, 2)
    const planted = (await visitor.cookie())!
    const before = await visitor.session()
    await visitor.logIn(account)
    await expect(page.getByRole('status')).toHaveText(`Welcome back, ${account.name}.`)
    const after = await visitor.session()
    expect(after.id).not.toBe(before.id)
    expect((await visitor.cookie())!.value).not.toBe(planted.value)
    await visitor.expectInCart('2 items')
    expect(Object.keys(after.data)).toEqual(['loginId', 'wasGuest'])

    await visitor.replay(planted)
    await visitor.open('/account')
    await expect(page).toHaveURL(/\/login/)
    await visitor.expectSignedOut()
  },
)

test('a registration gives the session a new id and keeps the cart', async ({
  page,
  visitor,
  elsewhere,
}) => {
  await visitor.byRequest.addToCart(books.moonstone, 3)
  const before = await visitor.session()
  const account = await visitor.register()
  await expect(page.getByRole('status')).toContainText(`Welcome, ${account.name}.`)
  expect((await visitor.session()).id).not.toBe(before.id)
  await visitor.expectInCart('3 items')
  await elsewhere.logIn(account)
})

test('a wrong password says so once, keeps the address and signs nobody in', async ({
  page,
  visitor,
}) => {
  await visitor.open('/login')
  await visitor.submitLogin({ email: reader.email, password: 'not the password' })
  await expect(page.getByRole('alert')).toHaveText('The e-mail address or the password is wrong.')
  await expect(page.getByLabel('E-mail')).toHaveValue(reader.email)
  await expect(page.getByLabel('Password')).toHaveValue('')
  await visitor.expectSignedOut()
  await page.reload()
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(page.getByLabel('E-mail')).toHaveValue('')
})

test(
  'an unknown address is answered like a wrong password',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    const { email, password } = newAccount()
    await visitor.open('/login')
    await visitor.submitLogin({ email, password })
    await expect(page.getByRole('alert')).toHaveText('The e-mail address or the password is wrong.')
  },
)

test('who is sent to the login comes back to where the way was going', async ({
  page,
  visitor,
}) => {
  await visitor.open('/orders')
  await expect(page).toHaveURL('/login?returnTo=%2Forders')
  await visitor.submitLogin({ email: reader.email, password: 'not the password' })
  await expect(page.getByRole('alert')).toBeVisible()
  await visitor.submitLogin(reader)
  await expect(page).toHaveURL('/orders')
})

test(
  'a link cannot send who logs in to another site',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    await visitor.open(`/login?returnTo=${encodeURIComponent('/\\evil.test')}`)
    await visitor.submitLogin(reader)
    await visitor.expectSignedIn(reader)
    await expect(page).toHaveURL('/')
  },
)

test(
  'a form that is wrong is shown again with what was typed, but not the password',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    await visitor.open('/register')
    const main = page.getByRole('main')
    await main.getByLabel('Name').fill('Robin')
    await main.getByLabel('E-mail').fill(reader.email)
    await main.getByLabel('Password').fill('a good enough password')
    await main.getByRole('button', { name: 'Create account' }).click()
    await expect(main.getByLabel('E-mail')).toHaveAccessibleDescription(
      /an account with this address/,
    )
    await expect(main.getByLabel('E-mail')).toHaveValue(reader.email)
    await expect(main.getByLabel('Password')).toHaveValue('')
  },
)

test('a login lasts as long as the browser, a remembered one for a week', async ({
  page,
  visitor,
}) => {
  await visitor.open('/login')
  await visitor.submitLogin(reader)
  await visitor.expectSignedIn(reader)
  expect((await visitor.cookie())!.expires).toBe(-1)
  await visitor.logOut()

  await page.getByLabel('Remember me').check()
  await visitor.submitLogin(reader)
  await visitor.expectSignedIn(reader)
  const { expires } = (await visitor.cookie())!
  const week = 7 * 24 * 60 * 60
  expect(Math.abs(expires - Date.now() / 1000 - week)).toBeLessThan(120)
})
