import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Locator, Page } from 'playwright'
import { ShopServer } from '../server.ts'
import type { ShopServerOptions } from '../server.ts'
import { reader } from '../accounts.ts'
import { books } from '../books.ts'
import { Visitor } from '../visitor.ts'

const folder = path.join(import.meta.dirname, 'pictures')
const viewport = { width: 1280, height: 800 }

/** Takes the pictures that the README shows: the shop, the session inspector and the report. */
export async function takePictures(browser: Browser, report: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await visitShop(browser, takeShop, { ownBooks: true })
  await visitShop(browser, async (visitor) => {
    await takeInspector(visitor)
    await takeReport(visitor.page, report)
  })
}

async function visitShop(
  browser: Browser,
  visit: (visitor: Visitor) => Promise<void>,
  options: ShopServerOptions = {},
): Promise<void> {
  const shop = await ShopServer.start('fs', options)
  const context = await browser.newContext({
    baseURL: shop.url,
    viewport,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  })
  try {
    await visit(new Visitor(await context.newPage()))
  } finally {
    await context.close()
    await shop.stop()
  }
}

async function takeShop(visitor: Visitor): Promise<void> {
  await visitor.open('/')
  await save(visitor.page, 'shop')
}

async function takeInspector(visitor: Visitor): Promise<void> {
  const { page } = visitor
  await visitor.addToCart(books.pride)
  await visitor.logIn(reader)
  const panel = page.getByRole('complementary', { name: 'Session inspector' })
  await panel.getByText('Session', { exact: true }).click()
  await save(page, 'inspector', panel)
}

async function takeReport(page: Page, report: string): Promise<void> {
  await page.goto(pathToFileURL(report).href)
  await page.evaluate("document.querySelector('.comparison').scrollIntoView()")
  await save(page, 'report')
}

async function save(page: Page, name: string, part: Page | Locator = page): Promise<void> {
  // Covers are drawn when they are asked for, and a picture does not wait for them by itself.
  await page.waitForLoadState('networkidle')
  const file = path.join(folder, `${name}.jpg`)
  await part.screenshot({ path: file, type: 'jpeg', quality: 82 })
  console.log(`A picture: ${path.relative('.', file)}`)
}
