import { anyStorage, eachStorage, expect, test } from './fixtures.ts'
import { newAccount } from './accounts.ts'
import { books } from './books.ts'
import { shop } from '../app/ui/shop.ts'

test(
  'who checks out logs in on the way, orders, and finds the order again',
  { tag: eachStorage },
  async ({ page, visitor, elsewhere }) => {
    const account = await elsewhere.register(newAccount())
    await visitor.byRequest.addToCart(books.pride, 2)
    await visitor.addToCart(books.heights)
    await page.getByRole('button', { name: 'Check out' }).click()
    await page.getByRole('main').getByRole('link', { name: 'log in' }).click()
    await expect(page).toHaveURL('/login?returnTo=%2Fcheckout')
    await visitor.submitLogin(account)
    await expect(page).toHaveURL('/checkout')
    await expect(page.getByLabel('Full name')).toHaveValue(account.name)

    await visitor.fillAddress()
    await page.getByRole('button', { name: 'Place order for €30.97' }).click()
    await expect(page).toHaveURL(/\/orders\/\d+$/)
    await expect(page.getByRole('status')).toContainText('Your order has been placed')
    await expect(page.getByRole('main')).toContainText('€30.97')
    await expect(page.getByRole('main')).toContainText('Hobbiton')
    await visitor.expectInCart('0 items')

    await page.getByRole('main').getByRole('link', { name: 'All your orders' }).click()
    await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1)
    await expect(page.getByRole('main')).toContainText('3 books')
  },
)

test('a guest orders without an account, and keeps the order in one afterwards', async ({
  page,
  visitor,
  elsewhere,
}) => {
  const account = await elsewhere.register(newAccount())
  const email = newAccount().email
  await visitor.byRequest.addToCart(books.pride)
  await visitor.open('/checkout')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Full name').fill('Robin')
  await visitor.fillAddress()
  await page.getByRole('button', { name: /^Place order/ }).click()
  await expect(page).toHaveURL(/\/orders\/guest\/[\w-]+$/)
  await expect(page.getByRole('status')).toContainText('Your order has been placed')
  await visitor.expectInCart('0 items')

  const heading = (await page.getByRole('heading', { level: 1 }).textContent())!
  await visitor.followMail(email, `Your ${heading.toLowerCase()} at ${shop.name}`)
  await page.getByRole('main').getByRole('link', { name: 'Log in' }).click()
  await visitor.submitLogin(account)
  await page.getByRole('button', { name: 'Keep it in your account' }).click()
  await expect(page).toHaveURL(/\/orders\/\d+$/)
  await expect(page.getByRole('main')).toContainText('Hobbiton')
})

test(
  'an address that is not complete is asked for again, with what was typed',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    await visitor.byRequest.register(newAccount())
    await visitor.byRequest.addToCart(books.pride)
    await visitor.open('/checkout')
    await visitor.fillAddress()
    await page.getByLabel('Country').fill(' ')
    await page.getByRole('button', { name: /^Place order/ }).click()
    await expect(page.getByLabel('Country')).toHaveAccessibleDescription('Enter the country.')
    await expect(page.getByLabel('Town or city')).toHaveValue('Hobbiton')
    await page.getByLabel('Country').fill('The Shire')
    await page.getByRole('button', { name: /^Place order/ }).click()
    await expect(page).toHaveURL(/\/orders\/\d+$/)
  },
)

test('a form that is sent twice is one order', async ({ page, visitor }) => {
  await visitor.byRequest.register(newAccount())
  await visitor.byRequest.addToCart(books.pride)
  await visitor.open('/checkout')
  await visitor.fillAddress()
  const sent = page.waitForRequest((request) => request.method() === 'POST')
  await page.getByRole('button', { name: /^Place order/ }).click()
  const form = (await sent).postData()!
  await expect(page).toHaveURL(/\/orders\/\d+$/)

  const { origin } = new URL(page.url())
  const again = await visitor.context.request.post(`${origin}/checkout`, {
    data: form,
    headers: { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' },
  })
  expect(again.url()).toBe(page.url())
  await visitor.open('/orders')
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1)
})

test('a double click while the answer is slow is one order, and tells so', async ({
  page,
  visitor,
  browserName,
}) => {
  test.skip(browserName !== 'chromium', 'only Chromium can be slowed down')
  await visitor.byRequest.register(newAccount())
  await visitor.byRequest.addToCart(books.pride)
  await visitor.open('/checkout')
  await visitor.fillAddress()
  const posts: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(request.url())
  })
  const network = await visitor.context.newCDPSession(page)
  await network.send('Network.enable')
  const slow = { offline: false, latency: 400, downloadThroughput: -1, uploadThroughput: -1 }
  await network.send('Network.emulateNetworkConditions', slow)

  const button = page.getByRole('button', { name: /^Place order/ })
  // From within the page: Playwright's own click would wait for the answer to the first.
  await button.evaluate((element) => {
    const click = () => (element as HTMLButtonElement).click()
    click()
    setTimeout(click, 100)
  })
  await expect(page).toHaveURL(/\/orders\/\d+$/)
  expect(posts).toHaveLength(2)
  await expect(page.getByRole('status')).toContainText('Your order has been placed.')
  await visitor.expectInCart('0 items')
  await visitor.open('/orders')
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1)
})

test(
  'somebody else’s order is answered like one that does not exist',
  { tag: anyStorage },
  async ({ page, visitor, elsewhere }) => {
    await visitor.byRequest.register(newAccount())
    await visitor.byRequest.addToCart(books.pride)
    await visitor.checkOut()
    await elsewhere.register(newAccount())
    const response = await elsewhere.get(new URL(page.url()).pathname)
    expect(response.status()).toBe(404)
  },
)
