import type { TestBrowser } from './browser.ts'
import type { TestPage } from './page.ts'

/** Sends a form from a browser. */
export type Send = (from: TestBrowser) => Promise<TestPage>

/** The ways in which a form is sent twice. They answer what the person sees in the end. */
export const twice: Record<string, (browser: TestBrowser, send: Send) => Promise<TestPage>> = {
  async 'by a double click'(browser, send) {
    const [, second] = await Promise.all([send(browser.copy()), send(browser)])
    return second
  },
  async 'by a double click, both cookies kept'(browser, send) {
    const [, second] = await Promise.all([send(browser), send(browser)])
    return second
  },
  async 'after the answer was lost'(browser, send) {
    await send(browser.copy())
    return send(browser)
  },
  async 'after all but the cookie was lost'(browser, send) {
    await send(browser)
    return send(browser)
  },
}
