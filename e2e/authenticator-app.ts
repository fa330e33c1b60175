import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright'
import { expect } from 'playwright/test'

/** The app on somebody's phone. */
export class AuthenticatorApp {
  #totp: TOTP | undefined

  /** What it shows now, or so many codes later: nobody has to wait for one that was not used. */
  code(later = 0): string {
    return this.#totp!.generate({ timestamp: Date.now() + later * 30_000 })
  }

  /** Takes what the page shows, which is open. */
  async scan(page: Page): Promise<void> {
    const secret = await page.locator('.secret').innerText()
    this.#totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(/\s/g, '')) })
  }

  /** The same, and proves it. Then the recovery codes are shown. */
  async setUp(page: Page): Promise<string[]> {
    await this.scan(page)
    await page.getByLabel('Code', { exact: true }).fill(this.code())
    await page.getByRole('button', { name: 'Turn it on' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your recovery codes')
    return page.locator('.recovery-codes code').allInnerTexts()
  }
}
