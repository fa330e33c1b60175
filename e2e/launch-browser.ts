import { chromium } from 'playwright'
import type { Browser, LaunchOptions } from 'playwright'
import { findOrGetBrowser } from './find-browser.ts'

/**
 * As root, in containers and in CI, Chromium cannot use its sandbox. The rest keeps it from calling
 * home, which takes time on a closed network, and from keeping a process ready for the next page:
 * here every test has a browser context of its own, so that it would start one more for each.
 */
export const chromiumArgs = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--renderer-process-limit=1',
]

/** Starts the browser that `findOrGetBrowser` finds. */
export function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({ executablePath: findOrGetBrowser(), args: chromiumArgs, ...options })
}
