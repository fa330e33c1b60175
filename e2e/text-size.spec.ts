import type { Page } from 'playwright'
import { anyStorage, expect, test } from './fixtures.ts'
import { chromiumArgs, launchBrowser } from './launch-browser.ts'
import { admin, newAccount } from './accounts.ts'
import { books } from './books.ts'
import { Visitor } from './visitor.ts'

const widths = [360, 390, 768, 1280]

/** What does not fit into the window at the width that it has. */
function findMisfits(): string[] {
  const isScrolled = (element: Element): boolean =>
    /auto|scroll/.test(getComputedStyle(element).overflowX) ||
    (element.parentElement !== null && isScrolled(element.parentElement))
  const problems: string[] = []
  const note = (what: string, element: Element): void => {
    const text = element.textContent!.trim().slice(0, 40)
    problems.push(`${what}: <${element.localName} class="${element.className}"> ${text}`)
  }
  const { scrollWidth } = document.documentElement
  if (scrollWidth > innerWidth) problems.push(`the page is ${scrollWidth} wide`)
  for (const element of document.querySelectorAll('a, button, input, select, textarea, summary')) {
    const { left, right, width } = element.getBoundingClientRect()
    if (width <= 1 || isScrolled(element)) continue
    if (left < -1 || right > innerWidth + 1) note('outside', element)
  }
  for (const element of document.querySelectorAll('button, .button')) {
    if (element.scrollWidth > element.clientWidth + 1) note('cut off', element)
  }
  // A column of single letters fits anywhere.
  for (const element of document.querySelectorAll('h1, h2, h3, .line-title, .receipt-title')) {
    const { width, height } = element.getBoundingClientRect()
    const fontSize = Number.parseFloat(getComputedStyle(element).fontSize)
    if (width > 1 && width < 3 * fontSize && height > 2 * fontSize) {
      note('squeezed', element)
    }
  }
  return problems
}

async function expectToFit(page: Page): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 740 })
    expect.soft(await page.evaluate(findMisfits), `${page.url()} at ${width} pixels`).toEqual([])
  }
}

test.describe('with text of', { tag: anyStorage }, () => {
  test.slow()
  test.skip(({ browserName }) => browserName !== 'chromium', 'The size is a setting of Chromium')

  for (const size of [16, 20, 24, 32]) {
    test(`${size} pixels everything is in the window`, async ({ shop }) => {
      const args = [...chromiumArgs, `--blink-settings=defaultFontSize=${size}`]
      const browser = await launchBrowser({ executablePath: process.env.E2E_SHELL!, args })
      try {
        const options = { baseURL: shop.url, reducedMotion: 'reduce' } as const
        const page = await (await browser.newContext(options)).newPage()
        const visitor = new Visitor(page, shop.url)
        const expectToFitAt = async (...paths: string[]): Promise<void> => {
          for (const path of paths) {
            await visitor.open(path)
            await expectToFit(page)
          }
        }

        await expectToFitAt('/', '/books', '/books?genre=Science+Fiction', '/books?q=zzz')
        const rootSize = 'getComputedStyle(document.documentElement).fontSize'
        expect(await page.evaluate(rootSize)).toBe(`${size}px`)
        await expectToFitAt(`/books/${books.pride.slug}`, '/books/the-blazing-world', '/cart')
        await expectToFitAt('/login', '/register', '/reset-password', '/outbox', '/no-such-page')
        await visitor.byRequest.register(newAccount())
        await visitor.byRequest.addToCart(books.pride)
        await visitor.byRequest.addToCart(books.moonstone, 3)
        await expectToFitAt('/cart', '/checkout', '/account', '/session')
        await visitor.checkOut()
        await expectToFit(page)
        await expectToFitAt('/orders')
        await visitor.byRequest.logIn(admin)
        await expectToFitAt('/admin/books', '/admin/books/new', '/admin/books/1')
      } finally {
        await browser.close()
      }
    })
  }
})
