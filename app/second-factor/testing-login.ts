import assert from 'node:assert/strict'
import { setUpSecondFactor } from '../testing/authenticator.ts'
import type { TestBrowser } from '../testing/browser.ts'
import { reader } from '../testing/shop.ts'
import type { ShopOptions, TestShop } from '../testing/shop.ts'

/** The shop where the reader has a second factor. */
export async function protectedShop(open: (options?: ShopOptions) => Promise<TestShop>) {
  const shop = await open()
  const owner = shop.browser({ userAgent: 'owner' })
  await owner.login(reader)
  const app = await setUpSecondFactor(shop, owner)
  // The code that set it up is used.
  shop.pass(60)
  return { shop, owner, app }
}

/** Gives the password, and is asked for the code. */
export async function beginLogin(browser: TestBrowser, fields: Record<string, string> = {}) {
  const page = await browser.submit('/login', { ...reader, ...fields })
  assert.equal(page.heading, 'Enter your code', page.text)
  return page.field('formKey')!.value!
}
