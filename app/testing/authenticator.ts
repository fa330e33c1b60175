import assert from 'node:assert/strict'
import { Secret, TOTP } from 'otpauth'
import type { TestBrowser } from './browser.ts'
import type { TestPage } from './page.ts'
import type { TestShop } from './shop.ts'

/** An authenticator app on somebody's phone, and the recovery codes beside it. */
interface Authenticator {
  /** What the app shows now, or so many steps of thirty seconds later. */
  code(stepsLater?: number): string
  recoveryCodes: string[]
  /** Where they are shown. */
  page: TestPage
}

/** Sets a second factor up, as a person does who has just logged in. */
export async function setUpSecondFactor(
  shop: TestShop,
  browser: TestBrowser,
): Promise<Authenticator> {
  const page = await browser.get('/account/second-factor')
  const code = appOf(shop, page.html)
  const hidden = ['madeFor', 'formKey'].map((name) => [name, page.field(name)!.value!])
  const fields = { ...Object.fromEntries(hidden), code: code() }
  const next = await browser.submit('/account/second-factor', fields)
  assert.equal(next.heading, 'Your recovery codes', next.text)
  return { code, recoveryCodes: readRecoveryCodes(next.html), page: next }
}

/** The app that has scanned a page. */
export function appOf(shop: TestShop, html: string): Authenticator['code'] {
  const base32 = /class="secret">([^<]+)</.exec(html)![1]!.replaceAll(' ', '')
  const totp = new TOTP({ secret: Secret.fromBase32(base32) })
  return (stepsLater = 0) => totp.generate({ timestamp: shop.now() + stepsLater * 30_000 })
}

export function readRecoveryCodes(html: string): string[] {
  return [...html.matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code]) => code!)
}
