import { anyStorage, eachStorage, expect, test } from './fixtures.ts'
import { admin, newAccount, reader } from './accounts.ts'
import { books } from './books.ts'

test(
  'the cart takes books, other quantities and removals, and is there on the next visit',
  { tag: eachStorage },
  async ({ page, visitor }) => {
    await visitor.addToCart(books.pride)
    await expect(page.getByRole('status')).toHaveText('Pride and Prejudice is in your cart.')
    await visitor.addToCart(books.moonstone, 2)
    await visitor.expectInCart('3 items')

    await page.getByLabel('Copies of Pride and Prejudice').fill('4')
    await page.getByRole('button', { name: 'Update Pride and Prejudice' }).click()
    await visitor.expectInCart('6 items')
    await expect(page.getByRole('complementary', { name: 'Total' })).toContainText('€63.94')

    await page.getByRole('button', { name: 'Remove The Moonstone' }).click()
    await expect(page.getByRole('status')).toContainText('was removed')
    await visitor.expectInCart('4 items')

    await visitor.open('/books')
    await visitor.expectInCart('4 items')
    expect((await visitor.session()).data.cart).toEqual({ [books.pride.id]: 4 })

    await visitor.open('/cart')
    await page.getByLabel('Copies of Pride and Prejudice').fill('0')
    await page.getByRole('button', { name: 'Update Pride and Prejudice' }).click()
    await expect(page.getByRole('heading', { name: 'Nothing in it yet' })).toBeVisible()
  },
)

test(
  'a book is added from a list without leaving it, and the message is shown exactly once',
  { tag: eachStorage },
  async ({ page, visitor }) => {
    await visitor.open('/books?q=austen')
    await page.getByRole('button', { name: /^Add to cart.*Pride and Prejudice$/ }).click()
    await expect(page).toHaveURL(/\/books\?q=austen/)
    await expect(page.getByRole('status')).toHaveText('Pride and Prejudice is in your cart.')
    await page.reload()
    await visitor.expectInCart('1 item')
    await expect(page.getByRole('status')).toHaveCount(0)
    expect((await visitor.session()).flash).toEqual([])
  },
)

test(
  'a quantity that cannot be is refused and changes nothing',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    await visitor.byRequest.addToCart(books.pride)
    // As in a window of 1280 by 1024 pixels at 400 percent.
    await page.setViewportSize({ width: 320, height: 256 })
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    await visitor.open('/cart')
    for (const quantity of ['100', '-1', '1e3', '1.5', '']) {
      // Past the form's own check, as whoever writes requests by hand.
      await page.getByLabel('Copies of Pride and Prejudice').evaluate((input, value) => {
        const field = input as HTMLInputElement
        field.type = 'text'
        field.value = value
        field.form!.noValidate = true
      }, quantity)
      await page.getByRole('button', { name: 'Update Pride and Prejudice' }).click()
      const alert = page.getByRole('alert')
      await expect(alert, quantity).toContainText('Enter a whole number')
      await visitor.expectInCart('1 item')
      await alert.evaluate((element) =>
        Promise.all(element.getAnimations().map(({ finished }) => finished)),
      )
      await expect(alert).toBeInViewport({ ratio: 0.9 })
    }
    // There it would cover what is asked for.
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await expect(page.getByRole('alert')).not.toBeInViewport()
  },
)

for (const javaScriptEnabled of [true, false]) {
  test.describe(`scripts ${javaScriptEnabled ? 'on' : 'off'}`, { tag: anyStorage }, () => {
    test.use({ javaScriptEnabled })

    test('Enter in a quantity updates it, also where the first book of the cart is sold out', async ({
      page,
      visitor,
      shop,
    }) => {
      await visitor.byRequest.addToCart(books.pride)
      await visitor.byRequest.addToCart(books.heights)
      await shop.setStock(books.pride, 0)
      try {
        await visitor.open('/cart')
        const lines = page.getByRole('main').getByRole('listitem')
        await expect(lines.first()).toContainText(`${books.pride.title}`)
        await expect(lines.first()).toContainText('No longer available')
        await page.getByLabel('Copies of Wuthering Heights').fill('3')
        await page.getByLabel('Copies of Wuthering Heights').press('Enter')
        await visitor.expectInCart('3 items')
        await expect(lines).toHaveCount(2)
        await expect(page.getByRole('status')).not.toContainText('removed')
      } finally {
        await shop.setStock(books.pride, 20)
      }
    })
  })
}

