import type { Locator } from 'playwright'
import { anyStorage, expect, test } from './fixtures.ts'
import { admin, newAccount } from './accounts.ts'
import { books } from './books.ts'

const phone = { width: 360, height: 740 }
test.use({ viewport: phone, images: true })
// One worker with images for all of them.
test.describe.configure({ mode: 'default' })

interface Shift {
  value: number
}

async function bottomOf(element: Locator): Promise<number> {
  const box = (await element.boundingBox())!
  return box.y + box.height
}

function write(element: Element, text: string): void {
  element.textContent = text
}

test.describe('on a phone', { tag: anyStorage }, () => {
  test('the first screen of a book has its price and the button', async ({ page, visitor }) => {
    for (const slug of [books.pride.slug, books.longTitle.slug]) {
      await visitor.open(`/books/${slug}`)
      const main = page.getByRole('main')
      const button = main.getByRole('button', { name: 'Add to cart', exact: true })
      await expect(main.locator('img').first()).not.toHaveJSProperty('naturalWidth', 0)
      expect(await bottomOf(main.locator('.price').first())).toBeLessThan(phone.height)
      expect(await bottomOf(button), slug).toBeLessThan(phone.height)
    }
  })

  test('a cart of many lines always shows the way to the checkout', async ({ page, visitor }) => {
    for (let id = 1; id <= 12; id++) await visitor.byRequest.post('/cart/items', { bookId: id })
    await visitor.open('/cart')
    const checkOut = page.getByRole('button', { name: 'Check out' })
    await expect(checkOut).toBeInViewport({ ratio: 1 })
    // What has the focus is not behind it.
    const top = (await page.locator('.cart-ticket').boundingBox())!.y
    await page.getByRole('spinbutton').first().focus()
    for (let stop = 0; stop < 12; stop++) {
      await page.keyboard.press('Tab')
      expect(await bottomOf(page.locator(':focus')), `stop ${stop}`).toBeLessThan(top)
    }
  })

  test('a large price leaves a line of the cart its title', async ({ page, visitor }) => {
    await page.setViewportSize({ width: 320, height: 740 })
    await visitor.byRequest.addToCart(books.pride, 2)
    await visitor.open('/cart')
    await page.locator('.line-price .price').evaluate(write, '€29,639.76')
    const title = (await page.locator('.line-title').boundingBox())!
    expect(title.width).toBeGreaterThan(120)
    const remove = page.getByRole('button', { name: /^Remove/ })
    const field = (await page.getByRole('spinbutton').boundingBox())!
    const box = (await remove.boundingBox())!
    expect(box.y, 'it comes below the field').toBeGreaterThan(field.y + field.height)
    const inset = await remove.evaluate((button) =>
      parseFloat(getComputedStyle(button).paddingLeft),
    )
    expect(box.x + inset).toBe(field.x)
  })

  test('the lines of an order come before the button that places it', async ({ page, visitor }) => {
    await visitor.byRequest.register(newAccount())
    await visitor.byRequest.addToCart(books.pride)
    await visitor.open('/checkout')
    const line = page.getByRole('main').getByText(books.pride.title)
    const button = page.getByRole('button', { name: /^Place order/ })
    expect(await bottomOf(line)).toBeLessThan((await button.boundingBox())!.y)
  })

  test('the genres fade where they go on, and only there', async ({ page, visitor }) => {
    await visitor.open('/books')
    const list = page.getByRole('navigation', { name: 'Genres' }).getByRole('list')
    const fades = () =>
      list.evaluate((element) => {
        const style = getComputedStyle(element)
        return ['before', 'after'].map(
          (side) => Number.parseFloat(style.getPropertyValue(`--genres-${side}`)) > 0,
        )
      })
    expect(await fades()).toEqual([false, true])
    // Not every mouse can push it along.
    await expect(list).toHaveCSS('scrollbar-width', 'thin')
    await list.evaluate((element) => element.scrollTo({ left: element.scrollWidth }))
    await expect.poll(fades).toEqual([true, false])
    await page.setViewportSize({ width: 1280, height: 740 })
    await expect.poll(fades).toEqual([false, false])
    await page.setViewportSize(phone)
    await expect.poll(async () => (await fades()).includes(true)).toBe(true)
  })

  for (const path of ['/', '/books', `/books/${books.pride.slug}`, '/login', '/register']) {
    test(`the first view of ${path} is under 45 KB`, async ({ page, visitor, browserName }) => {
      test.skip(browserName !== 'chromium', 'its protocol tells what came over the line')
      const protocol = await page.context().newCDPSession(page)
      await protocol.send('Network.enable')
      let bytes = 0
      protocol.on('Network.loadingFinished', ({ encodedDataLength }) => {
        bytes += encodedDataLength
      })
      await visitor.open(path)
      await page.waitForLoadState('networkidle')
      expect(bytes).toBeGreaterThan(10_000)
      expect(bytes).toBeLessThan(45_000)
    })
  }

  test('nothing moves that is on the screen already', async ({ page, visitor, browserName }) => {
    test.skip(browserName !== 'chromium', 'only Chromium tells of layout shifts')
    await page.addInitScript(() => {
      const shifts: number[] = []
      Object.assign(globalThis, { shifts })
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as Shift).value)
      }).observe({ type: 'layout-shift', buffered: true })
    })
    const expectNoShifts = async (paths: string[]): Promise<void> => {
      for (const path of paths) {
        for (const size of [phone, { width: 1280, height: 800 }]) {
          await page.setViewportSize(size)
          await visitor.open(path)
          await page.waitForLoadState('networkidle')
          expect.soft(await page.evaluate('shifts'), `${path} at ${size.width}`).toEqual([])
        }
      }
    }
    await expectNoShifts(['/', '/books', `/books/${books.pride.slug}`, '/login', '/register'])
    await visitor.byRequest.addToCart(books.pride)
    await expectNoShifts(['/cart', '/checkout'])
    await visitor.byRequest.register(newAccount())
    await expectNoShifts(['/checkout', '/account', '/account/passkeys', '/orders', '/session'])
  })

  test('a word of 80 letters stays in the window', async ({ page, visitor }) => {
    const word = 'Donaudampfschifffahrt'.repeat(4).slice(0, 80)
    await visitor.byRequest.logIn(admin)
    await visitor.byRequest.post('/admin/books/new', {
      title: word,
      author: word,
      genre: 'Poetry',
      description: word,
      year: 1900,
      pages: 100,
      price: '9.00',
      stock: 9,
      formKey: 'of the word of 80 letters',
    })
    const width = () => page.evaluate('document.documentElement.scrollWidth')
    for (const path of [`/books?q=${word}`, `/books?q=x${word}`, `/books/${word.toLowerCase()}`]) {
      await visitor.open(path)
      await expect(page.getByRole('heading', { level: 1 })).toContainText(/Donaudampf/i)
      expect(await width(), path).toBe(phone.width)
    }
    await page.getByRole('main').getByRole('button', { name: 'Add to cart', exact: true }).click()
    await expect(page.getByRole('status')).toContainText(word)
    expect(await width(), 'the cart with its notice').toBe(phone.width)
    await visitor.open('/checkout')
    expect(await width(), 'the checkout').toBe(phone.width)
    for (const [path, genre] of [
      ['/', 'main h2'],
      [`/books/${books.pride.slug}`, '.eyebrow a'],
    ] as const) {
      await visitor.open(path)
      await page.locator(genre).first().evaluate(write, word)
      expect(await width(), `a genre at ${path}`).toBe(phone.width)
    }
    await visitor.open(`/admin/books?q=${word}`)
    const table = page.getByRole('region', { name: 'Books' })
    for (const size of [phone, { width: 1280, height: 800 }]) {
      await page.setViewportSize(size)
      await table.locator('tbody a').first().evaluate(write, word.repeat(2))
      const hidden = await table.evaluate((element) => element.scrollWidth - element.clientWidth)
      expect(hidden, `the list of the shop’s keepers at ${size.width}`).toBe(0)
    }
  })
})
