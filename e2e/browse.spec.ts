import { admin } from './accounts.ts'
import { anyStorage, expect, test } from './fixtures.ts'
import { books } from './books.ts'

test('a visitor who only looks around gets no cookie and leaves nothing in the store', async ({
  page,
  visitor,
  shop,
}) => {
  const before = shop.readSessionFiles()
  for (const path of ['/', '/books', `/books/${books.pride.slug}`, '/cart', '/login', '/session']) {
    const response = await visitor.open(path)
    expect(response?.status(), path).toBe(200)
  }
  await page
    .getByRole('navigation', { name: 'Genres' })
    .getByRole('link', { name: 'Poetry' })
    .click()
  await expect(page.getByRole('heading', { level: 1, name: 'Poetry' })).toBeVisible()
  expect(await visitor.context.cookies()).toEqual([])
  expect(await visitor.session()).toMatchObject({ id: null, data: {}, flash: [] })
  expect(shop.readSessionFiles()).toEqual(before)
})

test(
  'searching finds books and keeps the words in the box',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    await visitor.open('/')
    const search = page.getByRole('searchbox')
    await search.fill('prejudice')
    await search.press('Enter')
    await expect(page).toHaveURL('/books?q=prejudice')
    await expect(page.getByRole('searchbox')).toHaveValue('prejudice')
    await expect(
      page.getByRole('main').getByRole('link', { name: books.pride.title }),
    ).toBeVisible()

    await page.getByRole('searchbox').fill('no such <b>book</b>')
    await page.getByRole('searchbox').press('Enter')
    await expect(page.getByRole('heading', { name: 'We do not have that one' })).toBeVisible()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('“no such <b>book</b>”')
  },
)

test(
  'a typing error is forgiven, a subject is a search, and a dead end leads on',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    await visitor.open('/')
    const main = page.getByRole('main')
    async function search(words: string) {
      await page.getByRole('searchbox').fill(words)
      await page.getByRole('searchbox').press('Enter')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(`“${words}”`)
    }
    await search('predjudice')
    await expect(main).toContainText('These match prejudice')
    await expect(main.getByRole('link', { name: books.pride.title })).toBeVisible()

    await search('science fiction')
    await expect(page.getByLabel('Sort by')).toHaveValue('relevance')
    await expect(main.getByRole('listitem').getByRole('heading')).not.toHaveCount(0)

    await search('whale zzzzzz')
    await main.getByRole('link', { name: 'whale' }).click()
    await expect(main.getByRole('link', { name: 'Moby-Dick' })).toBeVisible()

    await visitor.open('/books?page=99')
    await expect(page).toHaveURL('/books?page=4')
    const response = await visitor.open('/books?genre=Nope')
    expect(response?.status()).toBe(404)
    await main.getByRole('link', { name: 'Poetry' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Poetry' })).toBeVisible()
  },
)

test(
  'a genre, an order and a page are in the address, so that they can be shared',
  { tag: anyStorage },
  async ({ page, visitor, otherVisitor }) => {
    await visitor.open('/books')
    await page.getByLabel('Sort by').selectOption('Price, lowest first')
    await page.getByRole('button', { name: 'Apply' }).click()
    const prices = await page.getByRole('main').locator('.price').allTextContents()
    const amounts = prices.map((price) => Number(price.slice(1)))
    expect(amounts).toEqual(amounts.toSorted((a, b) => a - b))

    await page.getByRole('link', { name: 'Next' }).click()
    await expect(page.getByRole('link', { name: 'Page 2' })).toHaveAttribute('aria-current', 'page')
    const shared = new URL(page.url())
    expect(Object.fromEntries(shared.searchParams)).toMatchObject({ sort: 'price', page: '2' })

    await otherVisitor.open(shared.pathname + shared.search)
    const titles = page.getByRole('main').getByRole('listitem').getByRole('heading')
    const otherTitles = otherVisitor.page
      .getByRole('main')
      .getByRole('listitem')
      .getByRole('heading')
    expect(await otherTitles.allTextContents()).toEqual(await titles.allTextContents())
  },
)

test(
  'an address that does not exist is a page of the shop',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    const response = await visitor.open('/books/nobody-wrote-this')
    expect(response?.status()).toBe(404)
    await expect(page.getByRole('heading', { name: 'Not on our shelves' })).toBeVisible()
    expect(await visitor.context.cookies()).toEqual([])
  },
)

test(
  'the list of the shop’s keepers is whole on a phone, and a book that was retired comes back',
  { tag: anyStorage },
  async ({ page, visitor }) => {
    await page.setViewportSize({ width: 360, height: 740 })
    await visitor.byRequest.logIn(admin)
    await visitor.open('/admin/books')
    const table = page.getByRole('region', { name: 'Books' })
    expect(await table.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0)

    await visitor.open('/admin/books?q=vindication')
    const row = table.getByRole('row').last()
    const [title, price] = await row.evaluate((element) =>
      ['a', 'td.number'].map((selector) => {
        const range = new Range()
        range.selectNodeContents(element.querySelector(selector)!)
        return [...range.getClientRects()].map(({ top }) => top)
      }),
    )
    expect(title!.length, 'lines of its title').toBeGreaterThan(1)
    expect(Math.abs(price![0]! - title![0]!), 'the price is beside the first').toBeLessThan(4)

    const main = page.getByRole('main')
    await main.getByRole('searchbox').fill('predjudice')
    await main.getByRole('button', { name: 'Show' }).click()
    await main.getByRole('link', { name: books.pride.title, exact: true }).click()
    await main.getByRole('link', { name: /Retire/ }).click()
    await page.getByRole('button', { name: 'Retire' }).click()
    await expect(page.getByRole('status')).toContainText('was retired')
    await page.getByRole('button', { name: /Put back on sale/ }).click()
    await expect(page.getByRole('status')).toContainText('is for sale again')
    await main.getByRole('link', { name: 'See its page' }).click()
    await expect(page.getByRole('heading', { level: 1, name: books.pride.title })).toBeVisible()
  },
)