test('two tabs share one cart', async ({ page, visitor }) => {
  await visitor.addToCart(books.pride)
  const tab = await visitor.openTab()
  await tab.addToCart(books.moonstone)
  await tab.expectInCart('2 items')

  // The first tab has an older page, and its form still works.
  await visitor.comeToFront()
  await page.getByLabel('Copies of Pride and Prejudice').fill('3')
  await page.getByRole('button', { name: 'Update Pride and Prejudice' }).click()
  await visitor.expectInCart('4 items')

  await tab.byRequest.logIn(reader)
  await page.reload()
  await visitor.expectSignedIn(reader)
})

test(
  'two tabs that add at the same moment both keep their book',
  { tag: eachStorage },
  async ({ visitor, storage }) => {
    test.skip(storage === 'cookie', 'of two responses the later one brings its whole cookie')
    await visitor.byRequest.addToCart(books.pride)
    const tab = await visitor.openTab()
    await visitor.open(`/books/${books.moonstone.slug}`)
    await tab.open(`/books/${books.heights.slug}`)
    // By key: only one tab can be in front, and a click in the other would come later.
    await Promise.all(
      [visitor, tab].map(async ({ page }) => {
        await page.getByRole('main').getByLabel('Copies').press('Enter')
        await expect(page).toHaveURL('/cart')
      }),
    )
    await visitor.page.reload()
    await visitor.expectInCart('3 items')
  },
)

test('two browsers have two carts', async ({ visitor, otherVisitor }) => {
  await visitor.byRequest.addToCart(books.pride)
  await otherVisitor.open('/cart')
  await otherVisitor.expectInCart('0 items')
  await otherVisitor.byRequest.addToCart(books.moonstone, 2)
  await visitor.open('/cart')
  await visitor.expectInCart('1 item')
  expect((await visitor.session()).id).not.toBe((await otherVisitor.session()).id)
})

test('a guest’s cart joins that of the account, once, which is there at every login', async ({
  page,
  visitor,
  elsewhere,
}) => {
  const account = await elsewhere.register(newAccount())
  await elsewhere.addToCart(books.heights)
  await visitor.byRequest.addToCart(books.heights)
  await visitor.byRequest.addToCart(books.pride, 2)
  await visitor.logIn(account)
  await expect(page.getByRole('status')).toContainText(
    'Added to the cart of your account: Pride and Prejudice (2 copies), Wuthering Heights.',
  )
  await visitor.expectInCart('4 items')

  await visitor.logOut()
  await visitor.expectInCart('0 items')
  await visitor.logIn(account)
  await visitor.expectInCart('4 items')
  await expect(page.getByRole('status')).not.toContainText('Added')
})

test('two devices have one cart, and lose nothing of what both add at once', async ({
  page,
  visitor,
  otherVisitor,
}) => {
  const account = await visitor.byRequest.register(newAccount())
  await otherVisitor.byRequest.logIn(account)
  await visitor.byRequest.addToCart(books.pride, 2)
  await visitor.open('/cart')
  await visitor.expectInCart('2 items')
  await otherVisitor.open('/cart')
  await otherVisitor.page.getByLabel('Copies of Pride and Prejudice').fill('3')
  await otherVisitor.page.getByRole('button', { name: 'Update Pride and Prejudice' }).click()
  await otherVisitor.expectInCart('3 items')
  await page.reload()
  await visitor.expectInCart('3 items')

  await visitor.open(`/books/${books.moonstone.slug}`)
  await otherVisitor.open(`/books/${books.moonstone.slug}`)
  await Promise.all(
    [visitor, otherVisitor].map(async (device) => {
      await device.page.getByRole('main').getByLabel('Copies').press('Enter')
      await expect(device.page).toHaveURL('/cart')
    }),
  )
  for (const device of [visitor, otherVisitor]) {
    await device.page.reload()
    await device.expectInCart('5 items')
  }
})

test(
  'a price that has changed meanwhile is told in the cart',
  { tag: anyStorage },
  async ({ page, visitor, otherVisitor }) => {
    await visitor.byRequest.addToCart(books.garden)
    await visitor.open('/cart')
    await otherVisitor.byRequest.logIn(admin)
    const editor = otherVisitor.page
    await otherVisitor.open(`/admin/books/${books.garden.id}`)
    const price = editor.getByLabel('Price in euros')
    const before = Number(await price.inputValue())
    await price.fill((before + 1).toFixed(2))
    await editor.getByRole('main').getByRole('button', { name: /^Save/ }).click()
    await expect(editor.getByRole('status')).toBeVisible()

    await page.reload()
    const note = `it was €${before.toFixed(2)} and is €${(before + 1).toFixed(2)} now`
    await expect(page.getByRole('main')).toContainText(note)
  },
)
