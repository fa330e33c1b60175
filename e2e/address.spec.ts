import { expect } from 'playwright/test'
import { newAccount } from './accounts.ts'
import { books } from './books.ts'
import { inEachWay, test } from './hands.ts'
import { ShopServer } from './server.ts'
import { Visitor } from './visitor.ts'
import { shop as words } from '../app/ui/shop.ts'

inEachWay(() => {
  test('an address is confirmed by its link and told of what happens, and so is the next one', async ({
    page,
    visitor,
    elsewhere,
    hands,
    look,
  }) => {
    const main = page.getByRole('main')
    const email = main.getByLabel('E-mail')
    const send = main.getByRole('button', { name: 'Send the link' })
    const told = (address: string) =>
      page
        .getByRole('article')
        .filter({ hasText: `To ${address}` })
        .getByRole('heading')

    const account = await visitor.byRequest.register(newAccount())
    await visitor.open('/account')
    await expect(main.getByText('Not confirmed')).toBeVisible()
    const link = await visitor.followMail(account.email, `Your address at ${words.name}`)
    await look()
    await hands.press(main.getByRole('button', { name: `Confirm ${account.email}` }))
    await expect(page.getByRole('status')).toContainText('and it is confirmed')
    await expect(main.getByText('Not confirmed')).toHaveCount(0)
    expect((await visitor.open(link))?.status(), 'the link is used up').toBe(404)
    await look()

    await elsewhere.logIn(account)
    await visitor.byRequest.addToCart(books.pride)
    await visitor.checkOut()
    await visitor.open('/outbox')
    await expect(told(account.email)).toHaveText([
      new RegExp(`^Your order \\d+ at ${words.name}$`),
      `A new login at ${words.name}`,
      `Your address at ${words.name}`,
    ])
    await expect(page.getByRole('article').first()).toContainText('1 × Pride and Prejudice')

    await visitor.open('/account')
    await hands.press(main.getByRole('link', { name: 'Change your e-mail address' }))
    await expect(email).toHaveAttribute('autocomplete', 'email')
    await look()
    await hands.type(email, account.email)
    await hands.press(send)
    await expect(page.getByRole('alert')).toBeFocused()
    await expect(page.getByRole('alert')).toBeInViewport()
    await expect(email).toHaveAccessibleDescription('That is your address already.')
    await look()
    const next = newAccount().email
    await hands.type(email, next)
    await hands.press(send)
    await expect(page.getByRole('status')).toContainText(`We have sent a link to ${next}.`)
    await expect(page.getByRole('definition').filter({ hasText: account.email })).toBeVisible()

    await visitor.followMail(next, `Your address at ${words.name}`)
    await hands.press(main.getByRole('button', { name: `Confirm ${next}` }))
    await expect(page.getByRole('status')).toContainText(`Your address is ${next}`)
    await elsewhere.logIn({ ...account, email: next })
    await visitor.open('/outbox')
    await expect(told(account.email).first()).toHaveText(
      `Your address at ${words.name} was changed`,
    )
  })

  test('who typed somebody else’s address loses it to its owner, who gets a new account', async ({
    page,
    visitor,
    elsewhere,
    hands,
    look,
  }) => {
    const main = page.getByRole('main')
    const stranger = await elsewhere.register(newAccount())
    await visitor.followMail(stranger.email, `Your address at ${words.name}`)
    await expect(main).toContainText('Somebody else used your address?')
    await look()
    await hands.press(main.getByRole('link', { name: 'Choose a password of your own' }))
    await hands.type(main.getByLabel('E-mail'), stranger.email)
    await hands.press(main.getByRole('button', { name: 'Send the link' }))
    await expect(page.getByRole('heading', { name: 'Check your e-mail' })).toBeVisible()

    await visitor.followMail(stranger.email, `Your new password for ${words.name}`)
    await expect(page.getByText('somebody else may have opened its account')).toBeVisible()
    await look()
    const owner = { name: 'Olive Owner', email: stranger.email, password: 'quite another password' }
    const password = main.getByLabel('New password')
    await hands.type(main.getByLabel('Name'), owner.name)
    await hands.type(password, 'password1')
    await hands.press(main.getByRole('button', { name: 'Save password' }))
    await expect(page.getByRole('alert')).toBeFocused()
    await look()
    await hands.type(password, owner.password)
    await hands.press(main.getByRole('button', { name: 'Save password' }))
    await expect(page).toHaveURL('/login')
    await elsewhere.expectSignedOut()

    await hands.type(main.getByLabel('E-mail'), owner.email)
    await hands.type(main.getByLabel('Password'), stranger.password)
    await hands.press(main.getByRole('button', { name: 'Log in' }))
    await expect(page.getByRole('alert')).toBeFocused()
    await expect(page.getByRole('alert')).toContainText(
      'The e-mail address or the password is wrong',
    )
    await look()
    await hands.type(main.getByLabel('Password'), owner.password)
    await hands.press(main.getByRole('button', { name: 'Log in' }))
    await visitor.expectSignedIn(owner)
  })
})

inEachWay(
  () => {
    test('with REGISTRATION=confirm an account opens by its link', async ({
      browser,
      makeHands,
    }) => {
      const shop = await ShopServer.start('fs', { settings: { REGISTRATION: 'confirm' } })
      try {
        const open = async () => {
          const context = await browser.newContext({ baseURL: shop.url })
          return new Visitor(await context.newPage(), shop.url)
        }
        const visitor = await open()
        const { page } = visitor
        const main = page.getByRole('main')
        const { hands, look } = makeHands(page)
        const account = newAccount()
        await visitor.byRequest.addToCart(books.pride)
        await visitor.open('/register')
        await hands.type(main.getByLabel('Name'), account.name)
        await hands.type(main.getByLabel('E-mail'), account.email)
        await hands.type(main.getByLabel('Password'), account.password)
        await hands.press(main.getByRole('button', { name: 'Create account' }))
        await expect(page.getByRole('heading', { name: 'Check your e-mail' })).toBeVisible()
        await look()
        await visitor.expectSignedOut()

        const other = await open()
        const link = await other.followMail(account.email, `Your account at ${words.name}`)
        const theirs = makeHands(other.page)
        const password = other.page.getByLabel('Password')
        await theirs.look()
        await theirs.hands.type(password, 'a guess')
        await theirs.hands.press(other.page.getByRole('button', { name: 'Open the account' }))
        await expect(other.page.getByRole('alert')).toBeFocused()
        await expect(password).toHaveAccessibleDescription(/That is not the password/)

        await visitor.open(link)
        await look()
        await hands.press(main.getByRole('button', { name: 'Open the account' }))
        await visitor.expectSignedIn(account)
        await visitor.expectInCart('1 item')
        expect((await other.open(link))?.status(), 'the link is used up').toBe(404)
        for (const { context } of [visitor, other]) await context.close()
      } finally {
        await shop.stop()
      }
    })
  },
  { onBothKinds: false },
)
